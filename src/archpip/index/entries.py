"""The entries of a JSON page: file names are parsed at once, all else on demand.

Project pages are megabytes of one object per file, and a resolution reads a hundred of them to use
a few files of each. So the file names are read in one pass that skips the rest, and an entry is
decoded on demand: a third of the time that `json` takes, and a fraction of the memory. Pages that
differ from what all index servers write are left to `json`.

Source: PEP 691.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import repeat
from typing import Any, NamedTuple

from msgspec import Raw, Struct
from msgspec.json import Decoder, decode

from archpip.index.bounds import unpack
from archpip.index.page import ABSOLUTE


# JSON has no cycles, and garbage collection of so many objects takes a third of the time.
class _Named(Struct, gc=False):
    filename: str
    url: str
    size: Any = None


class _Names(Struct):
    files: list[_Named]
    meta: Any = None


class _Written(Struct):
    files: list[Raw]


_NAMES = Decoder(_Names)
_WRITTEN = Decoder(_Written)
_ENTRY = Decoder(dict[str, Any])
_PARTS = Decoder(dict[str, Raw])


_OPENING = re.compile(rb'"files"\s*:\s*\[\s*(\{\s*"[^"\\]*")')
"""The start of the first entry, and so of all: a brace and the first key."""


class Entries:
    """The entries of a page, each decoded on demand.

    Raises `ValueError` if a number in an entry is too large.
    """

    def __init__(
        self, body: bytes, filenames: Sequence[str], *, packed: bytes | None = None
    ) -> None:
        """Take the whole page, and the names of its entries.

        `packed` is the gzipped page, which is kept instead once an entry was read: the entries
        before that one are seldom needed, and are most of the memory of a large resolution.
        """
        self._packed = packed
        self._page = body, False
        """The page, and whether it is packed."""
        self._filenames = filenames
        self._last: tuple[int, Sequence[Raw]] = len(filenames), ()
        """A position, and the entries from there on as written on the page."""

    def __getitem__(self, position: int) -> dict[str, Any]:
        """Decode one entry."""
        first, last = self._last
        if position < first:
            # At least twice as many as before: a caller that walks back will continue to do so.
            first, last = self._last = self._read_from(min(position, first - len(last)))
        return _ENTRY.decode(last[position - first])

    def _read_from(self, position: int) -> tuple[int, Sequence[Raw]]:
        """Return the entries from a position on, or all of them.

        New versions, which are needed most, are at the end of most pages. A supposed start of an
        entry is one if the rest of the page parses from there. Beyond the middle, the search saves
        less than a second read costs.
        """
        if position < len(self._filenames) // 2:
            return 0, self.written
        body = self._whole
        opening = _OPENING.search(body)
        name = body.rfind(f'"{self._filenames[position]}"'.encode())
        at = body.rfind(opening[1], 0, name) if opening and name >= 0 else -1
        if at >= 0:
            with suppress(ValueError, RecursionError):
                last = _WRITTEN.decode(b'{"files":[' + body[at:]).files
                if len(last) == len(self._filenames) - position:
                    if self._packed:
                        self._page = self._packed, True
                    return position, last
        return 0, self.written

    @property
    def written(self) -> Sequence[Raw]:
        """All entries as written on the page."""
        if self._last[0]:
            self._last = 0, _WRITTEN.decode(self._whole).files
        return self._last[1]

    @property
    def _whole(self) -> bytes:
        page, is_packed = self._page
        if is_packed:
            # A caller that needs the whole page, to forward it, needs it again.
            self._packed = None
            page, _ = unpack(page)
            self._page = page, False
        return page

    @property
    def fingerprint(self) -> int:
        """Equal for equal pages within this process; hashed on demand, as pages have megabytes."""
        return hash(self._whole)

    def beside(self) -> dict[str, object]:
        """Return the page's keys other than its entries."""
        parts = _PARTS.decode(self._whole)
        return {key: decode(part) for key, part in parts.items() if key != "files"}


class UsualPage(NamedTuple):
    """A page whose entries have the form that all index servers write."""

    entries: Entries
    filenames: list[str]
    """One per entry."""
    meta: object
    origin: str | None
    """`scheme://host/` that all URLs begin with, else `None`."""
    is_sized: bool
    """Whether each entry has the size of its file."""


def read_usual_page(body: bytes, *, packed: bytes | None = None) -> UsualPage | None:
    """Read a page, or return `None` if an entry is unusual, or if it is not a page at all.

    `packed` is the gzipped page, if it arrived so.

    An entry is usual if its file name has no folder and its URL is absolute with an unambiguous
    host.
    """
    try:
        page = _NAMES.decode(body)
        # Skipped values are checked against JSON's grammar, but not for their encoding.
        if not body.isascii():
            body.decode()
    except (ValueError, RecursionError):
        return None
    filenames = [file.filename for file in page.files]
    urls = [file.url for file in page.files]
    if not all(filenames) or "/" in "".join(filenames):
        return None
    origin = _common_origin(urls)
    if origin is None and not all(map(str.startswith, urls, repeat(ABSOLUTE))):
        return None
    together = "".join(urls)
    if not together.isascii() or "[" in together or "]" in together:
        return None
    return UsualPage(
        entries=Entries(body, filenames, packed=packed),
        filenames=filenames,
        meta=page.meta,
        origin=origin,
        is_sized={type(file.size) for file in page.files} <= {int},
    )


def _common_origin(urls: list[str]) -> str | None:
    """Return the common start of all URLs, if they are absolute and on one server."""
    first = urls[0] if urls else ""
    if not first.startswith(ABSOLUTE):
        return None
    origin = first[: first.find("/", first.find("://") + len("://")) + 1]
    return origin if origin and all(map(str.startswith, urls, repeat(origin))) else None
