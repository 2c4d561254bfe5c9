"""Dependencies: the requirements of the user and of pinned versions, as incompatibilities.

A version that requires something is incompatible with every value that does not satisfy the
requirement. Versions of one identifier with the same requirement share one incompatibility.
"""

from collections.abc import Sequence

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import (
    UNNEEDED,
    Incompatibility,
    IncompatibilityStore,
)
from archpip.resolution.priorities import Priorities
from archpip.resolution.provider import Asked, Provider
from archpip.resolution.values import Values


class UnforeseenError(Exception):
    """A direct reference was met that nothing so far has reckoned with."""

    def __init__(self, demand: Demand) -> None:
        super().__init__(demand)
        self.demand = demand


class ForeignReferenceError(Exception):
    """A distribution from an index has a direct reference. Never leaves this package.

    A user who requires a project from an index did not agree to run code from a URL that its
    authors name. Only the user may give direct references, and distributions that were themselves
    taken from one. As in uv, this ends the search; no older version is tried.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.asked = asked


class Dependencies:
    """Adds incompatibilities for requirements, for one search."""

    def __init__(
        self,
        *,
        provider: Provider,
        values: Values,
        priorities: Priorities,
        incompatibilities: IncompatibilityStore,
    ) -> None:
        self._provider = provider
        self._values = values
        self._priorities = priorities
        self._incompatibilities = incompatibilities
        self._merged: dict[tuple[Identifier, Identifier, int], Incompatibility] = {}
        """Keyed by the requiring identifier, the required one, and the allowed values."""
        self._tied: set[tuple[Identifier, int]] = set()

    def require(
        self, identifier: Identifier, value: int, all_asked: Sequence[Asked], *, term: int
    ) -> list[Incompatibility]:
        """Learn the requirements of an identifier's value; return the new incompatibilities.

        Args:
            identifier: The identifier that has the requirements.
            value: The value that was decided for it.
            all_asked: Its requirements.
            term: The values that they apply to: this one and the gaps beside it.

        Raises:
            UnforeseenError: A requirement is a direct reference that `values` does not know.
            ForeignReferenceError: The same, and the identifier comes from an index.
        """
        for asked in all_asked:
            if not self._values.knows(asked.demand):
                if asked.parent is not None and asked.parent.direct is None:
                    raise ForeignReferenceError(asked)
                raise UnforeseenError(asked.demand)
            self._provider.note_asked(asked)
            self._meet(asked.demand)
        for asked in all_asked:
            self._tie(asked.demand)
        found = (self._require_one(identifier, value, term, asked) for asked in all_asked)
        return [incompatibility for incompatibility in found if incompatibility is not None]

    def _require_one(
        self, identifier: Identifier, value: int, term: int, asked: Asked
    ) -> Incompatibility | None:
        demand = asked.demand
        # A proxy requires its own version, so no lookup is needed.
        allowed = value if demand.exact else self._values.allowed_by(demand)
        if demand.identifier == identifier:
            if allowed & value:
                return None
            return self._incompatibilities.learn(
                Incompatibility({identifier: term}, asked=(asked,))
            )
        key = (identifier, demand.identifier, allowed)
        earlier = self._merged.get(key)
        if earlier is not None:
            # Versions with the same requirement are merged.
            self._incompatibilities.forget(earlier)
            term |= earlier.terms.get(identifier, 0)
        found = Incompatibility(
            {identifier: term, demand.identifier: ~allowed},
            asked=(*(earlier.asked if earlier else ()), asked),
        )
        self._merged[key] = found
        return self._incompatibilities.learn(found)

    def _tie(self, demand: Demand) -> None:
        """Learn that a proxy within the demanded versions needs its project within the same ones.

        Each choice of the proxy implies this for its version; learned here, before any is made.
        """
        proxy = demand.identifier
        if not proxy.is_proxy:
            return
        allowed = self._values.allowed_by(demand)
        if (proxy, allowed) not in self._tied:
            self._tied.add((proxy, allowed))
            self._incompatibilities.learn(
                Incompatibility({proxy: allowed, proxy.project: ~allowed})
            )

    def _meet(self, demand: Demand) -> None:
        """Register a demand; the first on an identifier puts the user's constraints in force."""
        constraints = self._provider.constraints_on(demand.identifier.name)
        for identifier in dict.fromkeys((demand.identifier, demand.identifier.project)):
            if not self._priorities.knows(identifier):
                for constraint in constraints:
                    allowed = self._values.allowed_by(constraint)
                    self._incompatibilities.learn(
                        Incompatibility({identifier: ~(allowed | UNNEEDED)})
                    )
        self._priorities.meet(demand)
        for constraint in constraints:
            self._priorities.meet(constraint)
