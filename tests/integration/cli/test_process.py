"""What only a process of its own shows: how it ends, and where its output goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archpip.errors import ExitCode

FULL = Path("/dev/full")

LEAVING = """
import atexit, sys, threading
from archpip import __main__

atexit.register(print, "tidied up")
threading.Thread(target=threading.Event().wait).start()  # waits for ever
__main__.main = lambda: print("done", end=" ") or 3
__main__.run()
"""


def run(*words: str, redirection: str = "") -> "subprocess.CompletedProcess[str]":
    command = ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_process_ends_with_its_status_its_output_and_no_wait_for_threads() -> None:
    ended = run("-c", LEAVING)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("done tidied up\n", "", 3)


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("--version",), ("target", "host")], ids=" ".join)
def test_output_that_cannot_be_written_is_an_error(
    words: tuple[str, ...], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PYTHONUNBUFFERED", unbuffered)
    ended = run("-m", "archpip", *words, redirection=f"> {FULL}")
    assert ended.returncode == ExitCode.USAGE
    assert ended.stderr == "error: Cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_process_needs_no_output(closed: str) -> None:
    ended = run("-m", "archpip", "target", redirection=closed)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("words", [("help", "lock"), ("--help",), ("target", "linux-x86_64")])
def test_output_may_have_no_bytes_for_a_character(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PYTHONIOENCODING", "ascii")
    monkeypatch.setitem(os.environ, "COLUMNS", "40")
    ended = run("-m", "archpip", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.isascii()


def test_reader_may_stop_reading() -> None:
    ended = run("-m", "archpip", "help", "lock", redirection="| head -n 1")
    assert ended.stdout.startswith("usage: archpip lock")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")
def test_status_is_the_commands_own_where_nobody_can_be_told() -> None:
    ended = run("-m", "archpip", "lock", "==", redirection=f"2> {FULL}")
    assert ended.returncode == ExitCode.USAGE
    ended = run("-m", "archpip", "exec", "--", "sh", "-c", "exit 3", redirection=f"2> {FULL}")
    assert ended.returncode == 3
