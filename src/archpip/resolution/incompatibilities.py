"""Incompatibilities: terms that the search knows can never all hold at once.

A project's value is one of its versions or "not needed", so a term about it is a set of values.
Sets are integers with one bit for each value, the lowest for "not needed"; all ones (-1) excludes
nothing. The rules for clauses over such values then need no special cases.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Reversible

from packaging.utils import NormalizedName

from archpip.resolution.demands import Identifier
from archpip.resolution.provider import Asked

ROOT = Identifier(NormalizedName(""))
"""The user, as a project with one version that requires the roots of the resolution."""

ROOT_VALUE = 2
"""That version."""

UNNEEDED = 1
"""The value of a project that is not needed."""

ANYTHING = -1
"""The set of all values."""


class Incompatibility:
    """Terms, one set of values per identifier, that never all hold. Compared by identity."""

    __slots__ = ("asked", "causes", "is_premature", "terms")

    def __init__(
        self,
        terms: Mapping[Identifier, int],
        *,
        causes: "tuple[Incompatibility, ...]" = (),
        asked: tuple[Asked, ...] = (),
        is_premature: bool = False,
    ) -> None:
        self.terms: Mapping[Identifier, int] = {
            identifier: term for identifier, term in terms.items() if term != ANYTHING
        }
        """Terms that always hold are left out."""
        self.causes = causes
        """The two incompatibilities that it follows from; empty if it was read from the world."""
        self.asked = asked
        """The requirements that it states."""
        self.is_premature: bool = is_premature or any(cause.is_premature for cause in causes)
        """Whether an identifier that is not decided yet might have admitted a yanked file."""

    def combine(self, other: "Incompatibility", *, about: Identifier) -> "Incompatibility":
        """Return what follows from two incompatibilities for any value of one identifier.

        This is the rule of resolution, which derives a prior cause from a conflict and the cause of
        its satisfier: if each forbids some values of the identifier together with its other terms,
        the other terms of both together forbid all of these values.
        """
        terms = dict(self.terms)
        for identifier, term in other.terms.items():
            mine = terms.get(identifier, ANYTHING)
            terms[identifier] = mine | term if identifier == about else mine & term
        return Incompatibility(terms, causes=(self, other))

    def iter_asked(self) -> Iterator[Asked]:
        """Yield the requirements that this follows from, nearest first, no repeats."""
        waiting, seen = [self], {self}
        for found in waiting:
            yield from found.asked
            fresh = [cause for cause in found.causes if cause not in seen]
            seen.update(fresh)
            waiting.extend(fresh)


class IncompatibilityStore:
    """All incompatibilities that the search has learned, by their identifiers."""

    def __init__(self) -> None:
        self._about: defaultdict[Identifier, dict[Incompatibility, None]] = defaultdict(dict)
        """A dict as an ordered set: a project may have thousands, and any may be removed."""

    def about(self, identifier: Identifier) -> Reversible[Incompatibility]:
        """Return the incompatibilities with a term about an identifier, oldest first."""
        return self._about[identifier]

    def learn(self, incompatibility: Incompatibility) -> Incompatibility:
        """Add one, and return it."""
        for identifier in incompatibility.terms:
            self._about[identifier][incompatibility] = None
        return incompatibility

    def forget(self, incompatibility: Incompatibility) -> None:
        """Remove one that another incompatibility includes."""
        for identifier in incompatibility.terms:
            del self._about[identifier][incompatibility]
