"""Real pip and uv behind the gateway, against indexes that lie."""

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fake_index.binaries import write_binary
from fake_index.elf import Elf
from fake_index.sdists import Sdist, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from fake_index.world import Behaviour, Fault, Index, IndexFile, Project, Ranges, World
from tests.conftest import ArchpipCommand, FakeWorldFactory

HOLLOW = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"
FOR_ARM_MAC = ("exec", "--target-platform", "macos-arm64", "--python-version", "3.10")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
PIP_ARM_MAC = (
    *("--only-binary", ":all:", "--platform", "macosx_11_0_arm64", "--python-version", "3.10"),
)
UV = (sys.executable, "-m", "uv", "--no-progress")
UV_ARM_MAC = ("--python-platform", "aarch64-apple-darwin", "--python-version", "3.10")


def test_pip_finds_nothing_where_the_only_wheel_is_hollow(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand
) -> None:
    fake = fake_world("hollow-universal2")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--"),
        *(*PIP, "download", *PIP_ARM_MAC, "uamqp==1.6.1"),
    )

    assert run.returncode == 1
    assert "No matching distribution found for uamqp==1.6.1" in run.stderr
    assert f"{HOLLOW}: AP201" in run.stderr


def test_pip_takes_the_older_wheel_that_runs(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--"),
        *(*PIP, "download", *PIP_ARM_MAC, "uamqp"),
    )

    assert run.returncode == 0, run.stderr
    assert [path.name for path in tmp_path.glob("*.whl")] == [
        "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"
    ]


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(Behaviour(), id="everything"),
        pytest.param(Behaviour(metadata=False), id="no-metadata"),
        pytest.param(Behaviour(ranges=Ranges.IGNORED, metadata=False), id="no-ranges"),
    ],
)
def test_uv_compiles_to_the_version_whose_sdist_is_left(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    behaviour: Behaviour,
    tmp_path: Path,
) -> None:
    fake = fake_world("azure-eventhub", behaviour)
    (tmp_path / "requirements.in").write_text("azure-eventhub==5.10.1\nuamqp==1.6.1\n")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--"),
        *(*UV, "pip", "compile", "-v", *UV_ARM_MAC, "--no-header", "requirements.in"),
    )

    assert run.returncode == 0, run.stderr
    assert "uamqp==1.6.1" in run.stdout
    assert "Selecting: uamqp==1.6.1 [compatible] (uamqp-1.6.1.tar.gz)" in run.stderr


def test_undecided_wheel_is_refused_late_and_the_client_run_again(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    # Judged ahead is for CPython 3.11; pip asks for 3.10 behind our back.
    fake = fake_world("azure-eventhub")

    run = archpip_here(
        *("exec", "--target-platform", "macos-arm64", "--python-version", "3.11"),
        *("--index-url", fake.index_url(), "--", *PIP, "download", *PIP_ARM_MAC, "uamqp"),
    )

    assert run.returncode == 1, run.stderr
    assert "running it again" in run.stderr
    assert "No matching distribution found for uamqp" in run.stderr
    assert not list(tmp_path.glob("*.whl"))


def test_uv_lock_names_the_real_index_and_is_the_same_again(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(metadata=False))
    project = '[project]\nname = "demo"\nversion = "0"\nrequires-python = ">=3.10"\n'
    (tmp_path / "pyproject.toml").write_text(f'{project}dependencies = ["uamqp"]\n')
    lockfile = tmp_path / "uv.lock"
    through = (
        *("exec", "--target-platform", "macos-arm64", "--index-url", fake.index_url(), "--"),
        *UV,
    )

    first = archpip_here(*through, "lock")
    locked = lockfile.read_text()
    second = archpip_here(*through, "lock", "--check")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert fake.index_url().rstrip("/") in locked
    assert HOLLOW not in locked
    assert "/macos-arm64/" not in locked
    assert lockfile.read_text() == locked


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(
            (*UV, "pip", "compile", *UV_ARM_MAC, "--emit-index-url", "-o", "out.txt", "uamqp.in"),
            id="requirements",
        ),
        pytest.param(
            (*UV, "pip", "compile", *UV_ARM_MAC, "-o", "pylock.toml", "uamqp.in"), id="uv-pylock"
        ),
        pytest.param((*PIP, "lock", "--no-build-isolation", "-r", "uamqp.in"), id="pip-lock"),
    ],
)
def test_what_a_client_writes_names_the_real_index(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    client: tuple[str, ...],
    tmp_path: Path,
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(metadata=False))
    (tmp_path / "uamqp.in").write_text("uamqp\n")

    run = archpip_here(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--", *client)

    written = next(path for path in tmp_path.iterdir() if path.name != "uamqp.in").read_text()
    assert run.returncode == 0, run.stderr
    assert "/macos-arm64/" not in written
    assert fake.url in written


PROJECT = """\
[project]
name = "demo"
version = "0"
requires-python = ">=3.10"
dependencies = ["uamqp"]
[[tool.uv.index]]
name = "special"
url = "{special}"
explicit = true
[[tool.uv.index]]
name = "house"
url = "{house}"
default = true
[tool.uv.sources]
uamqp = {{ index = "special" }}
"""


def test_indexes_of_the_project_stand_behind_gateways_of_their_own(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    special, house = fake_world("hollow-universal2"), fake_world("azure-eventhub")
    project = PROJECT.format(special=special.index_url(), house=house.index_url())
    (tmp_path / "pyproject.toml").write_text(project)
    through = ("exec", "--target-platform", "macos-arm64", "--", *UV)

    added = archpip_here(*through, "add", "--no-sync", "azure-eventhub==5.11.0")
    locked = (tmp_path / "uv.lock").read_text()
    checked = archpip_here(*through, "lock", "--check")

    assert (added.returncode, checked.returncode) == (0, 0), added.stderr + checked.stderr
    assert HOLLOW not in locked
    assert f'registry = "{special.index_url().rstrip("/")}' in locked
    assert f'registry = "{house.index_url().rstrip("/")}' in locked
    assert "/macos-arm64/" not in locked
    written = (tmp_path / "pyproject.toml").read_text()
    assert written.startswith(project[: project.index("dependencies")])
    assert project[project.index("[[tool") :] in written
    assert "warning" not in added.stderr


NAMELESS = """\
[project]
name = "demo"
version = "0"
requires-python = ">=3.10"
dependencies = []
[tool.uv]
extra-index-url = ["{special}"]

[[tool.uv.index]]
url = "{house}"
"""


def test_indexes_without_a_name_stand_behind_gateways_of_their_own(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    special, house = fake_world("hollow-universal2"), fake_world("requires-python")
    project = NAMELESS.format(special=special.index_url(), house=house.index_url())
    (tmp_path / "pyproject.toml").write_text(project)
    through = ("exec", "--target-platform", "macos-arm64", "--", *UV)

    added = archpip_here(*through, "add", "--no-sync", "uamqp")
    locked = (tmp_path / "uv.lock").read_text()
    checked = archpip_here(*through, "lock", "--check")
    alone = subprocess.run(
        [*UV, "sync", "--locked", "--dry-run"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (added.returncode, checked.returncode) == (0, 0), added.stderr + checked.stderr
    assert alone.returncode == 0, alone.stderr
    assert HOLLOW not in locked
    assert f'registry = "{special.index_url().rstrip("/")}' in locked
    assert "/macos-arm64/" not in locked
    written = (tmp_path / "pyproject.toml").read_text()
    assert project[project.index("[tool.uv]") :] in written
    assert "warning" not in added.stderr


def test_ways_round_the_gateway_are_told(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand
) -> None:
    fake = fake_world("hollow-universal2")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--", *PIP, "download", *PIP_ARM_MAC, "--no-deps"),
        *("--index-url", fake.index_url(), "uamqp==1.6.1"),
    )

    assert run.returncode == 0
    assert "--index-url of the command goes round the gateway" in run.stderr


def test_credentials_stay_with_archpip(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(credentials=("user", "hunter2")))
    url = fake.index_url(credentials=("user", "hunter2"))

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", url, "--"),
        *(*PIP, "download", "-vv", *PIP_ARM_MAC, "uamqp"),
    )

    assert run.returncode == 0, run.stderr
    assert len(list(tmp_path.glob("*.whl"))) == 1
    assert "hunter2" not in run.stdout + run.stderr


def test_other_indexes_of_the_environment_stand_behind_the_gateway(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\nno-index = yes\nfind-links = {fake.links_url()}\n")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--", *PIP, "download", *PIP_ARM_MAC, "uamqp"),
        PIP_CONFIG_FILE=str(config),
    )

    assert run.returncode == 0, run.stderr
    assert [path.name for path in tmp_path.glob("*.whl")] == [
        "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"
    ]


def test_status_of_the_command_is_ours(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("exec", "--", sys.executable, "-c", "raise SystemExit(7)")

    assert run.returncode == 7


def test_failing_index_is_an_error_of_the_client_with_its_reason(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fake = fake_world(
        "hollow-universal2", Behaviour(faults=(Fault(path="*/simple/*", status=500),))
    )

    run = archpip_cli(
        *(*FOR_ARM_MAC, "--retries", "0", "--index-url", fake.index_url(), "--"),
        *(*PIP, "download", "--retries", "0", *PIP_ARM_MAC, "uamqp"),
    )

    assert run.returncode != 0
    assert "An index behind the gateway failed" in run.stderr
    assert "it answers HTTP 500" in run.stderr


def test_request_to_end_reaches_the_command_which_decides() -> None:
    script = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-m", "archpip", "exec", "--", sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        assert process.wait(timeout=60) == 3


_CLIENT = """\
import os, pathlib, time
view = os.environ["UV_DEFAULT_INDEX"]
pathlib.Path("pyproject.toml").write_text(
    pathlib.Path("pyproject.toml").read_text()
    + f'[[tool.uv.index]]\\nurl = "{view}"\\ndefault = true\\n'
)
pathlib.Path("uv.lock").write_text(f'registry = "{view}"')
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed so there")
def test_run_that_was_killed_is_put_right_by_the_next(
    archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    client, project = tmp_path / "uv", tmp_path / "pyproject.toml"
    client.write_text(f"#!{sys.executable}\n{_CLIENT}")
    client.chmod(0o755)
    project.write_text('[project]\nname = "demo"\n')
    command = [sys.executable, "-m", "archpip", "exec", "--", str(client), "add", "a"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGKILL)
    assert "127.0.0.1" in project.read_text()

    later = archpip_here("exec", "--", sys.executable, "-c", "")

    assert project.read_text() == '[project]\nname = "demo"\n'
    assert not (tmp_path / "uv.lock").exists()
    assert later.stderr.count("was killed") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param((), "two dashes", id="no-command"),
        pytest.param(("--", "no-such-program-anywhere"), "cannot be run", id="no-program"),
        pytest.param(("--target-platform", "amiga", "--", "pip"), "amiga", id="no-target"),
    ],
)
def test_what_cannot_be_run_is_said(
    archpip_here: ArchpipCommand, arguments: tuple[str, ...], says: str
) -> None:
    run = archpip_here("exec", *arguments)

    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr


HOST = platform.machine()
FOREIGN = "aarch64" if HOST == "x86_64" else "x86_64"


def world_with_a_build_tool() -> World:
    """Return an sdist whose build needs a wheel that runs here alone, whatever its name says."""
    library = write_binary(Elf(machine=HOST, needed=("libc.so.6",)))
    tool = Wheel(
        metadata=CoreMetadata(name="tool", version="1"),
        files=(
            WheelFile(path="tool/__init__.py"),
            WheelFile(path="tool/libtool.so", content=library),
        ),
    )
    pyproject = (
        '[build-system]\nrequires = ["tool"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "pure"\nversion = "1"\n'
    )
    sdist = Sdist(
        metadata=CoreMetadata(name="pure", version="1"),
        files=(("pyproject.toml", pyproject.encode()),),
    )
    files = {
        "tool": IndexFile(filename=tool.filename, content=write_wheel(tool)),
        "pure": IndexFile(filename=sdist.filename, content=write_sdist(sdist)),
    }
    projects = tuple(Project(name=name, files=(file,)) for name, file in files.items())
    return World(indexes=(Index(name="main", projects=projects),))


@pytest.mark.skipif(sys.platform != "linux", reason="the tool is built for Linux")
@pytest.mark.parametrize(
    "client",
    [
        pytest.param((*UV, "pip", "install", "--target", "out"), id="uv"),
        pytest.param((*PIP, "install", "--no-deps", "--target", "out"), id="pip"),
    ],
)
def test_build_requirements_are_the_hosts(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    client: tuple[str, ...],
    tmp_path: Path,
) -> None:
    fake = fake_world(world_with_a_build_tool())
    foreign = ("--python-platform", f"{FOREIGN}-unknown-linux-gnu") if "uv" in client else ()
    through = (
        *("exec", "--target-platform", f"linux-{FOREIGN}", "--index-url", fake.index_url(), "--"),
        *(*client, *foreign),
    )

    built = archpip_here(*through, "pure")
    refused = archpip_here(*through, "tool") if foreign else None

    assert built.returncode == 0, built.stderr
    assert (tmp_path / "out" / "pure-1.dist-info").is_dir()
    assert "tool-1-py3-none-any.whl: AP4" in built.stderr
    assert refused is None or refused.returncode != 0
