"""The terminal: data to stdout, everything else to stderr; the only module to decide on colour."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from archpip.errors import UsageError
from archpip.printable import spell_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, RenderableType

    from archpip.reports.style import Line


PROGRESS_BARS = ("auto", "on", "off", "raw")
"""What `--progress-bar` may be, as in pip; only `off` makes a difference here."""

_ERRORS_ONLY = -2
_WIDE = 10_000
"""Width for output that is no terminal: lines are not wrapped."""
_EVERYTHING = 2


class OutputError(UsageError):
    """The output cannot be written to standard output."""

    code = "output"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot write to standard output: {self.reason}"


class Verbosity(int):
    """The verbosity: 0 by default, each `-v` adds one, each `-q` subtracts one."""

    @property
    def errors_only(self) -> bool:
        """`-qq`: not even warnings."""
        return self <= _ERRORS_ONLY

    @property
    def quiet(self) -> bool:
        """`-q`: no progress and no remarks."""
        return self <= -1

    @property
    def verbose(self) -> bool:
        """`-v`: the reason of each decision."""
        return self >= 1

    @property
    def very_verbose(self) -> bool:
        """`-vv`: the output of the programs that are run."""
        return self >= _EVERYTHING


class Terminal:
    """The output of commands. Rich is imported only when something is drawn."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
    ) -> None:
        self.environ = environ
        self.verbosity = Verbosity(0)
        self.colours = True
        """Whether colours are allowed: not with `--no-color`."""
        self.asks = True
        """Whether prompts are allowed: not with `--no-input`."""
        self.writes_json = False
        """Whether a program reads standard output: one JSON document, whatever happens."""
        self.draws_progress = True
        """Whether a live progress line is allowed: not with `--progress-bar off`."""
        self.tell: Callable[[str, str], None] | None = None
        """Called with the label and text of each message instead of writing to standard error, for
        a log with a format of its own. The label is `warning`, `error`, `hint` or empty."""
        # A shell's `>&-` leaves a process without one.
        self._stdout = stdout or sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
        self._stderr = stderr or sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
        self._consoles: dict[bool, Console] = {}
        self._has_output = False
        self._warned: set[str] = set()

    def output(self, text: str, *, end: str = "\n") -> None:
        """Print data, the result of the command.

        Raises:
            OutputError: It cannot be written, for example because the disk is full.
        """
        self._has_output = True
        with _writing():
            print(text, end=end, file=self._stdout)

    def draw(self, renderable: "RenderableType") -> None:
        """Print a table or styled text as data."""
        console = self._console(to_stderr=False)
        # Rich writes nothing here, which is an error, too, where a disk is full.
        with _writing(), console.capture() as captured:
            console.print(renderable, soft_wrap=False)
        # Rich pads the last column of a table; copied or compared text wants no trailing blanks.
        lines = captured.get().split("\n")
        self.output("\n".join(line.rstrip(" ") for line in lines), end="")

    def draw_lines(self, lines: "Iterable[Line]") -> None:
        """Print styled lines as data, not wrapped, so that a pipe's reader gets whole lines."""
        from archpip.reports.style import render_line

        colour = self._has_colour(self._stdout)
        for line in lines:
            self.output(render_line(line, colour=colour))

    def flush(self) -> None:
        """Flush the data; raises as `output` does."""
        with _writing():
            self._stdout.flush()

    def remark(self, text: str) -> None:
        """Print a remark, unless `--quiet`."""
        if not self.verbosity.quiet:
            self._say(text)

    def remark_styled(self, text: "RenderableType") -> None:
        """Print a styled remark, unless `--quiet`."""
        if not self.verbosity.quiet:
            with self._telling():
                self._console(to_stderr=True).print(text)

    def detail(self, text: str) -> None:
        """Print a reason, with `--verbose`."""
        if self.verbosity.verbose:
            self._say(text)

    def warning(self, text: str) -> None:
        """Print a warning, each text once."""
        if not self.verbosity.errors_only and text not in self._warned:
            self._warned.add(text)
            self._say(text, label="warning", ansi="33")

    def error(self, text: str, *, details: Sequence[str] = (), hint: str | None = None) -> None:
        """Print why the command cannot go on, with details, and what to do next."""
        self._say(text, label="error", ansi="31")
        for line in details:
            self._say(f"  | {line}")
        if hint:
            self._say(hint, label="hint", ansi="36")

    def fail(
        self,
        text: str,
        *,
        code: str,
        status: int,
        details: Sequence[str] = (),
        hint: str | None = None,
    ) -> int:
        """Print an error, also as data if that is to be JSON and there is none yet.

        Returns the status.
        """
        self.error(text, details=details, hint=hint)
        if self.writes_json and not self._has_output:
            from archpip.reports.failure import render_json

            document = render_json(
                code=code, status=status, message=text, details=details, hint=hint
            )
            # Standard error has said it already.
            with suppress(OutputError, BrokenPipeError):
                self.output(document)
                self.flush()
        return status

    def bug(self, error: Exception, *, status: int) -> int:
        """Report a bug in archpip, with the traceback for the bug report; returns the status."""
        import traceback

        traceback.print_exception(error, file=self._stderr)
        return self.fail(
            f"archpip failed where it should not have ({type(error).__name__})",
            code="bug",
            status=status,
            hint="Please report the lines above with the command that you ran.",
        )

    @property
    def can_ask(self) -> bool:
        """Whether the user can be prompted."""
        return self.asks and sys.stdin.isatty() and self._stderr.isatty()

    def ask(self, question: str) -> bool:
        """Prompt for yes or no; an empty line and the end of input mean no."""
        print(f"{question} [y/N] ", end="", file=self._stderr, flush=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    @property
    def interactive(self) -> bool:
        """Whether progress may be drawn."""
        return self._stderr.isatty() and self.draws_progress and not self.verbosity.quiet

    def progress_console(self) -> "Console":
        """The console on stderr, for live progress."""
        return self._console(to_stderr=True)

    def _console(self, *, to_stderr: bool) -> "Console":
        from archpip.cli.console import PrintableConsole

        if to_stderr not in self._consoles:
            stream = self._stderr if to_stderr else self._stdout
            # Rich wraps to 80 columns without a terminal; a pipe gets whole lines.
            width = None if stream.isatty() else _WIDE
            self._consoles[to_stderr] = PrintableConsole(
                file=stream,
                width=width,
                highlight=False,
                emoji=False,
                markup=False,
                # None also of what is no colour: rich writes bold in spite of NO_COLOR.
                color_system="auto" if self._allows_styles else None,
            )
        return self._consoles[to_stderr]

    def _say(self, text: str, *, label: str = "", ansi: str = "") -> None:
        if self.tell is not None:
            self.tell(label, text)
            return
        if label and self._has_colour(self._stderr):
            label = f"\x1b[1;{ansi}m{label}\x1b[0m"
        said = spell_out(text, lines=True)
        with self._telling():
            print(f"{label}: {said}" if label else said, file=self._stderr)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Ignore errors of writing to standard error: only the data and the exit status count."""
        try:
            yield
        except OSError:
            # Its buffer would be flushed, and fail, once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stderr.fileno())

    def _has_colour(self, stream: TextIO) -> bool:
        wanted = stream.isatty() or bool(self.environ.get("FORCE_COLOR"))
        return wanted and self._allows_styles

    @property
    def _allows_styles(self) -> bool:
        """Whether styles are allowed; forbidding them overrides FORCE_COLOR."""
        # https://no-color.org: any value that is not empty. FORCE_COLOR likewise.
        return self.colours and not self.environ.get("NO_COLOR")


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader closed the pipe, which is no error
    except OSError as error:
        raise OutputError(reason=error.strerror or str(error)) from error
