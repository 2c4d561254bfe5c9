"""Build backends really run, from small sdists that need no index."""

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import textwrap
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from archpip.architecture import Libc, OperatingSystem
from archpip.builds import (
    BackendMissingError,
    BuildFailedError,
    BuildNotApprovedError,
    BuildOptions,
    BuildSettings,
    BuildStep,
    BuildTimeoutError,
    BuiltForWrongTargetError,
    CrossPython,
    IndexOptions,
    Installer,
    InvalidBuildSystemError,
    Patch,
    PatchError,
    PureWheelError,
    SourceBuilder,
    TagMismatchError,
    Toolchain,
    ToolchainMissingError,
    Zig,
)
from archpip.targets import Target, detect_host, extension_suffixes, parse_target
from fake_index.binaries import native_binary, write_binary
from fake_index.sdists import Build, Sdist, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fake toolchain is Linux'")

_METADATA = CoreMetadata(name="m", version="1.0")
_HOST = detect_host()
_PYTHON = _HOST.python
_FOREIGN = "linux-aarch64" if _HOST.name == "linux-x86_64" else "linux-x86_64"
_PREFACE = """
import json, os, pathlib, platform, subprocess, sys, sysconfig, zipfile

def get_requires_for_build_wheel(config_settings=None):
    return []

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    work(config_settings)
    name, info = "m-1.0-py3-none-any.whl", "m-1.0.dist-info"
    tag = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("m.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: m\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


class RecordingReporter:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.steps: list[BuildStep] = []
        self.lines: list[str] = []

    def build_step(self, project: str, step: BuildStep) -> None:
        assert project == "m-1.0"
        self.steps.append(step)

    def build_output(self, project: str, line: str) -> None:
        assert project == "m-1.0"
        self.lines.append(line)


@pytest.fixture(name="reporter")
def _reporter() -> RecordingReporter:
    return RecordingReporter()


@pytest.fixture(name="options")
def _options(tmp_path: Path) -> BuildOptions:
    return BuildOptions(
        wheel_folder=tmp_path / "wheels",
        log_folder=tmp_path / "logs",
        work_folder=tmp_path / "work",
        indexes=IndexOptions(no_index=True, find_links=(str(tmp_path / "links"),)),
    )


MakeBuilder = Callable[..., SourceBuilder]


@pytest.fixture(name="make_builder")
def _make_builder(options: BuildOptions, reporter: RecordingReporter) -> MakeBuilder:
    def make(
        settings: BuildSettings | None = None,
        environment: Mapping[str, str] | None = None,
        zig: Zig | None = None,
        **changes: object,
    ) -> SourceBuilder:
        return SourceBuilder(
            host=_HOST,
            python=Path(sys.executable),
            environment=environment or dict(os.environ),
            options=replace(options, **changes),  # type: ignore[arg-type]  # a test names them
            settings={_METADATA.name: settings} if settings else {},  # type: ignore[dict-item]
            reporter=reporter,
            toolchains=(_paper_toolchain(),),
            zig=zig,
        )

    return make


def _paper_toolchain() -> Toolchain:
    """A toolchain that is planned with and never run."""
    target = _foreign()
    return Toolchain(
        name=_FOREIGN,
        operating_system=OperatingSystem.LINUX,
        architecture=target.architectures[0],
        libc=Libc.GLIBC,
        c=Path("/no/gcc"),
        cxx=Path("/no/g++"),
        archiver=Path("/no/ar"),
        ranlib=Path("/no/ranlib"),
        sysroot=Path("/no/sysroot"),
        library_folder=Path("/no/sysroot/usr/lib"),
        pythons=(
            CrossPython(
                version=(_PYTHON.version[0], _PYTHON.version[1]),
                include_folders=(Path("/no/sysroot/usr/include/python"),),
            ),
        ),
    )


def _foreign() -> Target:
    return parse_target(_FOREIGN, host=_HOST, python=_PYTHON)


def write_project(folder: Path, work: str, **files: str) -> Path:
    """Write an sdist whose in-tree backend does `work` before it makes a pure wheel."""
    indented = textwrap.indent(textwrap.dedent(work).strip() or "pass", "    ")
    texts = {
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
        ),
        "own.py": f"{_PREFACE}\ndef work(config_settings):\n{indented}\n",
        **{name.replace("__", "."): text for name, text in files.items()},
    }
    sdist = folder / "m-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        for name, text in texts.items():
            member = tarfile.TarInfo(f"m-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return sdist


def write_outcome(
    folder: Path, platform: str | None, *, tag: str, log: tuple[str, ...] = ()
) -> Path:
    """Write an sdist that builds one wheel, whatever it is built for."""
    suffix = extension_suffixes(_foreign())[0]
    module = () if platform is None else (_module(platform, suffix),)
    wheel = Wheel(metadata=_METADATA, tag=tag, files=module)
    sdist = Sdist(metadata=_METADATA, build=Build(wheels=(("*", wheel),), log=log))
    path = folder / sdist.filename
    path.write_bytes(write_sdist(sdist))
    return path


def _module(platform: str, suffix: str) -> WheelFile:
    return WheelFile(path=f"m{suffix}", content=write_binary(native_binary(platform, init="m")))


def left_behind(options: BuildOptions) -> list[Path]:
    assert options.work_folder is not None
    return list(options.work_folder.iterdir()) if options.work_folder.exists() else []


def test_a_build_ends_in_a_checked_wheel_and_leaves_nothing_else(
    tmp_path: Path,
    make_builder: MakeBuilder,
    options: BuildOptions,
    reporter: RecordingReporter,
) -> None:
    wheel = make_builder().build(write_project(tmp_path, "print('working')"), _HOST)
    assert wheel.name == "m-1.0-py3-none-any.whl"
    assert reporter.steps[0] is BuildStep.UNPACK
    assert reporter.steps[-2:] == [BuildStep.WHEEL, BuildStep.CHECK]
    assert "working" in reporter.lines
    assert left_behind(options) == []
    assert list(options.log_folder.iterdir()) == []


def test_a_second_build_is_found_in_the_cache(tmp_path: Path, make_builder: MakeBuilder) -> None:
    sdist = write_project(tmp_path, "")
    builder = make_builder()
    first = builder.build_wheel(sdist, _HOST)
    second = builder.build_wheel(sdist, _HOST)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.path == first.path


def test_a_damaged_wheel_in_the_cache_is_built_again(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    sdist = write_project(tmp_path, "")
    builder = make_builder()
    builder.build(sdist, _HOST).write_bytes(b"PK damaged")
    again = builder.build_wheel(sdist, _HOST)
    assert not again.from_cache
    assert again.path.read_bytes().startswith(b"PK\x03\x04")


def test_a_wheel_that_another_process_drops_meanwhile_is_built_again(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    sdist = write_project(tmp_path, "")
    builder = make_builder()
    kept = builder.build(sdist, _HOST)
    kept.unlink()
    kept.symlink_to("gone")  # listed, and not there when it is opened
    assert not builder.build_wheel(sdist, _HOST).from_cache


def test_getting_zig_makes_nobody_build_anew(tmp_path: Path, make_builder: MakeBuilder) -> None:
    sdist = write_project(tmp_path, "")
    make_builder().build(sdist, _HOST)
    zig = Zig(executable=Path("/no/zig"), version="0.15.1")
    assert make_builder(zig=zig).build_wheel(sdist, _HOST).from_cache


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
    builder.build(sdist, _HOST)
    assert [line for line in reporter.lines if line.startswith("found")] == [
        "found none",
        "found a mark",
        "found none",
    ]


def test_a_folder_is_built_afresh_each_time(tmp_path: Path, make_builder: MakeBuilder) -> None:
    with tarfile.open(write_project(tmp_path, "")) as archive:
        archive.extractall(tmp_path, filter="data")
    builder = make_builder()
    built = [builder.build_wheel(tmp_path / "m-1.0", _HOST) for _ in range(2)]
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
    make_builder().build(write_project(tmp_path, work), _foreign())
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen == {
        "platform": _FOREIGN,
        "suffix": extension_suffixes(_foreign())[0],
        "include": f"/no/sysroot/usr/include/python{_PYTHON.short_version}",
        "purelib": True,
        "machine": _foreign().architecture_name,
        "child": _HOST.architecture_name,
        "CC": True,
        "PIP": [],
    }


def test_build_requirements_are_installed_for_this_machine(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    # Were pip to see the cross variables, it would take the target's wheel, which cannot run here.
    links = tmp_path / "links"
    links.mkdir()
    for platform in (_HOST.name, _FOREIGN):
        metadata = CoreMetadata(name="tool", version="1.0")
        tag = f"cp{_PYTHON.nodot}-cp{_PYTHON.nodot}-{platform.replace('-', '_')}"
        file = WheelFile(path="tool.py", content=f"machine = {platform!r}\n".encode())
        wheel = Wheel(metadata=metadata, tag=tag, files=(file,))
        (links / wheel.filename).write_bytes(write_wheel(wheel))
    work = f"import tool; assert tool.machine == {_HOST.name!r}, tool.machine"
    settings = BuildSettings(build_requires=("tool",))
    make_builder(settings).build(write_project(tmp_path, work), _foreign())


@pytest.mark.parametrize("installer", list(Installer))
def test_a_project_without_a_build_system_is_built_by_setuptools(
    tmp_path: Path, make_builder: MakeBuilder, installer: Installer
) -> None:
    links = tmp_path / "links"
    links.mkdir()
    own = f"{_PREFACE}\ndef work(settings): print('legacy', pathlib.Path('setup.py').exists())\n"
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
    assert builder.build(sdist, _HOST).name == "m-1.0-py3-none-any.whl"


def test_config_settings_reach_the_backend(tmp_path: Path, make_builder: MakeBuilder) -> None:
    work = 'assert config_settings == {"a": "1", "b": ["2", "3"]}, config_settings'
    settings = BuildSettings(config_settings=(("a", ("1",)), ("b", ("2", "3"))))
    make_builder(settings).build(write_project(tmp_path, work), _HOST)


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
        make_builder(BuildSettings(patches=(good,))).build(sdist, _HOST)
    found = caught.value.reason.split()[3].rstrip(",")
    make_builder(BuildSettings(patches=(replace(good, sha256=found),))).build(sdist, _HOST)


def test_a_failure_says_what_failed_first_and_where_the_log_is(
    tmp_path: Path, make_builder: MakeBuilder, options: BuildOptions
) -> None:
    work = """
    print("a.c:1:10: fatal error: openssl/ssl.h: No such file or directory")
    print("error: command '/usr/bin/gcc' failed with exit code 1")
    sys.exit(1)
    """
    with pytest.raises(BuildFailedError) as caught:
        make_builder().build(write_project(tmp_path, work), _HOST)
    assert str(caught.value) == (
        f"m-1.0 was not built for {_HOST.name}: building its wheel failed: "
        "openssl/ssl.h: No such file or directory"
    )
    assert "openssl/ssl.h" in caught.value.log.read_text()
    assert caught.value.details[:2] == (
        "a.c:1:10: fatal error: openssl/ssl.h: No such file or directory",
        "error: command '/usr/bin/gcc' failed with exit code 1",
    )
    assert left_behind(options) == []


def test_a_compiler_that_is_not_there_is_a_toolchain_that_is_missing(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    work = """
    sys.exit("error: command 'gcc' failed: No such file or directory")
    """
    with pytest.raises(ToolchainMissingError, match="gcc is not on this machine") as caught:
        make_builder().build(write_project(tmp_path, work), _HOST)
    assert "build-essential" in caught.value.hint


def test_credentials_never_reach_a_log(
    tmp_path: Path, make_builder: MakeBuilder, reporter: RecordingReporter
) -> None:
    work = 'print("https://user:secret@host/simple"); sys.exit(1)'
    with pytest.raises(BuildFailedError) as caught:
        make_builder().build(write_project(tmp_path, work), _HOST)
    assert "secret" not in caught.value.log.read_text()
    assert "https://****@host/simple" in reporter.lines
    assert not any("secret" in line for line in reporter.lines)


def test_a_backend_that_cannot_be_imported_is_named(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    sdist = write_project(
        tmp_path, "", pyproject__toml='[build-system]\nrequires = []\nbuild-backend = "nowhere"\n'
    )
    with pytest.raises(BackendMissingError, match="its build backend nowhere cannot be imported"):
        make_builder().build(sdist, _HOST)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            '[build-system]\nrequires = ["--index-url=https://evil"]\nbuild-backend = "own"\n',
            "--index-url",
            id="an-option-is-no-requirement",
        ),
        pytest.param('[build-system]\nrequires = "x"\n', "array of strings", id="no-list"),
        pytest.param("[build-system\n", "pyproject.toml cannot be read", id="no-toml"),
        pytest.param(
            '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["../.."]\n',
            "backend-path",
            id="backend-path-climbs",
        ),
    ],
)
def test_a_build_system_that_breaks_the_rules_is_refused(
    tmp_path: Path, make_builder: MakeBuilder, text: str, reason: str
) -> None:
    sdist = write_project(tmp_path, "", pyproject__toml=text)
    with pytest.raises(InvalidBuildSystemError) as caught:
        make_builder().build(sdist, _HOST)
    assert reason in str(caught.value)


def test_build_requirements_that_cannot_be_had_are_named(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    (tmp_path / "links").mkdir()
    builder = make_builder(BuildSettings(build_requires=("nowhere-to-be-found",)))
    with pytest.raises(BuildFailedError, match="installing its build requirements failed") as e:
        builder.build(write_project(tmp_path, ""), _HOST)
    assert "nowhere-to-be-found" in e.value.reason


def test_a_build_that_takes_too_long_is_ended_with_its_children(
    tmp_path: Path, make_builder: MakeBuilder, options: BuildOptions
) -> None:
    work = f"""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(child.pid))
    child.wait()
    """
    sdist = write_project(tmp_path, work)
    with pytest.raises(BuildTimeoutError, match="took longer than the time limit"):
        make_builder(time_limit_seconds=6).build(sdist, _HOST)
    assert_gone(int((tmp_path / "pid").read_text()))
    assert left_behind(options) == []


def assert_gone(pid: int) -> None:
    """Wait for a process to end; the kernel may take a moment."""
    for _ in range(50):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} is still there")


def test_ctrl_c_leaves_no_process_and_no_folder(tmp_path: Path, options: BuildOptions) -> None:
    work = f"""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(child.pid))
    child.wait()
    """
    sdist = write_project(tmp_path, work)
    script = f"""
import os, sys
from pathlib import Path
from archpip.builds import BuildOptions, SourceBuilder
from archpip.targets import detect_host
folder = Path({str(tmp_path)!r})
options = BuildOptions(wheel_folder=folder / "wheels", log_folder=folder / "logs",
                       work_folder=folder / "work")
builder = SourceBuilder(host=detect_host(), python=Path(sys.executable),
                        environment=dict(os.environ), options=options)
builder.build(Path({str(sdist)!r}), detect_host())
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for(tmp_path / "pid")
    process.send_signal(signal.SIGINT)  # to archpip alone: builds are in groups of their own
    _, errors = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors
    assert_gone(int((tmp_path / "pid").read_text()))
    assert left_behind(options) == []


def wait_for(path: Path) -> None:
    for _ in range(300):
        if path.exists() and path.read_text():
            return
        time.sleep(0.1)
    pytest.fail(f"{path.name} never came")


def test_a_cancelled_builder_ends_builds_of_other_threads(
    tmp_path: Path, make_builder: MakeBuilder, options: BuildOptions
) -> None:
    work = f"""
    pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid()))
    import time; time.sleep(600)
    """
    builder, sdist = make_builder(), write_project(tmp_path, work)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            builder.build(sdist, _HOST)
        except BuildFailedError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(tmp_path / "pid")
    builder.cancel()
    thread.join(20)
    assert [type(error) for error in failures] == [BuildFailedError]
    assert left_behind(options) == []


def test_a_kept_build_shows_what_was_built_and_with_which_files(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    builder = make_builder(keep_build_folder=tmp_path / "kept")
    builder.build(write_project(tmp_path, ""), _foreign())
    [kept] = (tmp_path / "kept").iterdir()
    assert (kept / "source/m-1.0/own.py").exists()
    assert "exec /no/gcc " in (kept / "target/bin/cc").read_text()


def test_nothing_is_run_unless_it_is_approved_by_name(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    marker = tmp_path / "ran"
    sdist = write_project(tmp_path, f"pathlib.Path({str(marker)!r}).touch()")
    builder = make_builder(require_approval=True)
    for ask in (builder.metadata, lambda path: builder.build(path, _HOST)):
        with pytest.raises(BuildNotApprovedError, match="m was not built"):
            ask(sdist)
    assert not marker.exists()
    make_builder(BuildSettings(approved=True), require_approval=True).build(sdist, _HOST)
    assert marker.exists()


@pytest.mark.parametrize("code", [_HOST.name, "macos-arm64", "windows-arm64"])
def test_another_machines_code_in_a_wheel_for_the_target_is_refused(
    tmp_path: Path, make_builder: MakeBuilder, options: BuildOptions, code: str
) -> None:
    tag = f"cp{_PYTHON.nodot}-cp{_PYTHON.nodot}-{_FOREIGN.replace('-', '_')}"
    builder = make_builder()
    with pytest.raises(BuiltForWrongTargetError):
        builder.build(write_outcome(tmp_path, code, tag=tag), _foreign())
    assert not list(options.wheel_folder.glob("*/*.whl")), "it must not be kept"


def test_a_wheel_named_after_this_machine_is_refused_for_another(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    tag = f"cp{_PYTHON.nodot}-cp{_PYTHON.nodot}-{_HOST.name.replace('-', '_')}"
    with pytest.raises(TagMismatchError):
        make_builder().build(write_outcome(tmp_path, _FOREIGN, tag=tag), _foreign())


def test_a_swallowed_compile_error_is_found(tmp_path: Path, make_builder: MakeBuilder) -> None:
    log = ("building 'm._speedups' extension", "gcc: fatal error: no input", "built in pure Python")
    sdist = write_outcome(tmp_path, None, tag="py3-none-any", log=log)
    with pytest.raises(PureWheelError, match=r"m\._speedups was to be compiled"):
        make_builder().build(sdist, _foreign())
    accepted = make_builder(BuildSettings(allow_pure=True)).build(sdist, _foreign())
    assert accepted.name == "m-1.0-py3-none-any.whl"


def test_what_the_index_says_is_evidence_too(tmp_path: Path, make_builder: MakeBuilder) -> None:
    sdist = write_outcome(tmp_path, None, tag="py3-none-any")
    with pytest.raises(PureWheelError, match="it has 12 wheels of this version"):
        make_builder().build(sdist, _foreign(), native_evidence="it has 12 wheels of this version")


def test_a_right_cross_build_passes(tmp_path: Path, make_builder: MakeBuilder) -> None:
    tag = f"cp{_PYTHON.nodot}-cp{_PYTHON.nodot}-{_FOREIGN.replace('-', '_')}"
    built = make_builder().build_wheel(write_outcome(tmp_path, _FOREIGN, tag=tag), _foreign())
    [module] = built.wheel.inspection.binaries
    assert module.binary.architectures == set(_foreign().architectures)


def test_a_plan_runs_nothing(tmp_path: Path, make_builder: MakeBuilder) -> None:
    marker = tmp_path / "ran"
    sdist = write_project(tmp_path, f"pathlib.Path({str(marker)!r}).touch()")
    plan = make_builder().plan(sdist, _foreign())
    assert dict(plan.environment)["_PYTHON_HOST_PLATFORM"] == _FOREIGN
    assert not marker.exists()
