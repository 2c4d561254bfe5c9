"""Dependencies: what the user and pinned versions require, as incompatibilities.

That a version requires something means that it and everything else than what it requires cannot be
at once. Versions of one identifier that require the same become one incompatibility.
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
    """What an index offers says where to take a project from. Never leaves this package.

    Who asked for a project of an index did not ask to run what lies at any address that its authors
    name. Only the user says such things, and what was itself taken from where the user said. As
    with uv that is the end, and not one more reason to look for an older version.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.asked = asked


class Dependencies:
    """Learns what is required, for one search."""

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
        """By who requires which values of whom."""
        self._tied: set[tuple[Identifier, int]] = set()

    def require(
        self, identifier: Identifier, value: int, all_asked: Sequence[Asked], *, term: int
    ) -> list[Incompatibility]:
        """Learn what an identifier with a value requires; return what can therefore not be.

        Args:
            identifier: Who requires it.
            value: What it was decided to be.
            all_asked: What it requires.
            term: The values for which that counts: this one and the gaps beside it.

        Raises:
            UnforeseenError: It requires a direct reference that `values` does not know.
            ForeignReferenceError: It does, and comes from an index.
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
        # What a proxy requires is its own version, which need not be looked for.
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
            # Versions that require the same are one case.
            self._incompatibilities.forget(earlier)
            term |= earlier.terms.get(identifier, 0)
        found = Incompatibility(
            {identifier: term, demand.identifier: ~allowed},
            asked=(*(earlier.asked if earlier else ()), asked),
        )
        self._merged[key] = found
        return self._incompatibilities.learn(found)

    def _tie(self, demand: Demand) -> None:
        """Learn that a proxy at a version that is asked for comes with its project at such a one.

        Each choice says so of its own version; what is common to all is seen before any is made.
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
        """Hear of a demand; where it is the first on its project, the user's constraints hold."""
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
