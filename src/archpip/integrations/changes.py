"""A planned change of a file, as a value."""

from pathlib import Path

from msgspec import Struct


class FileChange(Struct, frozen=True, kw_only=True):
    """A file's text before and after. It may hold credentials: display it only through `redact`."""

    path: Path
    before: str | None
    """`None` if there is no file."""
    after: str | None
    """`None` if the file is to be deleted."""
