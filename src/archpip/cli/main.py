"""The entry point: find the command, run it, and turn its errors into one message and a status.

Only the requested command's module is imported, so that `archpip --version` and `archpip --help`
cost little more than the interpreter itself.
"""

import argparse
import gc
import importlib
import io
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import TextWrapper
from types import ModuleType
from typing import NoReturn

from archpip import __version__
from archpip.cli.foreign import ADVICE, COMMAND_ADVICE, add_idle_options
from archpip.cli.signals import EndedFromOutside, raising_signals
from archpip.cli.terminal import PROGRESS_BARS, Terminal, Verbosity
from archpip.early_interrupts import ENDED_BY, INTERRUPTED, raise_interrupts
from archpip.errors import ArchpipError, ExitCode, UsageError
from archpip.on_demand import load_msgspec
from archpip.reachable import expand_home

COMMANDS = {
    "install": "Install projects for a target, with every native binary checked",
    "lock": "Write a PEP 751 lockfile for each target",
    "why": "Say why a project is locked, and why it is this file",
    "tree": "Show who needs whom in a lockfile",
    "download": "Download the wheels that would be installed",
    "wheel": "Get a wheel for everything, built for the target where need be",
    "exec": "Run pip or uv behind an index without the wrong wheels",
    "serve": "Serve that index to a team",
    "config": "Show what is set and where, and what bypasses the gateway",
    "inspect": "Open wheels and say what runs on a target",
    "audit": "Judge what is installed, or about to be shipped",
    "fuse": "Join two thin macOS wheels to a universal2 one",
    "thin": "Reduce a universal2 wheel to one architecture",
    "check": "Import every extension module of an environment, and say which fail",
    "target": "Show what a target means: tags, markers, suffixes",
    "toolchain": "Prepare compilers and system roots for other machines",
    "cache": "Show or clear what archpip remembers",
}
"""The name of each command, which is also its module's, and a one-line description."""

_OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""Commands run for seconds and create many objects but few cycles: a collection at every 700
objects, Python's default, takes a tenth of an audit, and a single one of 50,000 objects 28 ms."""

_MOST_NEAR = 3
"""Most options suggested for an unknown one."""

_HANDING_ON = frozenset(
    ("-C", "--config-settings", "--config-setting", "--config-settings-package")
)
"""Options whose value may begin with a dash, since it is another program's option."""

_PATHS = (
    "cache_dir",
    "cert",
    "client_cert",
    "dest",
    "keep_build",
    "output",
    "python",
    "report",
    "src",
    "target",
    "wheel_dir",
)
"""Arguments that hold one local path or `None`."""

_UNKNOWN = "unrecognized arguments:"
"""The beginning of argparse's message about unknown arguments."""

_EPILOG = """\
exit status: 0 clean, 1 findings, 2 usage, 3 no solution, 4 build, 5 index, 6 lockfile, 70 bug

example:
  archpip lock azure-eventhub --target-platform macos-arm64 --python-version 3.10
"""


class UnknownCommandError(UsageError):
    """No command has this name."""

    code = "unknown-command"

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is no command '{self.name}'"

    @property
    def hint(self) -> str:
        """Say what to write in its place, or name the commands that look like it."""
        if advice := COMMAND_ADVICE.get(self.name):
            return advice
        from difflib import get_close_matches  # only needed for the error

        near = get_close_matches(self.name, COMMANDS, n=3)
        if near:
            return f"Did you mean {' or '.join(f'`archpip {name}`' for name in near)}?"
        return "`archpip --help` lists the commands."


class ArgumentError(UsageError):
    """The arguments of a command are invalid."""

    code = "argument"

    def __init__(
        self, *, command: str, reason: str, near: Sequence[str] = (), advice: str | None = None
    ) -> None:
        super().__init__(command, reason)
        self.command = command
        self.reason = reason
        self.near = tuple(near)
        """Options similar to the unknown one, best first."""
        self.advice = advice
        """What to use instead of an option of pip or uv."""

    def __str__(self) -> str:
        return f"{self.reason[:1].upper()}{self.reason[1:]}"

    @property
    def hint(self) -> str:
        """Say what to write instead, or what looks like it, and point to the command's help."""
        if self.advice:
            return self.advice
        asked = f"Did you mean {' or '.join(self.near)}? " if self.near else ""
        return f"{asked}`{self.command} --help` shows what it takes."


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Writes `[OPTIONS]` in usage lines: most commands have dozens, which are listed below.

    Prose is wrapped to the terminal's width; a paragraph with indented lines holds examples, and
    stays as it is.
    """

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        wrap = TextWrapper(
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,  # as in the names of files
        )
        return "\n\n".join(
            super(HelpFormatter, self)._fill_text(paragraph, width, indent)
            if "\n " in paragraph
            else wrap.fill(paragraph)
            for paragraph in text.strip().split("\n\n")
        )

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[object],  # noqa: ARG002  # argparse's signature
        prefix: str | None = None,
    ) -> None:
        """Add the usage line, with what must be given by name."""
        named = [action for action in actions if action.required or not action.option_strings]
        super().add_usage(usage, [_SOME_OPTIONS, *named], (), prefix)


_SOME_OPTIONS = argparse.Action((), dest="options", nargs=argparse.OPTIONAL, metavar="OPTIONS")


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises `ArgumentError` instead of exiting.

    Create it with `allow_abbrev=False`. If it accepted abbreviated options, as argparse does by
    default, uv's `--no-build` would silently mean `--no-build-isolation`, and pip's `--root FOLDER`
    would mean `--root-user-action`.
    """

    def parse(self, arguments: list[str]) -> argparse.Namespace:
        """Parse options and positionals in any order, as pip does: `install a --no-deps b`."""
        if any(action.nargs == argparse.REMAINDER for action in self._actions):
            return self.parse_args(arguments)  # the rest is another command's
        return self.parse_intermixed_args(list(_with_values(arguments)))

    def writes_json(self, arguments: Sequence[str]) -> bool:
        """Tell whether arguments ask for JSON, before it is known whether they are valid."""
        formats = (a.choices or () for a in self._actions if a.dest == "format")
        named = "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
        return named and any("json" in choices for choices in formats)

    def error(self, message: str) -> NoReturn:
        if not message.startswith(_UNKNOWN):
            raise ArgumentError(command=self.prog, reason=message)
        words = [word.partition("=")[0] for word in message.removeprefix(_UNKNOWN).split()]
        unknown = next((word for word in words if word.startswith("-")), "")
        near = self._find_near(unknown)
        advice = ADVICE.get(unknown)
        if words[0].endswith(".toml") and "-l" in self._option_string_actions:
            advice = f"A lockfile is named by its flag: -l {words[0]}."
        raise ArgumentError(command=self.prog, reason=message, near=near, advice=advice)

    def _find_near(self, unknown: str) -> list[str]:
        """Return likely options: those that begin with the unknown text, else similar ones."""
        from difflib import get_close_matches  # only needed for the error

        known = self._option_string_actions
        begun = [option for option in known if unknown.strip("-") and option.startswith(unknown)]
        return begun[:_MOST_NEAR] or get_close_matches(unknown, known, n=2, cutoff=0.75)


def _with_values(arguments: Sequence[str]) -> Iterator[str]:
    """Join a build backend's option to the flag that passes it on, as pip accepts: `-C --x=y`.

    argparse would parse it as an option of archpip.
    """
    words = iter(arguments)
    for word in words:
        if word not in _HANDING_ON:
            yield word
            continue
        value = next(words, None)
        if value is not None and value.startswith("-"):
            yield f"{word}={value}" if word.startswith("--") else f"{word}{value}"
        else:
            yield from (word,) if value is None else (word, value)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the process's exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _print_whatever_comes()
    terminal = Terminal(environ=os.environ)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        with raising_signals():
            status = _dispatch(arguments, terminal)
        terminal.flush()
    except ArchpipError as error:
        return terminal.fail(
            str(error),
            code=error.code,
            status=error.exit_code,
            details=error.details,
            hint=error.hint,
        )
    except KeyboardInterrupt as interrupt:
        return _say_interrupted(interrupt, terminal)
    except BrokenPipeError:
        # The reader closed the pipe (`archpip … | head`): no error, but stdout must not be flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001  # the outermost handler: no bare traceback
        if isinstance(error.__cause__, KeyboardInterrupt):
            # Python wraps what is raised while a class is made.
            return _say_interrupted(error.__cause__, terminal)
        return terminal.bug(error, status=ExitCode.BUG)
    return status


def _say_interrupted(interrupt: KeyboardInterrupt, terminal: Terminal) -> int:
    number = interrupt.number if isinstance(interrupt, EndedFromOutside) else signal.SIGINT
    return terminal.fail(INTERRUPTED, code="interrupted", status=ENDED_BY + number)


def _print_whatever_comes() -> None:
    """Escape characters that standard output cannot encode, as standard error does by default.

    With a locale that is not UTF-8 these include a tree's lines; anywhere, undecodable file names.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _dispatch(arguments: list[str], terminal: Terminal) -> int:
    """Parse the options before the command, then pass the rest to the command's module."""
    parser = _top_level_parser()
    known = parser.parse(arguments)
    if known.version:
        terminal.output(f"archpip {__version__}")
        return ExitCode.OK
    # Output options may also precede the command, as with pip and uv.
    rest = [*_said_before(known), *known.arguments]
    name = known.command
    if name == "help":
        name, rest = next(iter(known.arguments), None), ["--help"]
    if name is None:
        terminal.output(parser.format_help())
        return ExitCode.OK
    if name not in COMMANDS:
        raise UnknownCommandError(name=name)
    return _run_command(name, rest, terminal)


def _said_before(known: argparse.Namespace) -> list[str]:
    """Return the options given before the command, as arguments for the command's parser."""
    words = [*["-v"] * known.verbose, *["-q"] * known.quiet]
    words += ["--no-color"] if known.no_color else []
    words += ["--no-input"] if known.no_input else []
    words += [f"--progress-bar={known.progress_bar}"] if known.progress_bar else []
    return words


def _top_level_parser() -> _Parser:
    listing = "\n".join(f"  {name:<10} {summary}" for name, summary in COMMANDS.items())
    parser = _Parser(
        prog="archpip",
        description="Architecture-correct installs: archpip opens wheels before it believes them.",
        epilog=f"commands:\n{listing}\n\n{_EPILOG}",
        usage="archpip [--version] [--help] COMMAND …",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", "-V", action="store_true", help="print the version")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    _add_output_options(parser)
    return parser


def _run_command(name: str, arguments: list[str], terminal: Terminal) -> int:
    """Import the command's module, parse its arguments, and run it."""
    parser = build_parser(name)
    terminal.writes_json = parser.writes_json(arguments)
    parsed = parser.parse(arguments)
    terminal.writes_json = getattr(parsed, "format", None) == "json"
    _expand_home(parsed)
    terminal.verbosity = Verbosity(parsed.verbose - parsed.quiet)
    terminal.colours = not parsed.no_color
    terminal.asks = not parsed.no_input
    terminal.draws_progress = parsed.progress_bar != "off"
    run = _command_module(name).run
    raise_interrupts()
    status: int = run(parsed, terminal)
    return status


def _expand_home(parsed: argparse.Namespace) -> None:
    """Expand `~` in paths, as pip does: no shell does so after an equals sign (`--target=~/x`)."""
    for name in _PATHS:
        value = getattr(parsed, name, None)
        if isinstance(value, str | Path) and str(value).startswith("~"):
            setattr(parsed, name, type(value)(expand_home(str(value))))


def build_parser(name: str) -> _Parser:
    """Return the parser of one command of `COMMANDS`; its module is imported."""
    module = _command_module(name)
    parser = _Parser(
        prog=f"archpip {name}",
        allow_abbrev=False,
        description=module.__doc__,
        formatter_class=HelpFormatter,
    )
    module.add_arguments(parser)
    _add_output_options(parser)
    add_idle_options(parser)
    return parser


def _command_module(name: str) -> ModuleType:
    load_msgspec()
    return importlib.import_module(f"archpip.cli.commands.{name}")


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "-v", "--verbose", action="count", default=0, help="say more; twice for every request"
    )
    group.add_argument(
        "-q", "--quiet", action="count", default=0, help="say less; twice for errors only"
    )
    group.add_argument(
        "--no-color", action="store_true", help="no colours; NO_COLOR in the environment will do"
    )
    group.add_argument("--no-input", action="store_true", help="ask nothing")
    group.add_argument(
        "--progress-bar",
        choices=PROGRESS_BARS,
        help="off: no line that says what is being done; a pipe is told of none (default: auto)",
    )
    group.add_argument(
        "--no-progress",
        action="store_const",
        const="off",
        dest="progress_bar",
        help="--progress-bar off",
    )
