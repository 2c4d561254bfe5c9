"""Priorities: which identifier is decided next.

The order is uv's, so that both give way at the same place: direct references, then what is pinned,
then what conflicts keep being about, then everything else in the order in which it was met. pip's
solver, which decides what is bounded above first, ends with other versions where two newest ones
exclude each other.
"""

from collections import Counter, defaultdict
from enum import IntEnum
from functools import lru_cache

from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import Incompatibility
from archpip.resolution.repairs import parse_specifier_leniently

# How often something must stand in a conflict before it is decided early: uv's number.
_CONFLICT_THRESHOLD = 5


Place = tuple[int, int, int]
"""The smallest is decided next."""


class _Rank(IntEnum):
    """What speaks for deciding a project early, the strongest first."""

    DIRECT = 0
    PINNED = 1
    REJECTED = 2
    """Its versions were rejected too often."""
    BLAMED = 3
    """Versions of others were too often rejected because of it."""
    NOTHING = 4
    POSTPONED = 5
    """Others may yet admit more of its versions."""


class Priorities:
    """Remembers who was met in which order and why, and the conflicts they stood in."""

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
        """Note that somebody asks for something: the first time counts, and the best reason.

        A proxy comes before its project, if nobody has asked for that so far.
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
        """Return whether somebody has asked for an identifier."""
        return identifier in self._identifiers

    def of(self, identifier: Identifier) -> Place:
        """Return the place of an identifier that was met."""
        name = identifier.name
        return self._ranks[name], self._names[name], self._identifiers[identifier]

    def postpone(self, identifier: Identifier) -> bool:
        """Have everything else decided first; return whether that is news."""
        if self._ranks[identifier.name] is _Rank.POSTPONED:
            return False
        self._rank(identifier.name, _Rank.POSTPONED)
        return True

    def _rank(self, name: NormalizedName, rank: _Rank) -> None:
        self._ranks[name] = rank

    def note_wrong_python(self, decided: Identifier, required: str) -> None:
        """Note that a version of what was being decided requires another Python.

        To uv, Python is a project that has no such version. That is found out in its turn the first
        time, and while the other is being decided whenever that is known.
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
            decided: What was being decided.
            about: Which of the identifiers had to give way; the others are to blame.
            cause: What can never be so.
        """
        others = [other for other in cause.terms if other.name != about.name]
        self._to_undo += [other for other in others if _has_become_frequent(other, self._blamed)]
        if others and _has_become_frequent(decided, self._rejected):
            self._to_hurry.append(decided)

    def change(self) -> list[Identifier]:
        """Put the order in force that the conflicts ask for.

        Returns:
            Who became blamed too often: what was decided since it was decided does not count.
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
    """Return which Pythons a Requires-Python allows, of those that make a difference."""
    specifier = parse_specifier_leniently(required)
    return frozenset(python for python in _PYTHONS if specifier.contains(python, prereleases=True))
