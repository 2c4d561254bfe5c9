from archpip.wheels.model import Member
from archpip.wheels.paths import find_path_files, read_path_folders
from tests.unit.wheels.fakes import FakeWheelSource

NAME = "demo-1.0-cp311-cp311-win_amd64.whl"


def _folders(**texts: str) -> tuple[str, ...]:
    contents = {f"{name}.pth": text.encode() for name, text in texts.items()}
    source = FakeWheelSource(contents=contents, filename=NAME)
    return read_path_folders(source, find_path_files(source.members()))


def test_lines_name_folders_below_the_one_that_is_installed_to() -> None:
    text = "# a remark\n\nwin32\nwin32\\lib\r\n./Pythonwin/\nwin32\n"
    assert _folders(demo=text) == ("win32", "win32/lib", "Pythonwin")


def test_code_and_places_elsewhere_are_passed_over() -> None:
    text = "import pkg; pkg.start()\nimport\tpkg\n/usr/lib/x\nC:\\x\n../above\n.\n"
    assert _folders(demo=text) == ()


def test_files_are_read_by_name_where_python_looks_for_them() -> None:
    paths = ("z.pth", "demo-1.0.data/platlib/a.pth", "pkg/b.pth", "demo-1.0.data/scripts/c.pth")
    members = [
        Member(path=path, size_bytes=1, compressed_bytes=1, executable_bit=False) for path in paths
    ]
    assert find_path_files(members) == ("demo-1.0.data/platlib/a.pth", "z.pth")
    assert _folders(z="late", a="early") == ("early", "late")


def test_no_more_than_a_megabyte_of_them_is_read() -> None:
    line = f"{'x' * 99}\n"
    texts = {f"p{number:02}": f"f{number}\n" + line * 640 for number in range(40)}
    assert len(_folders(**texts)) < 20
