"""The files of a JSON page: their names at once, all else that is said of one when asked for.

Project pages are megabytes of one object per file, and a resolution reads a hundred of them to look
at a few files of each. So a page's names are read in one pass that makes nothing of the rest, and
an entry becomes an object when somebody asks for it: a third of the time that `json` takes, and a
fraction of the memory. Pages that are not as all index servers write them are left to `json`.

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


# What comes of JSON has no cycles, and looking for some in so many takes a third of the time.
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
"""How the first entry begins, and so all do: a brace, and the name of what is said first."""


class Entries:
    """The entries of a page, each decoded when it is asked for.

    Raises `ValueError` where a number in one is too large.
    """

    def __init__(
        self, body: bytes, filenames: Sequence[str], *, packed: bytes | None = None
    ) -> None:
        """Take the whole page, and the names of its entries.

        `packed` is the page by gzip, which is kept in its place once an entry was asked for: what
        stands before that one is seldom wanted, and is most of the memory of a large resolution.
        """
        self._packed = packed
        self._page = body, False
        """The page, and whether it is packed."""
        self._filenames = filenames
        self._last: tuple[int, Sequence[Raw]] = len(filenames), ()
        """A position, and the entries from there on as they stand on the page."""

    def __getitem__(self, position: int) -> dict[str, Any]:
        """Decode one."""
        first, last = self._last
        if position < first:
            # At least twice as many as before: who goes back, version by version, goes on so.
            first, last = self._last = self._read_from(min(position, first - len(last)))
        return _ENTRY.decode(last[position - first])

    def _read_from(self, position: int) -> tuple[int, Sequence[Raw]]:
        """Return the entries from a position on, or all of them.

        New versions, which are asked for, stand at the end of most pages. What is taken for an
        entry's beginning is one if the page goes on from there as it must. Past the middle, to look
        for it saves less than reading a second time costs.
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
        """All as they stand on the page."""
        if self._last[0]:
            self._last = 0, _WRITTEN.decode(self._whole).files
        return self._last[1]

    @property
    def _whole(self) -> bytes:
        page, is_packed = self._page
        if is_packed:
            # Who asks for more than an entry, to pass the page on, asks for all of it, and again.
            self._packed = None
            page, _ = unpack(page)
            self._page = page, False
        return page

    @property
    def fingerprint(self) -> int:
        """Equal for equal pages within this process; megabytes are hashed when somebody asks."""
        return hash(self._whole)

    def beside(self) -> dict[str, object]:
        """Return what the page says beside its entries."""
        parts = _PARTS.decode(self._whole)
        return {key: decode(part) for key, part in parts.items() if key != "files"}


class UsualPage(NamedTuple):
    """A page whose entries are as those of all index servers."""

    entries: Entries
    filenames: list[str]
    """One per entry."""
    meta: object
    origin: str | None
    """`scheme://host/` that all addresses begin with."""
    is_sized: bool
    """Whether each entry says how large its file is."""


def read_usual_page(body: bytes, *, packed: bytes | None = None) -> UsualPage | None:
    """Read a page, or return `None` where an entry is not as usual, or it is no page at all.

    `packed` is the page by gzip, where it came so.

    An entry is as usual that has a name without a folder and an absolute address whose host is not
    in question.
    """
    try:
        page = _NAMES.decode(body)
        # What is passed over is held to JSON's grammar, but its bytes to no encoding.
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
    """Return what all addresses begin with, if they are absolute and one server has all files."""
    first = urls[0] if urls else ""
    if not first.startswith(ABSOLUTE):
        return None
    origin = first[: first.find("/", first.find("://") + len("://")) + 1]
    return origin if origin and all(map(str.startswith, urls, repeat(origin))) else None
