"""A file that is about to be changed, as a value."""

from pathlib import Path

from msgspec import Struct


class FileChange(Struct, frozen=True, kw_only=True):
    """A file's text before and after. It may hold credentials: show it through `redact` only."""

    path: Path
    before: str | None
    """`None` where there is no file."""
    after: str | None
    """`None` where the file is to go."""
