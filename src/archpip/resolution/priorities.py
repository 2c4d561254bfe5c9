"""Priorities: which identifier is decided next.

The order is uv's, so that both backtrack at the same place: direct references, then pinned
projects, then those in frequent conflicts, then all others in the order in which they were met.
pip's solver, which decides projects with an upper bound first, finds other versions when two
newest ones exclude each other.
"""

from collections import Counter, defaultdict
from enum import IntEnum
from functools import lru_cache

from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import Incompatibility
from archpip.resolution.repairs import parse_specifier_leniently

# How many conflicts an identifier has to be in before it is decided early: uv's number.
_CONFLICT_THRESHOLD = 5


Place = tuple[int, int, int]
"""The smallest is decided next."""


class _Rank(IntEnum):
    """Reasons to decide a project early, the strongest first."""

    DIRECT = 0
    PINNED = 1
    REJECTED = 2
    """Its versions were rejected too often."""
    BLAMED = 3
    """Versions of other projects were rejected because of it too often."""
    NOTHING = 4
    POSTPONED = 5
    """Other projects may still admit more of its versions."""


class Priorities:
    """The identifiers in the order in which they were met, their ranks, and their conflicts."""

    def __init__(self) -> None:
        self._ranks: dict[NormalizedName, _Rank] = {}
        self._names: dict[NormalizedName, int] = {}
        self._identifiers: dict[Identifier, int] = {}
        self._rejected: Counter[Identifier] = Counter()
        self._blamed: Counter[Identifier] = Counter()
        self._to_hurry: list[Identifier] = []
        self._to_undo: list[Identifier] = []
        self._of_project: defaultdict[NormalizedName, list[Identifier]] = defaultdict(list)
        self._lacking_pythons: set[str] = set()

    def meet(self, demand: Demand) -> None:
        """Register a demand: its identifier keeps its first place, its project the best rank.

        A proxy comes before its project, if that was not met before.
        """
        name = demand.identifier.name
        self._names.setdefault(name, len(self._names))
        for identifier in (demand.identifier, demand.identifier.project):
            if identifier not in self._identifiers:
                self._identifiers[identifier] = len(self._identifiers)
                self._of_project[name].append(identifier)
        rank = _Rank.NOTHING
        if demand.direct is not None:
            rank = _Rank.DIRECT
        elif demand.pinned:
            rank = _Rank.PINNED
        if rank < self._ranks.setdefault(name, _Rank.NOTHING):
            self._rank(name, rank)

    def knows(self, identifier: Identifier) -> bool:
        """Return whether an identifier was met."""
        return identifier in self._identifiers

    def of(self, identifier: Identifier) -> Place:
        """Return the place of an identifier that was met."""
        name = identifier.name
        return self._ranks[name], self._names[name], self._identifiers[identifier]

    def postpone(self, identifier: Identifier) -> bool:
        """Have all other projects decided first; return whether this was not so already."""
        if self._ranks[identifier.name] is _Rank.POSTPONED:
            return False
        self._rank(identifier.name, _Rank.POSTPONED)
        return True

    def _rank(self, name: NormalizedName, rank: _Rank) -> None:
        self._ranks[name] = rank

    def note_wrong_python(self, decided: Identifier, required: str) -> None:
        """Note that a version of the identifier being decided requires another Python.

        To uv, Python is a project that lacks this version. uv finds that out when it decides Python
        the first time, and later on while it decides the identifier.
        """
        if _has_become_frequent(decided, self._blamed):
            self._to_undo.append(decided)
        pythons = _find_pythons(required)
        if not pythons <= self._lacking_pythons:
            self._lacking_pythons |= pythons
        elif _has_become_frequent(decided, self._rejected):
            self._to_hurry.append(decided)

    def note_conflict(
        self, decided: Identifier, *, about: Identifier, cause: Incompatibility
    ) -> None:
        """Note a conflict.

        Args:
            decided: The identifier being decided.
            about: The identifier that had to change; the others are blamed.
            cause: The incompatibility that was violated.
        """
        others = [other for other in cause.terms if other.name != about.name]
        self._to_undo += [other for other in others if _has_become_frequent(other, self._blamed)]
        if others and _has_become_frequent(decided, self._rejected):
            self._to_hurry.append(decided)

    def change(self) -> list[Identifier]:
        """Apply the new order that conflicts have led to.

        Returns:
            The identifiers now blamed too often: their decisions, and all since, are undone.
        """
        for identifier in self._to_hurry:
            if self._ranks[identifier.name] is not _Rank.POSTPONED:
                self._rank(identifier.name, _Rank.REJECTED)
        undone = []
        for identifier in self._to_undo:
            if self._ranks.get(identifier.name, _Rank.BLAMED) not in (
                _Rank.REJECTED,
                _Rank.BLAMED,
                _Rank.POSTPONED,
            ):
                self._rank(identifier.name, _Rank.BLAMED)
                undone.append(identifier)
        self._to_hurry.clear()
        self._to_undo.clear()
        return undone


def _has_become_frequent(identifier: Identifier, counts: Counter[Identifier]) -> bool:
    counts[identifier] += 1
    return counts[identifier] == _CONFLICT_THRESHOLD


_PYTHONS = ("2.7", *(f"3.{minor}" for minor in range(40)), "4.0")


@lru_cache(maxsize=1024)
def _find_pythons(required: str) -> frozenset[str]:
    """Return the feature releases of Python that a Requires-Python allows."""
    specifier = parse_specifier_leniently(required)
    return frozenset(python for python in _PYTHONS if specifier.contains(python, prereleases=True))
