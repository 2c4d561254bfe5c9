"""An inspection holds what is in a wheel, near or far."""

from contextlib import closing
from pathlib import Path

import pytest

from archpip.wheels import (
    Inspection,
    RemoteWheel,
    inspect_wheel,
    open_wheel,
)
from fake_index.binaries import native_binary, write_binary
from fake_index.elf import Elf
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.unit.wheels.fakes import URL, FakeRanges
from tests.unit.wheels.inspections import NAME, inspect, only


def test_a_wheel_without_native_code() -> None:
    inspection = inspect({"demo/__init__.py": b"", "demo/data.so": b"no binary at all"})

    assert inspection == Inspection(
        filename=NAME,
        sha256="ab" * 32,
        size_bytes=inspection.size_bytes,
        tags=("cp311-cp311-macosx_11_0_universal2",),
        declared_tags=("cp311-cp311-macosx_11_0_universal2",),
        root_is_purelib=False,
        binaries=(),
    )


def test_the_files_that_make_a_binary_importable_are_kept() -> None:
    elf = write_binary(native_binary("linux-x86_64"))
    kept = [
        "a/__init__.py",
        "a/b/c/__init__.py",
        "a/b/c/native.py",
        "a/b/c/native/__init__.py",
        "top.py",
    ]
    others = ["a/d/__init__.py", "a/b/c/other.py", "e/__init__.py", "a/b/c/native/x.py"]
    binaries = dict.fromkeys(["a/b/c/native.cpython-311-darwin.so", "top.abi3.so"], elf)

    more = {"f.pth": b"a/vendor\n", "a/g.pth": b"a/passed-over\n"}
    inspection = inspect({**dict.fromkeys([*kept, *others], b"x"), **binaries, **more})

    assert inspection.import_roots == tuple(kept)
    assert inspection.path_folders == ("a/vendor",)


@pytest.mark.parametrize(
    ("source", "demanded"),
    [
        ("from ._core import *", True),
        ("from demo._core import (\n    run,\n)", True),
        ("from . import other, _core", True),
        ("from demo import (\n    other,\n    _core,\n)", True),
        ("import demo._core as core", True),
        ("from ._core_extra import run", False),
        ("from .other import _core", False),
        ("from . import other  # not _core", False),
        ("try:\n    from ._core import run\nexcept ImportError:\n    run = None", False),
        ("", False),
    ],
)
def test_a_module_under_another_machines_name_is_demanded_by_its_package(
    source: str, *, demanded: bool
) -> None:
    path = "demo/_core.cp311-win_amd64.pyd"
    code = write_binary(native_binary("windows-arm64"))
    inspection = inspect({"demo/__init__.py": b"import os\n" + source.encode(), path: code})
    assert inspection.demanded == ((path,) if demanded else ())


@pytest.mark.parametrize(
    ("sources", "demanded"),
    [
        pytest.param(
            {"__init__": "from .a import b", "a": "from . import _core"}, True, id="above"
        ),
        pytest.param({"__init__": "", "a": "import demo._core", "b": ""}, True, id="a-third"),
        pytest.param(
            {"__init__": "", "a": "import demo._core", **dict.fromkeys("bcde", "")},
            False,
            id="a-sixth",
        ),
        pytest.param(
            {
                "__init__": "try:\n    from . import a\nexcept ImportError:\n    pass",
                "a": "import demo._core",
            },
            False,
            id="above-in-a-try",
        ),
        pytest.param({}, False, id="no-source"),
    ],
)
def test_a_module_is_demanded_by_what_its_package_needs(
    sources: dict[str, str], *, demanded: bool
) -> None:
    path = "demo/_core.cp311-win_amd64.pyd"
    written = {f"demo/{name}.py": text.encode() for name, text in sources.items()}
    inspection = inspect({**written, path: write_binary(native_binary("windows-arm64"))})
    assert inspection.demanded == ((path,) if demanded else ())


@pytest.mark.parametrize(
    ("source", "others", "demanded"),
    [
        ("from . import lib", 10, True),
        ("def load():\n    from . import lib", 10, False),
        ("from . import lib", 9, False),
    ],
)
def test_a_module_that_lacks_what_many_have_may_be_needed(
    source: str, others: int, *, demanded: bool
) -> None:
    path = "demo/lib.cpython-311-darwin.so"
    fat = write_binary(native_binary("macos-universal2"))
    beside = {f"demo/m{number}.cpython-311-darwin.so": fat for number in range(others)}
    thin = {path: write_binary(native_binary("macos-x86_64"))}
    rest = {f"demo/n{number}.py": b"" for number in range(5)}
    inspection = inspect({"demo/__init__.py": source.encode(), **beside, **thin, **rest})
    assert inspection.demanded == ((path,) if demanded else ())


def test_only_names_that_contradict_the_code_are_looked_up() -> None:
    source = {"demo/__init__.py": b"from ._core import run\n"}
    arm64 = write_binary(native_binary("linux-aarch64"))
    matching = inspect({**source, "demo/_core.cpython-311-aarch64-linux-gnu.so": arm64})
    assert matching.demanded == ()
    foreign = "demo/_core.cpython-311-x86_64-linux-gnu.so"
    assert inspect({**source, foreign: arm64}).demanded == (foreign,)
    below = {"demo/sub/__init__.py": b"from ._core import run\n"}
    assert inspect({**below, "demo/sub/_core.cp311-win_amd64.pyd": arm64}).demanded == ()
    unnamed = inspect({**source, "demo/_core.abi3.so": arm64})
    assert unnamed.demanded == ()


def test_a_module_for_one_python_is_demanded_of_a_wheel_for_any() -> None:
    path = "demo/demo.cpython-36m-x86_64-linux-gnu.so"
    code = write_binary(native_binary("linux-x86_64"))
    importing = b"# The rest of what is found in the compiled module comes with it.\n" * 4
    files = {path: code, "demo/__init__.py": importing + b"from .demo import *\n"}
    for_any = "demo-1.0-py3-none-any.whl"
    assert inspect(files, filename=for_any).demanded == (path,)
    assert inspect(files).demanded == ()
    assert inspect({**files, "demo/__init__.py": importing}, filename=for_any).demanded == ()
    for_windows = {"demo/__init__.py": files["demo/__init__.py"], "demo/demo.pyd": code}
    assert inspect(for_windows, filename=for_any).demanded == ("demo/demo.pyd",)
    alone = {**files, "demo/__init__.py": b""}
    assert inspect(alone, filename=for_any).demanded == (path,)


_FALLBACK = """
if not hasattr(flags, "RTLD_LAZY"):
    try:
        import DLFCN as flags
    except ImportError:
        # As a last attempt.
        import demo._dl as flags
"""


@pytest.mark.parametrize(
    ("source", "fallback"),
    [
        (_FALLBACK, True),
        (_FALLBACK + "from ._dl import more", False),
        (_FALLBACK + "from . import (\n    _dl,\n)", False),
        (_FALLBACK.replace("except ImportError", "else"), False),
        ("try:\n    import DLFCN\nexcept ImportError:\n    import demo._dl", False),
        ("", False),
    ],
)
def test_a_module_imported_where_others_are_missing_is_a_fallback(
    source: str, *, fallback: bool
) -> None:
    path = "demo/_dl.cpython-311-darwin.so"
    thin = write_binary(native_binary("macos-x86_64"))
    members = {
        "demo/__init__.py": b"import os\n" + source.encode(),
        "demo/_core.cpython-311-darwin.so": write_binary(native_binary("macos-arm64")),
    }
    assert inspect({**members, path: thin}).fallbacks == ((path,) if fallback else ())
    assert inspect({"demo/__init__.py": source.encode(), path: thin}).fallbacks == ()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("from . import (", id="each-open-to-the-end"),
        pytest.param("  from ._m0 import x", id="each-beneath-all-others"),
    ],
)
def test_a_package_of_hostile_lines_is_read_in_no_time(line: str) -> None:
    # Half a minute if each line is compared with the others for each of the modules, of which a
    # wheel may have a hundred times as many.
    text = f"if a:\n except b:\n{line}\n" + f"{line}\n" * (200_000 // len(line))
    thin = write_binary(native_binary("macos-x86_64"))
    modules = {f"demo/_m{number}.cpython-311-darwin.so": thin for number in range(500)}
    other = {"demo/_core.cpython-311-darwin.so": write_binary(native_binary("macos-arm64"))}
    found = inspect({"demo/__init__.py": text.encode(), **modules, **other}).fallbacks
    assert found == (("demo/_m0.cpython-311-darwin.so",) if "_m0" in line else ())


def test_far_and_near_inspections_are_equal_and_the_far_one_is_cheap(tmp_path: Path) -> None:
    platforms = ("linux-aarch64", "windows-amd64", "macos-arm64", "macos-universal2")
    files = tuple(
        WheelFile(
            path=f"demo/{platform}.so",
            content=write_binary(native_binary(platform, code_bytes=300_000)),
        )
        for platform in platforms
    )
    content = write_wheel(
        Wheel(
            metadata=CoreMetadata(name="demo", version="1.0"),
            tag="cp311-cp311-linux_x86_64",
            files=(*files, WheelFile(path="demo/weights", content=bytes(range(256)) * 4000)),
        )
    )
    path = tmp_path / "demo-1.0-cp311-cp311-linux_x86_64.whl"
    path.write_bytes(content)
    far = RemoteWheel(url=URL, filename=path.name, ranges=(ranges := FakeRanges(content)))

    with closing(open_wheel(path)) as near:
        expected, near_cost = inspect_wheel(near, sha256=None)
    inspection, cost = inspect_wheel(far, sha256=None)

    assert inspection == expected
    assert len(inspection.binaries) == 4
    assert (near_cost.requests, near_cost.bytes_total) == (0, len(content))
    assert len(ranges.rounds) <= 4
    assert cost.bytes_read == ranges.bytes_served


def test_elf_without_machine_is_a_binary_without_architecture() -> None:
    content = write_binary(Elf(machine=0))

    assert only(inspect({"demo/a.so": content})).binary.architectures == frozenset()


@pytest.mark.parametrize("scheme", ["purelib", "platlib"])
def test_what_the_data_folder_is_written_over_is_not_there(scheme: str) -> None:
    elf = write_binary(native_binary("linux-x86_64"))
    written = f"demo-1.0.data/{scheme}/demo/a.so"
    inspection = inspect({written: elf, "demo/a.so": elf, "demo/b.so": elf})
    assert [one.path for one in inspection.binaries] == [written, "demo/b.so"]
