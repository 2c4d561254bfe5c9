"""Tables of a user's TOML, read key by key, with everything that is wrong told at once."""

from collections.abc import Mapping


class TableReader:
    """Takes keys out of one table, and remembers everything that is wrong."""

    def __init__(self, table: Mapping[str, object]) -> None:
        """Take the table, which stays as it is."""
        self._rest = dict(table)
        self._problems: list[str] = []

    def problems(self) -> tuple[str, ...]:
        """Return what was wrong, in the order of reading, then the keys that nobody took."""
        unknown = (f"`{key}` is not known" for key in sorted(self._rest))
        return (*self._problems, *unknown)
