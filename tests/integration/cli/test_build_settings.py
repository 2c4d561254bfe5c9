"""What is said about building one project reaches its build, the lockfile and the cache."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.cli.main import main

RunArchpip = Callable[..., subprocess.CompletedProcess[str]]

# A backend of its own, which needs nothing from an index: the wheel's one module tells what it saw.
_BACKEND = """
import os, pathlib, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    exec(os.environ.get("DO", ""))
    seen = (config_settings or {}, os.environ.get("SHOUT"), pathlib.Path("data.txt").read_text())
    info = "said-1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, "said-1.0-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("said.py", f"seen = {seen!r}\\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: said\\nVersion: 1.0\\n")
        tags = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(f"{info}/WHEEL", tags)
        wheel.writestr(f"{info}/RECORD", "")
    return "said-1.0-py3-none-any.whl"
"""
_PATCH = """\
--- a/data.txt
+++ b/data.txt
@@ -1 +1 @@
-plain
+patched
"""


@pytest.fixture(name="archpip_cli")
def _archpip_cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunArchpip:
    """Run the command line in this process: starting it takes longer than what is tested here."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, said.out, said.err)

    return run


@pytest.fixture(autouse=True)
def _sdist(tmp_path: Path) -> None:
    """Put `said` 1.0 into a folder of links, and a patch for it beside."""
    (tmp_path / "links").mkdir()
    (tmp_path / "said.patch").write_text(_PATCH)
    texts = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "own"\n'
        'backend-path = ["."]\n',
        "own.py": _BACKEND,
        "data.txt": "plain\n",
        "PKG-INFO": "Metadata-Version: 2.2\nName: said\nVersion: 1.0\n",
    }
    with tarfile.open(tmp_path / "links" / "said-1.0.tar.gz", "w:gz") as archive:
        for name, text in texts.items():
            member = tarfile.TarInfo(f"said-1.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))


def say(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(textwrap.dedent(text))


def everything(tmp_path: Path) -> None:
    digest = hashlib.sha256(_PATCH.encode()).hexdigest()
    say(
        tmp_path,
        f"""
        [tool.archpip.build.Said]
        config-settings = {{ mode = ["a", "b"] }}
        environment = {{ SHOUT = "hey" }}
        patches = [{{ path = "said.patch", sha256 = "{digest}" }}]
        """,
    )


OFFLINE = ("--no-index", "--find-links", "links")


def build(archpip_cli: RunArchpip, folder: Path, *arguments: str) -> object:
    """Build `said`, and return what its build saw."""
    finished = archpip_cli("wheel", *OFFLINE, "-w", "out", *arguments)
    assert finished.returncode == 0, finished.stderr
    with zipfile.ZipFile(folder / "out" / "said-1.0-py3-none-any.whl") as wheel:
        scope: dict[str, object] = {}
        exec(wheel.read("said.py"), scope)  # noqa: S102  # what the test itself wrote
    return scope["seen"]


def test_a_projects_table_reaches_the_build_and_flags_hold_over_it(
    archpip_cli: RunArchpip, tmp_path: Path
) -> None:
    everything(tmp_path)
    assert build(archpip_cli, tmp_path, "said") == ({"mode": ["a", "b"]}, "hey", "patched\n")
    # Other settings are another build: nothing is taken from the cache.
    seen = build(
        archpip_cli,
        tmp_path,
        *("said", "--config-settings-package", "said:mode=c", "--build-env", "SAID:SHOUT=loud"),
    )
    assert seen == ({"mode": "c"}, "loud", "patched\n")


def test_config_settings_are_for_what_the_command_line_names_as_in_pip(
    archpip_cli: RunArchpip, tmp_path: Path
) -> None:
    assert build(archpip_cli, tmp_path, "said", "-C", "mode=x") == ({"mode": "x"}, None, "plain\n")
    (tmp_path / "r.txt").write_text("said --config-settings mode=y\n")
    seen = build(archpip_cli, tmp_path, "-r", "r.txt", "-C", "mode=x")
    assert seen == ({"mode": "y"}, None, "plain\n")


def test_settings_are_evidence_and_a_check_notices_a_change(
    archpip_cli: RunArchpip, tmp_path: Path
) -> None:
    everything(tmp_path)
    locked = archpip_cli("lock", *OFFLINE, "said", "-o", "pylock.toml", "-C", "extra=1")
    assert locked.returncode == 0, locked.stderr
    text = (tmp_path / "pylock.toml").read_text()
    assert '"config-setting mode=a"' in text
    assert '"extra=1"' in text
    assert "hey" not in text  # variables hold secrets

    again = ("lock", "--check", "-o", "pylock.toml", "said")
    assert archpip_cli(*again, "-C", "extra=1").returncode == 0
    say(tmp_path, "[tool.archpip.build.said]\nconfig-settings = { mode = 'a' }\n")
    changed = archpip_cli(*again)
    assert changed.returncode == 6
    assert "said: its build is not the one that was locked: " in changed.stderr
    assert "no more config-setting mode=b" in changed.stderr
    assert "no more environment SHOUT=sha256:" in changed.stderr
    assert "no more extra=1" in changed.stderr


def test_a_download_builds_what_has_no_wheel_unless_sources_are_wanted(
    archpip_cli: RunArchpip, tmp_path: Path
) -> None:
    for flags, filename in (
        ((), "said-1.0-py3-none-any.whl"),
        (("--no-build",), "said-1.0.tar.gz"),
        (("--no-binary", "said"), "said-1.0.tar.gz"),
    ):
        finished = archpip_cli("download", *OFFLINE, "said", "-d", "got", *flags)
        assert finished.returncode == 0, finished.stderr
        assert [path.name for path in (tmp_path / "got").iterdir()] == [filename]
        (tmp_path / "got" / filename).unlink()


def test_a_download_that_cannot_be_built_says_first_why_it_would_be(
    archpip_cli: RunArchpip,
) -> None:
    elsewhere = ["--target-platform=linux-s390x", "--python-version=3.9"]
    finished = archpip_cli("download", *OFFLINE, "said", "-d", "got", *elsewhere)
    assert finished.returncode == 4
    why, _, error = finished.stderr.partition("error: ")
    assert "this version has no wheel; it is built from source" in why
    assert "needs CPython 3.9 on this machine" in error


def test_nothing_is_built_that_is_not_approved_by_name(
    archpip_cli: RunArchpip, tmp_path: Path
) -> None:
    say(tmp_path, "[tool.archpip]\nrequire-source-build-approval = true\n")
    refused = archpip_cli("wheel", *OFFLINE, "said", "-w", "out")
    assert refused.returncode == 4
    assert "said was not built: building runs its code" in refused.stderr
    assert "[tool.archpip.build.said]" in refused.stderr
    assert not list((tmp_path / "out").glob("*.whl"))
    seen = build(archpip_cli, tmp_path, "said", "--approve-source-build", "Said")
    assert seen == ({}, None, "plain\n")


def test_a_failure_shows_the_log_where_it_tells_of_it(archpip_cli: RunArchpip) -> None:
    work = "print('x.c:3:1: error: unknown type'); print('hint of gcc'); raise SystemExit(1)"
    failed = archpip_cli("wheel", *OFFLINE, "said", "-w", "out", "--build-env", f"said:DO={work}")
    assert failed.returncode == 4
    assert "building its wheel failed: x.c:3:1: error: unknown type" in failed.stderr
    assert "  | x.c:3:1: error: unknown type\n  | hint of gcc\n" in failed.stderr
    assert "The whole log is " in failed.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_build_is_ended_with_what_it_started(
    tmp_path: Path, number: signal.Signals
) -> None:
    pid = tmp_path / "pid"
    work = (
        'import subprocess, time; child = subprocess.Popen(["sleep", "600"]); '
        f'pathlib.Path("{pid}").write_text(str(child.pid)); time.sleep(600)'
    )
    say(tmp_path, f"[tool.archpip.build.said.environment]\nDO = '{work}'\n")
    (tmp_path / "out").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "archpip", "wheel", *OFFLINE, "said", "-w", "out"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / "out")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests may ignore signals, as nohup does.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509 -- no threads
    ) as process:
        while not (pid.exists() and pid.read_text()):
            assert process.poll() is None, process.stderr
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + number, said
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []
    # A container's first process may leave the dead unburied.
    status = Path(f"/proc/{pid.read_text()}/stat")
    assert not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
