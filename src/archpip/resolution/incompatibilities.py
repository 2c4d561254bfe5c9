"""Incompatibilities: what the search knows can never be so all at once.

A project has one value out of its versions and "nobody needs it", so what is said of it is a set of
values. Sets are integers with one bit for each value, the lowest for "nobody needs it"; all ones
(-1) says nothing. The rules for clauses over such values then need no cases.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Reversible

from packaging.utils import NormalizedName

from archpip.resolution.demands import Identifier
from archpip.resolution.provider import Asked

ROOT = Identifier(NormalizedName(""))
"""The user, who has one version and requires what the resolution is asked for."""

ROOT_VALUE = 2
"""That version."""

UNNEEDED = 1
"""The value of a project that nobody needs."""

ANYTHING = -1
"""The set of all values."""


class Incompatibility:
    """Sets of values that identifiers never have all at once. Compared by identity."""

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
        """What always holds is left out."""
        self.causes = causes
        """The two that it follows from; none where it was read from the world."""
        self.asked = asked
        """The requirements that say so."""
        self.is_premature: bool = is_premature or any(cause.is_premature for cause in causes)
        """Whether who has not been asked yet might have admitted a yanked file."""

    def combine(self, other: "Incompatibility", *, about: Identifier) -> "Incompatibility":
        """Return what follows from two incompatibilities whatever the value of one identifier is.

        This is the rule of resolution, which makes a prior cause of a conflict and of what the
        satisfier was derived from. Where one forbids some of its values beside the rest, and the
        other some others, both rests together forbid all of these.
        """
        terms = dict(self.terms)
        for identifier, term in other.terms.items():
            mine = terms.get(identifier, ANYTHING)
            terms[identifier] = mine | term if identifier == about else mine & term
        return Incompatibility(terms, causes=(self, other))

    def iter_asked(self) -> Iterator[Asked]:
        """Yield the requirements that this follows from; the nearest first, no repeats."""
        waiting, seen = [self], {self}
        for found in waiting:
            yield from found.asked
            fresh = [cause for cause in found.causes if cause not in seen]
            seen.update(fresh)
            waiting.extend(fresh)


class IncompatibilityStore:
    """All that the search has learned, by the identifiers in it."""

    def __init__(self) -> None:
        self._about: defaultdict[Identifier, dict[Incompatibility, None]] = defaultdict(dict)
        """A project may have thousands, of which any may be forgotten."""

    def about(self, identifier: Identifier) -> Reversible[Incompatibility]:
        """Return what there is with a term of an identifier, the oldest first."""
        return self._about[identifier]

    def learn(self, incompatibility: Incompatibility) -> Incompatibility:
        """Add one, and return it."""
        for identifier in incompatibility.terms:
            self._about[identifier][incompatibility] = None
        return incompatibility

    def forget(self, incompatibility: Incompatibility) -> None:
        """Take one away, of which another says as much and more."""
        for identifier in incompatibility.terms:
            del self._about[identifier][incompatibility]
