"""Run a build's commands so that nothing outlives them: no process, no unread output.

Each command leads a process group of its own. When it ends, fails, runs out of time, or the user
presses Ctrl-C, whatever is left of the group (compilers, a ninja, a daemon) is killed.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from archpip.redaction import redact_userinfo

_KILL_PATIENCE_SECONDS = 5.0


class DeadlinePassedError(Exception):
    """A command was still running at its deadline. Translated by the caller."""


class Deadline:
    """A point in time that a build must not pass; `None` seconds is never."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    def remaining(self) -> float | None:
        """Return the seconds left, at least 0; `None` without a limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())


class ProcessSet:
    """The running processes of several runners, so that all can be killed at once."""

    def __init__(self) -> None:
        # A signal's handler may come in while its own thread holds the lock.
        self._lock = threading.RLock()
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False

    def add(self, process: "subprocess.Popen[str]") -> None:
        """Register a process; it is killed at once if `end` was called."""
        with self._lock:
            self._running.add(process)
            ended = self._ended
        if ended:
            _kill_group(process)

    def discard(self, process: "subprocess.Popen[str]") -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._running.discard(process)

    def end(self) -> None:
        """Kill all running processes, and any that is started from now on."""
        with self._lock:
            self._ended = True
            running = tuple(self._running)
        for process in running:
            _kill_group(process)


class CommandRunner:
    """Runs commands one after another, with one log, one deadline and one reporter."""

    def __init__(
        self,
        *,
        log: Path,
        deadline: Deadline,
        on_output: Callable[[str], None] | None = None,
        processes: ProcessSet | None = None,
    ) -> None:
        self._log = log
        self._deadline = deadline
        self._on_output = on_output
        self._processes = processes or ProcessSet()

    def run(
        self, command: Sequence[str], *, cwd: Path | str | None, environment: Mapping[str, str]
    ) -> None:
        """Run a command to its end; its output goes to the log, without credentials.

        Args:
            command: The program and its arguments; no shell sees them.
            cwd: The working directory; `None` for this process's.
            environment: All variables; nothing is inherited.

        Raises:
            subprocess.CalledProcessError: It exited with a status other than 0.
            DeadlinePassedError: It was killed at the deadline.
            FileNotFoundError: There is no such program.
        """
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"\n$ {redact_userinfo(subprocess.list2cmdline(command))}\n")
            log.flush()
            status = self._run_group(command, cwd, environment, log)
        if status != 0:
            raise subprocess.CalledProcessError(status, list(command))

    def _run_group(
        self,
        command: Sequence[str],
        cwd: Path | str | None,
        environment: Mapping[str, str],
        log: IO[str],
    ) -> int:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # POSIX
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows
        )
        pump = threading.Thread(target=self._pump, args=(process.stdout, log), daemon=True)
        pump.start()
        self._processes.add(process)
        try:
            return process.wait(timeout=self._deadline.remaining())
        except subprocess.TimeoutExpired as error:
            raise DeadlinePassedError from error
        finally:
            # Children may hold the pipe open long after the command itself has ended.
            _kill_group(process)
            self._processes.discard(process)
            pump.join(_KILL_PATIENCE_SECONDS)

    def _pump(self, output: IO[str], log: IO[str]) -> None:
        with contextlib.closing(output):
            for line in output:
                clean = redact_userinfo(line)
                log.write(clean)
                if self._on_output is not None:
                    self._on_output(clean.rstrip())
        log.flush()


def _kill_group(process: "subprocess.Popen[str]") -> None:
    if hasattr(os, "killpg"):
        # The group lives on under its leader's number while any member does.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)
    process.wait()
