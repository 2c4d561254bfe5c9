"""Real pip and uv behind the gateway, against indexes that lie."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fake_index.binaries import write_binary
from fake_index.elf import Elf
from fake_index.world import Behaviour, Fault, Ranges
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import FOR_ARM_MAC, HOLLOW, PIP, PIP_ARM_MAC, UV, UV_ARM_MAC


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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_request_to_end_reaches_the_command_which_decides(name: str) -> None:
    script = (
        "import signal, sys, time\n"
        f"signal.signal(signal.{name}, lambda *_: sys.exit(3))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-m", "archpip", "exec", "--", sys.executable, "-c", script]
    number = getattr(signal, name)
    # In a session of its own no terminal sends it an interrupt; whoever runs the tests may ignore
    # signals, as nohup does.
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509 -- no threads
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(timeout=60) == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param((), "two dashes", id="no-command"),
        pytest.param(("--", "no-such-program-anywhere"), "cannot be run", id="no-program"),
        pytest.param(("--target-platform", "amiga", "--", "pip"), "amiga", id="no-target"),
        pytest.param(
            ("--cert", "none.pem", "--", sys.executable, "-c", "print('it ran')"),
            "none.pem cannot be read",
            id="no-certificate",
        ),
    ],
)
def test_what_cannot_be_run_is_said(
    archpip_here: ArchpipCommand, arguments: tuple[str, ...], says: str
) -> None:
    run = archpip_here("exec", *arguments)

    assert run.returncode == 2
    assert says in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there, names say what runs a file")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"echo it ran\n", "no #!", id="script"),
        pytest.param(
            write_binary(Elf(machine="ppc")), "for another processor", id="foreign-binary"
        ),
    ],
)
def test_file_that_the_system_does_not_run_is_said_to_be_what_it_is(
    archpip_here: ArchpipCommand, tmp_path: Path, content: bytes, says: str
) -> None:
    script = tmp_path / "build"
    script.write_bytes(content)
    script.chmod(0o755)

    run = archpip_here("exec", "--", "./build")

    assert run.returncode == 2
    assert "./build cannot be run: it" in run.stderr
    assert says in run.stderr
    assert ("archpip exec … -- sh ./build" in run.stderr) is (says == "no #!")
