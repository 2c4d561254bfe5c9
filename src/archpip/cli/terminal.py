"""The terminal: data to stdout, everything else to stderr, and the only decision about colour."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
"""Columns of what is no terminal: no line is broken."""
_EVERYTHING = 2


class OutputError(UsageError):
    """What was asked for cannot be written to standard output."""

    code = "output"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot write to standard output: {self.reason}"


class Verbosity(int):
    """How much is said: 0 is the ordinary, each `-v` adds one, each `-q` takes one."""

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
        """`-v`: why each decision fell."""
        return self >= 1

    @property
    def very_verbose(self) -> bool:
        """`-vv`: what the programs that are run say."""
        return self >= _EVERYTHING


class Terminal:
    """Where commands speak. Rich is imported only when something is drawn."""

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
        """Whether colours may be used at all: not with `--no-color`."""
        self.asks = True
        """Whether a question may be put at all: not with `--no-input`."""
        self.draws_progress = True
        """Whether a line may live while something is done: not with `--progress-bar off`."""
        self.tell: Callable[[str, str], None] | None = None
        """Told each text that is no data, after its label, in place of standard error: where a
        log is kept there in a form of its own. The label is `warning`, `error`, `hint` or empty."""
        # A shell's `>&-` leaves a process without one.
        self._stdout = stdout or sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
        self._stderr = stderr or sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
        self._consoles: dict[bool, Console] = {}
        self._warned: set[str] = set()

    def output(self, text: str, *, end: str = "\n") -> None:
        """Print data: the thing that was asked for.

        Raises:
            OutputError: The disk that it goes to is full, say.
        """
        with _writing():
            print(text, end=end, file=self._stdout)

    def draw(self, renderable: "RenderableType") -> None:
        """Print a table or styled text that was asked for."""
        console = self._console(to_stderr=False)
        with console.capture() as captured:
            console.print(renderable, soft_wrap=False)
        # Rich fills the last column of a table; who copies it, or compares it, wants no blanks.
        lines = captured.get().split("\n")
        self.output("\n".join(line.rstrip(" ") for line in lines), end="")

    def draw_lines(self, lines: "Iterable[Line]") -> None:
        """Print styled lines that were asked for, unbroken, as a pipe's reader wants them."""
        from archpip.reports.style import render_line

        colour = self._has_colour(self._stdout)
        for line in lines:
            self.output(render_line(line, colour=colour))

    def flush(self) -> None:
        """Write out what was asked for; raises as `output` does."""
        with _writing():
            self._stdout.flush()

    def remark(self, text: str) -> None:
        """Say what is going on, unless `--quiet`."""
        if not self.verbosity.quiet:
            self._say(text)

    def remark_styled(self, text: "RenderableType") -> None:
        """Say what is going on, in styles, unless `--quiet`."""
        if not self.verbosity.quiet:
            with self._telling():
                self._console(to_stderr=True).print(text)

    def detail(self, text: str) -> None:
        """Say why, with `--verbose`."""
        if self.verbosity.verbose:
            self._say(text)

    def warning(self, text: str) -> None:
        """Say what may surprise the user, once."""
        if not self.verbosity.errors_only and text not in self._warned:
            self._warned.add(text)
            self._say(text, label="warning", ansi="33")

    def error(self, text: str, *, details: Sequence[str] = (), hint: str | None = None) -> None:
        """Say why the command cannot go on, what bears that out, and what to do next."""
        self._say(text, label="error", ansi="31")
        for line in details:
            self._say(f"  | {line}")
        if hint:
            self._say(hint, label="hint", ansi="36")

    def bug(self, error: Exception) -> None:
        """Own up to a fault of ours; the traceback is shown, for it is all there is to report."""
        import traceback

        traceback.print_exception(error, file=self._stderr)
        self.error(
            f"archpip failed where it should not have ({type(error).__name__})",
            hint="Please report the lines above with the command that you ran.",
        )

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return self.asks and sys.stdin.isatty() and self._stderr.isatty()

    def ask(self, question: str) -> bool:
        """Ask for yes or no; no is what an empty line and the end of input mean."""
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
            # Rich wraps to 80 columns where there is no terminal; a pipe deserves whole lines.
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
        """Go on where standard error takes nothing: what was asked for counts, and its status."""
        try:
            yield
        except OSError:
            # What it still holds would be tried, and fail, once more at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stderr.fileno())

    def _has_colour(self, stream: TextIO) -> bool:
        wanted = stream.isatty() or bool(self.environ.get("FORCE_COLOR"))
        return wanted and self._allows_styles

    @property
    def _allows_styles(self) -> bool:
        """Whether nobody forbids them; who does wins over FORCE_COLOR."""
        # https://no-color.org: any value that is not empty. FORCE_COLOR likewise.
        return self.colours and not self.environ.get("NO_COLOR")


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has seen enough, and nothing is wrong
    except OSError as error:
        raise OutputError(reason=error.strerror or str(error)) from error
