"""Rich's console, which lets through what it makes of styles and spells out all other controls."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from archpip.printable import spell_out


class PrintableConsole(Console):
    """A console for text that others wrote."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the pieces that something is drawn by."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else spell_out(text, lines=True), style, control)
