"""Progress on a terminal: one live line, erased at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.cli.terminal import Terminal
from archpip.index import Link
from archpip.reports.style import count
from archpip.resolution import Rejection, ResolutionReporter

if TYPE_CHECKING:
    from archpip.builds import BuildStep


class Progress(ResolutionReporter):
    """Counts events, and composes the line that `watch` draws. Called from any thread."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._projects = 0
        self._wheels = 0
        self._latest = ""
        self._unpacked: set[str] = set()
        """The projects whose build has not started yet."""

    def line(self) -> str:
        """Return the current line."""
        wheels = count(self._wheels, "wheel")
        return f"{count(self._projects, 'project')}, {wheels} opened  {self._latest}"

    def project_asked(self, name: NormalizedName) -> None:
        """Count a project."""
        self._projects += 1
        self._latest = name

    def wheel_opened(self, link: Link) -> None:
        """Count a wheel."""
        self._wheels += 1
        self._latest = link.filename

    def link_rejected(self, rejection: Rejection) -> None:
        """Print the reason, with `--verbose`."""
        self._terminal.detail(f"refused {rejection.link.filename}: {rejection.message}")

    def candidate_pinned(self, name: NormalizedName, version: Version) -> None:
        """Show the last choice in the line."""
        self._latest = f"{name} {version}"

    def answer_repeated(self) -> None:
        """Print that an earlier answer is reused, with `--verbose`."""
        self._terminal.detail("no page has changed since this was asked before: same answer")

    def build_step(self, project: str, step: "BuildStep") -> None:
        """Show the current build; it takes minutes, so it is printed to pipes, too."""
        from archpip.builds import BuildStep

        self._latest = f"{project}: {step}"
        # A dry run only unpacks sources, and builds nothing.
        if step is BuildStep.UNPACK:
            self._unpacked.add(project)
        elif project in self._unpacked:
            self._unpacked.remove(project)
            if not self._terminal.interactive:
                self._terminal.remark(f"Building {project} …")
        self._terminal.detail(self._latest)

    def build_output(self, project: str, line: str) -> None:
        """Print a build's output, with `-vv`."""
        if self._terminal.verbosity.very_verbose:
            self._terminal.detail(f"{project} | {line}")


@contextmanager
def watch(terminal: Terminal) -> Iterator[Progress]:
    """Draw progress for as long as the block lasts."""
    counter = Progress(terminal)
    if not terminal.interactive:
        yield counter
        return
    # Rich takes 50 ms to import, and a pipe has no use for it.
    from rich.live import Live
    from rich.text import Text

    class _Line:
        def __rich__(self) -> Text:
            return Text(counter.line(), "dim", overflow="ellipsis", no_wrap=True)

    console = terminal.progress_console()
    with Live(_Line(), console=console, refresh_per_second=8, transient=True):
        yield counter
