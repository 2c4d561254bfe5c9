"""Judge what is installed, or about to be shipped, by the rules that judge wheels.

PATH is told by its content: a virtual environment, a site-packages folder, a conda environment, an
app made by Nuitka, PyInstaller, Briefcase or PEX, a macOS application or framework, a zip archive
for Lambda, a container image, a folder of wheels, a lockfile. Exit status 1 when something is
wrong.

examples:
  archpip audit .venv
  archpip audit dist/app.app --target-platform macos-universal2
  archpip audit layer.zip --target-platform linux-aarch64 --format sarif
  python app.py 2>&1 | archpip audit .venv --traceback -
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archpip import __version__
from archpip.app.audits import audit, find_missing_files
from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.options import (
    add_cache_options,
    add_format_option,
    add_index_options,
    add_policy_options,
    add_target_options,
)
from archpip.cli.policies import read_policy, warn_of_unmatched
from archpip.cli.targets import FLOORS, read_target
from archpip.cli.terminal import Terminal
from archpip.cli.unaudited import warn_of_elsewhere
from archpip.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from archpip.app.inspections import Inspections
    from archpip.environments import Audit
    from archpip.failures import Suspect


class NoKnownMessageError(UsageError):
    """A program's output holds no message of an import or of a loader."""

    code = "no-known-message"

    def __init__(self, *, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        where = "The standard input" if self.source == "-" else self.source
        return f"{where} holds no message about native code that archpip knows"

    @property
    def hint(self) -> str:
        """Say which messages are known."""
        return (
            "Known are ImportError, dlopen, ELF class, shared object and DLL load messages; "
            "pass all of the output, with `2>&1`."
        )


class TracebackUnreadableError(UsageError):
    """The file with a program's output cannot be read."""

    code = "traceback-unreadable"

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be read: {self.reason}"


class FormatUnavailableError(UsageError):
    """A format was asked for that this report is not written in."""

    code = "format-unavailable"

    def __init__(self, *, format_name: str) -> None:
        super().__init__(format_name)
        self.format_name = format_name

    def __str__(self) -> str:
        return f"--traceback is not written as {self.format_name}; text and json are"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="PATH",
        help="what to audit (default: here)",
    )
    parser.add_argument("--all", action="store_true", help="list every distribution and finding")
    add_format_option(parser, "sarif", "html")
    parser.add_argument(
        "--traceback",
        metavar="FILE",
        help="say which binary is behind a failing program's output; - reads the standard input",
    )
    add_target_options(parser, several=False)
    add_policy_options(parser)
    add_index_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Audit the content of the path."""
    context = read_context(arguments, terminal)
    target = read_target(arguments, context) if _names_target(arguments) else None
    policy = read_policy(arguments, context)
    suspects = _read_suspects(arguments)
    audited = audit(
        arguments.path,
        target=target,
        names_python=bool(arguments.python_version or arguments.python),
        names_floor=any(getattr(arguments, name) or context.own.text(name) for name in FLOORS),
        policy=policy,
        host=context.host,
        open_inspections=lambda: _open_inspections(arguments, terminal, context),
    )
    wheels = ((part.inspection.filename, part.verdict) for part in audited.parts)
    warn_of_unmatched(policy, wheels, terminal)
    if not audited.parts:
        terminal.warning(
            f"{audited.path} holds no distribution and no native binary: nothing was judged"
        )
    warn_of_elsewhere(audited, terminal)
    if suspects:
        return _blame(audited, suspects, arguments, terminal)
    _print(audited, arguments, terminal)
    accepted = all(policy.accepts(part.verdict) for part in audited.parts)
    return ExitCode.OK if accepted else ExitCode.FINDINGS


def _open_inspections(
    arguments: argparse.Namespace, terminal: Terminal, context: CommandContext
) -> "Inspections":
    from archpip.app.inspections import Inspections
    from archpip.cli.questions import open_parts

    return open_parts(Inspections, arguments, terminal, context)


def _names_target(arguments: argparse.Namespace) -> bool:
    said = ("target_platform", "target_arch", "python_version", *FLOORS)
    return any(getattr(arguments, name) for name in said)


def _read_suspects(arguments: argparse.Namespace) -> "tuple[Suspect, ...]":
    """Read the output of a failing program.

    Raises:
        NoKnownMessageError: No message in it concerns native code.
        TracebackUnreadableError: It cannot be read.
    """
    if arguments.traceback is None:
        return ()
    if arguments.format not in {"text", "json"}:
        raise FormatUnavailableError(format_name=arguments.format)
    from archpip.failures import MAX_TRACEBACK_BYTES, read_suspects

    text = _read_end(arguments.traceback, MAX_TRACEBACK_BYTES)
    suspects = read_suspects(text)
    if not suspects:
        raise NoKnownMessageError(source=arguments.traceback)
    return suspects


def _read_end(name: str, length: int) -> str:
    if name == "-":
        end = b""
        while chunk := sys.stdin.buffer.read(length):
            end = (end + chunk)[-length:]
        return end.decode("utf-8", "replace")
    try:
        with Path(name).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - length))
            return file.read(length).decode("utf-8", "replace")
    except OSError as error:
        raise TracebackUnreadableError(path=name, reason=error.strerror or str(error)) from error


def _blame(
    audited: "Audit",
    suspects: "tuple[Suspect, ...]",
    arguments: argparse.Namespace,
    terminal: Terminal,
) -> int:
    from archpip.failures import find_culprits
    from archpip.reports import culprits as report

    culprits = find_culprits(audited, suspects, find_missing_files(audited))
    if arguments.format == "json":
        terminal.output(report.render_json(audited, culprits))
    else:
        terminal.draw(report.render_culprits(audited, culprits))
    return ExitCode.FINDINGS if any(c.is_explained for c in culprits) else ExitCode.OK


def _print(audited: "Audit", arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Write the report; only the module of the requested format is imported."""
    match arguments.format:
        case "json":
            from archpip.reports.audit_json import render_json

            terminal.output(render_json(audited))
        case "sarif":
            from archpip.reports.sarif import render_sarif

            terminal.output(render_sarif(audited, version=__version__))
        case "html":
            from archpip.reports.audit_page import render_html

            terminal.output(render_html(audited))
        case _:
            from archpip.reports.audit import render_lines

            terminal.draw_lines(render_lines(audited, show_all=arguments.all))
