"""Read tables of a user's TOML key by key, and report all errors at once."""

from collections.abc import Mapping


class TableReader:
    """Reads keys of one table, and collects all errors."""

    def __init__(self, table: Mapping[str, object]) -> None:
        """Store the table, which is not changed."""
        self._rest = dict(table)
        self._problems: list[str] = []

    def problems(self) -> tuple[str, ...]:
        """Return the errors in the order of reading, then the unknown keys."""
        unknown = (f"`{key}` is not known" for key in sorted(self._rest))
        return (*self._problems, *unknown)
