"""One file that an index offers."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct


class Link(Struct, frozen=True, kw_only=True):
    """A link: one wheel or sdist that an index, a find-links page or a user offers.

    Pages hold thousands of these and a resolution looks at few, so the file name is kept as text:
    who needs its version or tags parses them then.
    """

    url: str
    """Absolute, without fragment; may carry credentials, so show `redacted_url` only."""
    filename: str
    hashes: tuple[tuple[str, str], ...] = ()
    """(algorithm, lower-case hex), sorted by algorithm."""
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, perhaps empty; `None` where the file is not yanked (PEP 592)."""
    metadata_hashes: tuple[tuple[str, str], ...] | None = None
    """`None` where the index offers no metadata file (PEP 658/714); may be empty."""
    size_bytes: int | None = None
    upload_time: datetime | None = None
    index_url: str | None = None
    """The index or find-links location that offered it, redacted."""

    @property
    def sha256(self) -> str | None:
        """The sha256 that the index promises."""
        return dict(self.hashes).get("sha256")


class FileStream(NamedTuple):
    """A file on its way."""

    total_bytes: int | None
    """As its server says, or the index."""
    chunks: Iterator[bytes]
    """The last one comes when the whole is what was promised, and raises `HashMismatchError` or
    `SizeMismatchError` in its place where it is not: what does not end was not right."""
