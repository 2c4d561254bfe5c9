"""Import every extension module with a given interpreter, each in a process of its own.

This runs the environment's code, which nothing else in archpip does: only an explicit command uses
it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import IO, cast

from msgspec import DecodeError, Struct, json

from archpip.environments import Audit, AuditedPart
from archpip.failures.culprits import find_culprits
from archpip.failures.tracebacks import read_suspects
from archpip.failures.trial import FAILED, IMPORTED, MARK
from archpip.owned_folders import owned_folder
from archpip.targets import Target, extension_suffixes
from archpip.verdicts import Finding, Status

CONCURRENCY = 2
"""Imports at once: a large module keeps a whole core busy."""

_KEPT_OUTPUT_BYTES = 64 * 1024
_READ_ON_SECONDS = 1
"""How long the rest of an ended process's output is waited for."""

_MODULE_SUFFIXES = (".so", ".pyd")

# CPython's message for a file that loads but is no module: a library whose name looks like one.
_NO_MODULE_SIGN = "does not define module export function"


_FOR_OTHER_MACHINES = "AP402"
"""The finding of a file that is named by its machine: what uses it picks that of its own."""


class Outcome(StrEnum):
    """The outcome of an import."""

    IMPORTED = "imported"
    NOT_A_MODULE = "not a module"
    """It loads, but is a library that is never imported by name."""
    RAISED = "raised"
    """The system loads the file, but its Python code raises an error unrelated to the machine."""
    FAILED = "failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    NOT_RUN = "could not be run"


class ModuleFile(Struct, frozen=True, kw_only=True):
    """One file that an interpreter would import."""

    name: str
    """The dotted name."""
    member: str
    """The path in the tree."""
    part: AuditedPart


class Trial(Struct, frozen=True, kw_only=True):
    """One attempted import, with the verdict on the files."""

    module: ModuleFile
    outcome: Outcome
    message: str = ""
    """The interpreter's message, if it failed."""
    complaint: str = ""
    """The loader's message, if the system does not load the file: a package may catch and reword
    the error of its module."""
    seconds: float
    findings: tuple[Finding, ...] = ()
    """The findings against the file, or against the library in the loader's message."""

    @property
    def static(self) -> Status:
        """The status from the files alone."""
        return max((f.weight for f in self.findings), key=lambda s: s.rank, default=Status.OK)

    @property
    def works(self) -> bool:
        """Whether the system loads the file."""
        return self.outcome in {Outcome.IMPORTED, Outcome.NOT_A_MODULE, Outcome.RAISED}

    @property
    def disagrees(self) -> bool:
        """Whether import and verdict disagree; an inconclusive import does not."""
        if self.outcome in {Outcome.TIMED_OUT, Outcome.NOT_RUN}:
            return False
        return self.static is (Status.WRONG if self.works else Status.OK)


class _Answer(Struct, frozen=True, kw_only=True):
    """The answer of one process."""

    outcome: Outcome
    message: str = ""
    complaint: str = ""


class _Said(Struct, frozen=True):
    """What the process wrote of an import that failed (`trial.py`)."""

    type: str
    message: str
    loader: str | None


class Runner(Struct, frozen=True, kw_only=True):
    """How modules are imported."""

    python: Path
    launcher: tuple[str, ...] = ()
    timeout_seconds: float = 30
    environ: Mapping[str, str]


def find_modules(audit: Audit) -> tuple[ModuleFile, ...]:
    """Return the extension modules of an audited tree, one file for each name, sorted by name.

    Of several files with one name, it is the one that the interpreter imports; if it imports none,
    the first, whose import is then known to fail. Those that the package has for other
    interpreters or machines, and does without here, are none of this one's modules.
    """
    found: dict[str, tuple[int, ModuleFile]] = {}
    foreign = len(extension_suffixes(audit.target))
    for part in audit.parts:
        held = {finding.member: finding.code for finding in part.findings}
        for binary in part.inspection.binaries:
            named = _read_module_name(binary.path, part.root, audit.target)
            if named is None or held.get(binary.path) == _FOR_OTHER_MACHINES:
                continue
            if named[0] == foreign and binary.path not in held:
                continue
            rank, name = named
            module = ModuleFile(name=name, member=binary.path, part=part)
            if name not in found or rank < found[name][0]:
                found[name] = (rank, module)
    return tuple(module for _, (_, module) in sorted(found.items()))


def check_modules(
    audit: Audit, runner: Runner, *, on_trial: Callable[[Trial], None] = lambda _: None
) -> tuple[Trial, ...]:
    """Import every extension module of an audited tree, two at a time.

    Args:
        audit: The tree, audited for the runner's interpreter.
        runner: The interpreter, and how it is started.
        on_trial: Called after each trial, from several threads.

    Returns:
        One trial for each module, sorted by name.
    """
    root = Path(audit.path).absolute()

    def attempt(module: ModuleFile) -> Trial:
        with owned_folder() as folder:
            trial = _try_module(audit, module, runner, root=root, folder=folder)
        on_trial(trial)
        return trial

    with ThreadPoolExecutor(max_workers=CONCURRENCY) as threads:
        return tuple(threads.map(attempt, find_modules(audit)))


def _read_module_name(path: str, root: str, target: Target) -> tuple[int, str] | None:
    """Return a file's rank among those of its name, and the name; `None` if it is no module."""
    inner = path.removeprefix(f"{root}/") if root else path
    *folders, filename = inner.split("/")
    stem, _, rest = filename.partition(".")
    suffix = f".{rest}"
    if not suffix.endswith(_MODULE_SUFFIXES) or ".so." in suffix:
        return None
    if not all(part.isidentifier() for part in (*folders, stem)):
        return None
    suffixes = extension_suffixes(target)
    rank = suffixes.index(suffix) if suffix in suffixes else len(suffixes)
    # `libfoo.so` is hardly ever a module.
    if suffix == ".so" and stem.startswith("lib"):
        return None
    return rank, ".".join((*folders, stem))


def _try_module(
    audit: Audit, module: ModuleFile, runner: Runner, *, root: Path, folder: Path
) -> Trial:
    command = _command(module, runner, root)
    started = time.monotonic()
    answer = _run(command, runner, folder)
    return Trial(
        module=module,
        outcome=answer.outcome,
        message=answer.message,
        complaint=answer.complaint,
        seconds=time.monotonic() - started,
        findings=tuple(dict.fromkeys(_iter_findings(audit, module, answer))),
    )


def _iter_findings(audit: Audit, module: ModuleFile, answer: _Answer) -> Iterator[Finding]:
    """Yield what is held against a module, or else what is behind its failure."""
    found = [f for f in module.part.findings if f.member == module.member]
    found = found or [*_find_behind(audit, answer.complaint)]
    yield from found
    if answer.outcome is Outcome.FAILED and all(f.weight is not Status.WRONG for f in found):
        # It may be another module, which it imports, that is wrong.
        yield from _find_behind(audit, answer.message)


def _find_behind(audit: Audit, message: str) -> Iterator[Finding]:
    """Yield what is held against the file that a message is about."""
    for culprit in find_culprits(audit, read_suspects(message)):
        if not culprit.missing_library:
            yield from (f for f in culprit.findings if f.member == culprit.member)


def _command(module: ModuleFile, runner: Runner, root: Path) -> list[str]:
    script = files("archpip.failures").joinpath("trial.py").read_text(encoding="utf-8")
    # -I: no variables and no current folder; -B: a trial writes nothing into the environment.
    interpreter = [*runner.launcher, str(runner.python), "-I", "-B", "-c", script]
    places = [str(root / module.member), str(root / module.part.root)]
    return [*interpreter, module.name, *places]


def _run(command: Sequence[str], runner: Runner, folder: Path) -> _Answer:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=dict(runner.environ),
            start_new_session=True,
        )
    except OSError as error:
        return _Answer(outcome=Outcome.NOT_RUN, message=error.strerror or str(error))
    said = bytearray()
    stream = cast("IO[bytes]", process.stderr)  # as it is a pipe
    reader = Thread(target=_keep_end, args=(stream, said), daemon=True)
    reader.start()
    try:
        status = process.wait(timeout=runner.timeout_seconds)
    except subprocess.TimeoutExpired:
        message = f"not done after {runner.timeout_seconds:g} seconds"
        return _Answer(outcome=Outcome.TIMED_OUT, message=message)
    finally:
        _end(process)
    # A child that left the session may keep standard error open.
    reader.join(_READ_ON_SECONDS)
    return _read_outcome(status, bytes(said).decode("utf-8", "replace"))


def _keep_end(stream: IO[bytes], kept: bytearray) -> None:
    """Read a stream to its end, and keep the last of it: a module may write without end."""
    with stream:
        while chunk := os.read(stream.fileno(), _KEPT_OUTPUT_BYTES):
            kept += chunk
            del kept[:-_KEPT_OUTPUT_BYTES]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process with all its children."""
    if hasattr(os, "killpg"):
        # It and its children may have exited already.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _read_outcome(status: int, said: str) -> _Answer:
    if status == IMPORTED:
        return _Answer(outcome=Outcome.IMPORTED)
    answers = [line for line in said.splitlines() if line.startswith(MARK)]
    if status == FAILED and answers:
        # A module may write such a line, too.
        with suppress(DecodeError):
            return _judge_said(json.decode(answers[-1].removeprefix(MARK), type=_Said))
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
    return _Answer(outcome=Outcome.CRASHED, message=f"{_name_status(status)} {last}".strip())


def _judge_said(said: _Said) -> _Answer:
    message = f"{said.type}: {said.message}"
    if _NO_MODULE_SIGN in message:
        return _Answer(outcome=Outcome.NOT_A_MODULE, message=message)
    if said.loader is None:
        return _Answer(outcome=Outcome.RAISED, message=message)
    return _Answer(outcome=Outcome.FAILED, message=message, complaint=said.loader)


def _name_status(status: int) -> str:
    """Describe how a process ended that gave no answer."""
    if status >= 0:
        return f"the import ends the process with status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
