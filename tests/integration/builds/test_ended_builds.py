"""Builds that are ended: too slow, interrupted, or given up by their builder."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from archpip.builds import (
    BuildFailedError,
    BuildOptions,
    BuildTimeoutError,
)
from tests.integration.builds.projects import HOST, MakeBuilder, left_behind, write_project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fake toolchain is Linux'")


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
        make_builder(time_limit_seconds=6).build(sdist, HOST)
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
            builder.build(sdist, HOST)
        except BuildFailedError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(tmp_path / "pid")
    builder.cancel()
    thread.join(20)
    assert [type(error) for error in failures] == [BuildFailedError]
    assert left_behind(options) == []
