"""The user's options for a resolution: formats, pre-releases, fallback, hashes, age.

The names and meanings are pip's where pip has them.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Self

from msgspec import Struct, field
from packaging.utils import NormalizedName, canonicalize_name

_ALL = ":all:"
_NONE = ":none:"


class Fallback(StrEnum):
    """What to do if every wheel of a version that fits by name is refused by its verdict."""

    SOURCE = "source"
    """Take that version's sdist; if there is none, an older version."""
    OLDER = "older"
    """Never build instead: take an older version."""
    FAIL = "fail"
    """Take nothing, and report it to the user."""


class Align(StrEnum):
    """Whether several targets share one version of a project."""

    PREFER = "prefer"
    """Wherever that is possible."""
    STRICT = "strict"
    """Everywhere, or there is no solution."""
    NONE = "none"
    """Each target takes its own newest."""


class InspectScope(StrEnum):
    """Which wheels are opened."""

    ALL = "all"
    LOOSE = "loose"
    """Only those whose tags do not pin down one architecture."""
    NONE = "none"


class VersionOrder(StrEnum):
    """Which version of a project is tried first (uv's `--resolution`)."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    LOWEST_DIRECT = "lowest-direct"
    """The lowest version of requested projects, the highest of their dependencies."""


class ProjectSelection(Struct, frozen=True, kw_only=True):
    """A pair of exclusive choices by project, such as `--no-binary` and `--only-binary`.

    A later choice wins over an earlier one, as in pip.
    """

    first: frozenset[str] = frozenset()
    """Normalised names, or `:all:`."""
    second: frozenset[str] = frozenset()

    def choose_first(self, value: str) -> Self:
        """Add names, `:all:` or `:none:`, separated by commas, to the first choice."""
        chosen, other = _choose(value, chosen=self.first, other=self.second)
        return type(self)(first=chosen, second=other)

    def choose_second(self, value: str) -> Self:
        """Add names, `:all:` or `:none:`, separated by commas, to the second choice."""
        chosen, other = _choose(value, chosen=self.second, other=self.first)
        return type(self)(first=other, second=chosen)

    def answer(self, name: NormalizedName) -> bool | None:
        """Return whether the first choice holds for a project, or `None` where neither does."""
        for wanted in (name, _ALL):
            if wanted in self.second:
                return False
            if wanted in self.first:
                return True
        return None


def _choose(
    value: str, *, chosen: frozenset[str], other: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Apply one option's value; `:all:` replaces what came before it, `:none:` empties it."""
    kept, excluded = set(chosen), set(other)
    for item in _split(value):
        if item == _ALL:
            kept, excluded = {_ALL}, set()
        elif item == _NONE:
            kept = set()
        else:
            kept.add(canonicalize_name(item))
            excluded.discard(canonicalize_name(item))
    return frozenset(kept), frozenset(excluded)


def _split(value: str) -> Iterable[str]:
    return (item.strip() for item in value.split(",") if item.strip())


class ResolveOptions(Struct, frozen=True, kw_only=True):
    """How to resolve; the default is what pip does without options."""

    fallback: Fallback = Fallback.SOURCE
    inspect: InspectScope = InspectScope.ALL
    formats: ProjectSelection = field(default_factory=ProjectSelection)
    """First: `--only-binary`; second: `--no-binary`."""
    releases: ProjectSelection = field(default_factory=ProjectSelection)
    """First: `--all-releases` (`--pre` is `:all:`); second: `--only-final`."""
    prefer_binary: bool = False
    """Any version's wheel goes before any version's sdist."""
    ignore_dependencies: bool = False
    """`--no-deps`: take the roots only."""
    require_hashes: bool = False
    uploaded_before: datetime | None = None
    """Files of an index that were uploaded at or after this moment do not exist (aware)."""
    uploaded_before_of: tuple[tuple[NormalizedName, datetime | None], ...] = ()
    """The moments for single projects, in its place; the last one for a name counts. With `None`,
    all of the project's files exist."""
    ignore_requires_python: bool = False
    pythons: tuple[str, ...] = ()
    """The Requires-Python of the user's own projects and scripts: no hint names another Python."""
    order: VersionOrder = VersionOrder.HIGHEST

    def moment_for(self, name: NormalizedName) -> datetime | None:
        """Return the moment from which on files of a project are ignored, or `None`."""
        own = [moment for single, moment in self.uploaded_before_of if single == name]
        return own[-1] if own else self.uploaded_before

    def allows_wheels(self, name: NormalizedName) -> bool:
        """Return whether `--no-binary` leaves this project its wheels."""
        return self.formats.answer(name) is not False

    def allows_sdists(self, name: NormalizedName) -> bool:
        """Return whether `--only-binary` leaves this project its sdists."""
        return self.formats.answer(name) is not True
