"""Build backends really run, from small sdists that need no index."""

import json
import sys
import tarfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.builds import (
    BuildNotApprovedError,
    BuildOptions,
    BuildSettings,
    BuildStep,
    Installer,
    Patch,
    PatchError,
    Zig,
)
from archpip.targets import extension_suffixes
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.integration.builds.projects import (
    FOREIGN,
    HOST,
    PREFACE,
    PYTHON,
    MakeBuilder,
    RecordingReporter,
    foreign_target,
    left_behind,
    write_outcome,
    write_project,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fake toolchain is Linux'")


def test_a_build_ends_in_a_checked_wheel_and_leaves_nothing_else(
    tmp_path: Path,
    make_builder: MakeBuilder,
    options: BuildOptions,
    reporter: RecordingReporter,
) -> None:
    wheel = make_builder().build(write_project(tmp_path, "print('working')"), HOST)
    assert wheel.path.name == "m-1.0-py3-none-any.whl"
    assert reporter.steps[0] is BuildStep.UNPACK
    assert reporter.steps[-2:] == [BuildStep.WHEEL, BuildStep.CHECK]
    assert "working" in reporter.lines
    assert left_behind(options) == []
    assert list(options.log_folder.iterdir()) == []


def test_a_second_build_is_found_in_the_cache(tmp_path: Path, make_builder: MakeBuilder) -> None:
    sdist = write_project(tmp_path, "")
    builder = make_builder()
    first = builder.build(sdist, HOST)
    second = builder.build(sdist, HOST)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.path == first.path


def test_a_damaged_wheel_in_the_cache_is_built_again(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    sdist = write_project(tmp_path, "")
    builder = make_builder()
    builder.build(sdist, HOST).path.write_bytes(b"PK damaged")
    again = builder.build(sdist, HOST)
    assert not again.from_cache
    assert again.path.read_bytes().startswith(b"PK\x03\x04")


def test_a_wheel_that_another_process_drops_meanwhile_is_built_again(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    sdist = write_project(tmp_path, "")
    builder = make_builder()
    kept = builder.build(sdist, HOST).path
    kept.unlink()
    kept.symlink_to("gone")  # listed, and not there when it is opened
    assert not builder.build(sdist, HOST).from_cache


def test_getting_zig_makes_nobody_build_anew(tmp_path: Path, make_builder: MakeBuilder) -> None:
    sdist = write_project(tmp_path, "")
    make_builder().build(sdist, HOST)
    zig = Zig(executable=Path("/no/zig"), version="0.15.1")
    assert make_builder(zig=zig).build(sdist, HOST).from_cache


def test_metadata_comes_from_the_wheel_where_the_backend_has_no_hook_for_it(
    tmp_path: Path, make_builder: MakeBuilder, reporter: RecordingReporter
) -> None:
    metadata = make_builder().metadata(write_project(tmp_path, ""))
    assert metadata == b"Metadata-Version: 2.1\nName: m\nVersion: 1.0\n"
    assert BuildStep.WHEEL in reporter.steps


def test_metadata_comes_from_the_hook_where_there_is_one(
    tmp_path: Path, make_builder: MakeBuilder, reporter: RecordingReporter
) -> None:
    sdist = write_outcome(tmp_path, None, tag="py3-none-any")
    assert b"Name: m\n" in make_builder().metadata(sdist)
    assert BuildStep.WHEEL not in reporter.steps


def test_metadata_of_many_sdists_needs_one_environment_and_wheels_one_each(
    tmp_path: Path, make_builder: MakeBuilder, reporter: RecordingReporter
) -> None:
    """A backend leaves a mark where it runs, and says what it found there."""
    hook = """
        import pathlib, sys
        mark = pathlib.Path(sys.prefix, "mark")
        print("found a mark" if mark.exists() else "found none")
        mark.touch()
    """
    sdist = write_project(tmp_path, hook)
    builder = make_builder()
    builder.metadata(sdist)
    builder.metadata(sdist)
    builder.build(sdist, HOST)
    assert [line for line in reporter.lines if line.startswith("found")] == [
        "found none",
        "found a mark",
        "found none",
    ]


def test_a_folder_is_built_afresh_each_time(tmp_path: Path, make_builder: MakeBuilder) -> None:
    with tarfile.open(write_project(tmp_path, "")) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # since Python 3.11.4
        archive.extractall(tmp_path)  # noqa: S202  # our own
    builder = make_builder()
    built = [builder.build(tmp_path / "m-1.0", HOST) for _ in range(2)]
    assert [one.from_cache for one in built] == [False, False]
    assert not (tmp_path / "m-1.0/__pycache__").exists()


def test_only_the_hooks_see_the_target(tmp_path: Path, make_builder: MakeBuilder) -> None:
    work = f"""
    child = [sys.executable, "-c", "import platform; print(platform.machine())"]
    seen = {{
        "platform": sysconfig.get_platform(),
        "suffix": sysconfig.get_config_var("EXT_SUFFIX"),
        "include": sysconfig.get_path("include"),
        "purelib": sysconfig.get_path("purelib").startswith(sys.prefix),
        "machine": platform.machine(),
        "child": subprocess.check_output(child, text=True).strip(),
        "CC": os.environ["CC"].endswith("/target/bin/cc"),
        "PIP": [name for name in os.environ if name.startswith("PIP_FIND")],
    }}
    pathlib.Path({str(tmp_path / "seen.json")!r}).write_text(json.dumps(seen))
    """
    make_builder().build(write_project(tmp_path, work), foreign_target())
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen == {
        "platform": FOREIGN,
        "suffix": extension_suffixes(foreign_target())[0],
        "include": f"/no/sysroot/usr/include/python{PYTHON.short_version}",
        "purelib": True,
        "machine": foreign_target().architecture_name,
        "child": HOST.architecture_name,
        "CC": True,
        "PIP": [],
    }


def test_build_requirements_are_installed_for_this_machine(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    # Were pip to see the cross variables, it would take the target's wheel, which cannot run here.
    links = tmp_path / "links"
    links.mkdir()
    for platform in (HOST.name, FOREIGN):
        metadata = CoreMetadata(name="tool", version="1.0")
        tag = f"cp{PYTHON.nodot}-cp{PYTHON.nodot}-{platform.replace('-', '_')}"
        file = WheelFile(path="tool.py", content=f"machine = {platform!r}\n".encode())
        wheel = Wheel(metadata=metadata, tag=tag, files=(file,))
        (links / wheel.filename).write_bytes(write_wheel(wheel))
    work = f"import tool; assert tool.machine == {HOST.name!r}, tool.machine"
    settings = BuildSettings(build_requires=("tool",))
    make_builder(settings).build(write_project(tmp_path, work), foreign_target())


@pytest.mark.parametrize("installer", list(Installer))
def test_a_project_without_a_build_system_is_built_by_setuptools(
    tmp_path: Path, make_builder: MakeBuilder, installer: Installer
) -> None:
    links = tmp_path / "links"
    links.mkdir()
    own = f"{PREFACE}\ndef work(settings): print('legacy', pathlib.Path('setup.py').exists())\n"
    legacy = f"{own}\n__legacy__ = sys.modules[__name__]\n".encode()
    files = (
        WheelFile(path="setuptools/__init__.py", content=b""),
        WheelFile(path="setuptools/build_meta.py", content=legacy),
    )
    wheel = Wheel(metadata=CoreMetadata(name="setuptools", version="70.0"), files=files)
    (links / wheel.filename).write_bytes(write_wheel(wheel))
    sdist = tmp_path / "m-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("m-1.0/setup.py"))
    uv = Path(sys.executable).with_name("uv")
    builder = make_builder(installer=installer, uv=uv)
    assert builder.build(sdist, HOST).path.name == "m-1.0-py3-none-any.whl"


def test_config_settings_reach_the_backend(tmp_path: Path, make_builder: MakeBuilder) -> None:
    work = 'assert config_settings == {"a": "1", "b": ["2", "3"]}, config_settings'
    settings = BuildSettings(config_settings=(("a", ("1",)), ("b", ("2", "3"))))
    make_builder(settings).build(write_project(tmp_path, work), HOST)


def test_a_patch_is_applied_and_its_hash_is_checked(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    patch = tmp_path / "fix.patch"
    patch.write_text("--- a/data.txt\n+++ b/data.txt\n@@ -1 +1 @@\n-broken\n+mended\n")
    good = Patch(
        path=patch, sha256="8e9ecbf9ff5e8d2cb5a2d4f5d9b7ec9d2de6e52ac0f5c5b4a1f3d7d5a0a0a0a0"
    )
    sdist = write_project(
        tmp_path, 'assert pathlib.Path("data.txt").read_text() == "mended\\n"', data__txt="broken\n"
    )
    with pytest.raises(PatchError, match=r"its sha256 is [0-9a-f]{64}, not 8e9e") as caught:
        make_builder(BuildSettings(patches=(good,))).build(sdist, HOST)
    found = caught.value.reason.split()[3].rstrip(",")
    make_builder(BuildSettings(patches=(replace(good, sha256=found),))).build(sdist, HOST)


def test_a_kept_build_shows_what_was_built_and_with_which_files(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    builder = make_builder(keep_build_folder=tmp_path / "kept")
    builder.build(write_project(tmp_path, ""), foreign_target())
    [kept] = (tmp_path / "kept").iterdir()
    assert (kept / "source/m-1.0/own.py").exists()
    assert "exec /no/gcc " in (kept / "target/bin/cc").read_text()


def test_builds_are_kept_in_a_folder_named_from_here(
    tmp_path: Path, make_builder: MakeBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sdist = write_project(tmp_path, "assert os.path.isabs(sys.prefix), sys.prefix")
    make_builder(keep_build_folder=Path("kept")).build(sdist, HOST)
    assert list((tmp_path / "kept").iterdir())


def test_nothing_is_run_unless_it_is_approved_by_name(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    marker = tmp_path / "ran"
    sdist = write_project(tmp_path, f"pathlib.Path({str(marker)!r}).touch()")
    builder = make_builder(require_approval=True)
    for ask in (builder.metadata, lambda path: builder.build(path, HOST)):
        with pytest.raises(BuildNotApprovedError, match="m was not built"):
            ask(sdist)
    assert not marker.exists()
    make_builder(BuildSettings(approved=True), require_approval=True).build(sdist, HOST)
    assert marker.exists()
