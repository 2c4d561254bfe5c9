"""A page without the files that were uploaded at or after a moment."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Raw

from archpip.index.described import Described, parse_time
from archpip.index.model import Link
from archpip.index.page import Page


class OlderFiles:
    """A `Page`. As in uv, a file without upload time is left out, too."""

    def __init__(self, page: Page, before: datetime) -> None:
        """Take the page, and the moment, which is aware."""
        self._page = page
        self._positions = [
            position
            for position, filename in enumerate(page.filenames)
            if filename and _is_older(page.describe(position), before)
        ]
        self.filenames = [page.filenames[position] for position in self._positions]
        self.fingerprint = hash((page.fingerprint, before))

    @property
    def about(self) -> Mapping[str, object]:
        """The page's data on the project as a whole, without the versions that it states.

        Nothing says when a version without files was made.
        """
        return {key: value for key, value in self._page.about.items() if key != "versions"}

    @property
    def origin(self) -> str | None:
        """The common start of all URLs."""
        return self._page.origin

    @property
    def is_sized(self) -> bool:
        """Whether it has the size of each file."""
        return self._page.is_sized

    @property
    def written(self) -> Sequence[Raw] | None:
        """The entries of its files, as written."""
        written = self._page.written
        return None if written is None else [written[position] for position in self._positions]

    def make_link(self, position: int) -> Link:
        """Make a file's link."""
        return self._page.make_link(self._positions[position])

    def describe(self, position: int) -> Described:
        """Return a file's entry."""
        return self._page.describe(self._positions[position])


def _is_older(said: Described, before: datetime) -> bool:
    uploaded = parse_time(said.get("upload-time"))
    if uploaded is None:
        return False
    # PEP 700 has them in UTC.
    return (uploaded if uploaded.tzinfo else uploaded.replace(tzinfo=UTC)) < before
