"""One file that an index offers."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct


class Link(Struct, frozen=True, kw_only=True):
    """A link: one wheel or sdist that an index, a find-links page or a user offers.

    Pages have thousands of these and a resolution uses few, so the file name is kept as text:
    callers parse its version or tags when they need them.
    """

    url: str
    """Absolute, without fragment; may contain credentials, so show `redacted_url` only."""
    filename: str
    hashes: tuple[tuple[str, str], ...] = ()
    """(algorithm, lower-case hex), sorted by algorithm."""
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, perhaps empty; `None` if the file is not yanked (PEP 592)."""
    metadata_hashes: tuple[tuple[str, str], ...] | None = None
    """`None` if the index offers no metadata file (PEP 658/714); may be empty."""
    size_bytes: int | None = None
    upload_time: datetime | None = None
    index_url: str | None = None
    """The index or find-links location that offered it, redacted."""

    @property
    def sha256(self) -> str | None:
        """The sha256 that the index gives, or `None`."""
        return dict(self.hashes).get("sha256")


class FileStream(NamedTuple):
    """A file that is being streamed."""

    total_bytes: int | None
    """From its server, or the index."""
    chunks: Iterator[bytes]
    """The last one is yielded only once hashes and size of the whole are right; else
    `HashMismatchError` or `SizeMismatchError` is raised, so that a bad file is never complete."""
