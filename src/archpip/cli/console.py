"""A Rich console that emits its own style codes and escapes all other control characters."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from archpip.printable import spell_out


class PrintableConsole(Console):
    """A console for text from untrusted sources."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments of a renderable, with control characters escaped."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else spell_out(text, lines=True), style, control)
