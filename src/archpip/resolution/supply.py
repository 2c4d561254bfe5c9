"""The supply of one project: which versions it has for the target, and which file of each.

Versions come in order of preference; within one, the offers of its ladder, a lower one only if the
better one was refused for its content.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.confirmation import Confirmer
from archpip.resolution.demands import Demand
from archpip.resolution.direct_references import DirectReference
from archpip.resolution.evaluation import Evaluator, Taken
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import Catalogue, Ladder, Offer
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.narrowing import Narrowing, Preference
from archpip.resolution.options import Fallback
from archpip.resolution.ranking import Ranking
from archpip.resolution.version_bits import EVERY_VERSION, VersionBits

_LOOK_AHEAD_LIMIT = 16


def _has_only_sdists(found: tuple[Version, Ladder]) -> bool:
    return all(offer.kind is LinkKind.SDIST for offer in found[1].offers)


_BY_CONTENT = frozenset((RejectionReason.VERDICT, RejectionReason.UNREADABLE))


class Supply:
    """Yields the files that may be pinned for a project, for one target and in one thread."""

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        evaluator: Evaluator,
        confirmer: Confirmer,
        preferences: Mapping[NormalizedName, Version],
    ) -> None:
        self._library = library
        self._ranking = ranking
        self._options = ranking.options
        self._evaluator = evaluator
        self._confirmer = confirmer
        self._preferences = preferences
        self._narrowing = Narrowing(
            preference=lambda name: Preference(
                kept=preferences.get(name), lowest=ranking.prefers_lowest(name)
            ),
            ladder=ranking.ladder,
        )
        self.refused: defaultdict[NormalizedName, dict[str, tuple[Version | None, Rejection]]]
        self.refused = defaultdict(dict)
        """Rejections after opening, by project and URL, in the order met."""

    def catalogue(self, name: NormalizedName) -> Catalogue:
        """Return a project's catalogue, waiting for it if needed."""
        return self._library.catalogue(name).result()

    def bits(self, name: NormalizedName) -> VersionBits:
        """Return the mapping of a project's versions on the indexes to bits."""
        return self.catalogue(name).bits

    def is_too_new(self, name: NormalizedName, version: Version) -> bool:
        """Return whether all files of a version on the indexes were uploaded too late."""
        return self._ranking.is_too_new(self.catalogue(name), version)

    def note(self, name: NormalizedName, version: Version | None, rejection: Rejection) -> None:
        """Record a rejection."""
        self.refused[name].setdefault(rejection.link.url, (version, rejection))

    def take(
        self,
        name: NormalizedName,
        demands: Sequence[Demand],
        *,
        beside: Sequence[Demand] = (),
        among: int = EVERY_VERSION,
        ahead: int = 1,
    ) -> Iterator[Taken]:
        """Yield the files that may be pinned for a project under all demands, preferred first.

        Args:
            name: The project.
            demands: The demands on it, all of which have to be met.
            beside: Other demands on it, such as on its extras: they need not be met here, but may
                admit pre-releases or yanked files, or have a direct reference.
            among: The versions that the solver has not ruled out; see `bits`.
            ahead: How many versions to read at once, for a caller that will likely need more.
        """
        directs = {demand.direct for demand in (*demands, *beside) if demand.direct is not None}
        if not directs:
            catalogue = self.catalogue(name)
            ladders = self.applicable_ladders(catalogue, demands, beside=beside, among=among)
            yield from self._take_from_index(name, ladders, ahead)
        elif len(directs) == 1:
            outcome = self._evaluator.evaluate_direct(name, directs.pop())
            if isinstance(outcome, Rejection):
                self.note(name, None, outcome)
            elif all(d.direct or d.allows(outcome.metadata.version) for d in demands):
                yield outcome

    def take_direct(self, demand: Demand) -> Taken | None:
        """Return the file or source of a demand's direct reference, or `None` if refused."""
        return next(self.take(demand.identifier.name, [demand]), None)

    def iter_versions(
        self,
        name: NormalizedName,
        demands: Sequence[Demand],
        *,
        beside: Sequence[Demand],
        among: int,
        ahead: int,
    ) -> Iterator[tuple[Version, DirectReference | None]]:
        """Yield the versions that `take` would try, and their sources, without waiting for files.

        The arguments are those of `take`, which may be called for each version next.
        """
        if any(demand.direct for demand in (*demands, *beside)):
            for taken in self.take(name, demands, beside=beside):
                yield taken.metadata.version, taken.direct
            return
        catalogue = self.catalogue(name)
        ladders = self.applicable_ladders(catalogue, demands, beside=beside, among=among)
        if self._options.prefer_binary:
            ladders = iter(sorted(ladders, key=_has_only_sdists))
        yield from ((version, None) for version, _ in self._read_ahead(ladders, ahead))

    def _take_from_index(
        self, name: NormalizedName, ladders: Iterable[tuple[Version, Ladder]], ahead: int
    ) -> Iterator[Taken]:
        if self._options.prefer_binary:
            found = list(ladders)
            yield from self._climb(name, found, frozenset((LinkKind.WHEEL,)))
            yield from self._climb(name, found, frozenset((LinkKind.SDIST,)))
        else:
            yield from self._climb(name, ladders, frozenset(LinkKind), ahead)

    def applicable_ladders(
        self,
        catalogue: Catalogue,
        demands: Sequence[Demand],
        *,
        beside: Sequence[Demand] = (),
        among: int = EVERY_VERSION,
    ) -> Iterator[tuple[Version, Ladder]]:
        """Yield each allowed version that has offers for the target, most preferred first.

        Unless the user decides on pre-releases, they come only if no final release is left.
        """
        allowed = self._admits_prereleases(catalogue.name, demands)
        pinned = any(demand.pinned for demand in (*demands, *beside))
        held_back: list[tuple[Version, Ladder]] = []
        any_final = False
        kept = self._preferences.get(catalogue.name)
        for version, offered in self._narrowing.iter_ladders(catalogue, demands, among=among):
            if version.is_prerelease and allowed is False:
                continue
            # A version that was locked or installed before it was yanked may stay (PEP 592).
            ladder = offered.without_yanked(keep=pinned or version == kept)
            if not ladder.offers:
                continue
            if version.is_prerelease and allowed is None:
                held_back.append((version, ladder))
            else:
                any_final = True
                yield version, ladder
        if not any_final:
            yield from held_back

    def _admits_prereleases(self, name: NormalizedName, demands: Iterable[Demand]) -> bool | None:
        """Return the user's choice; a version that a proxy demands was chosen already."""
        return any(demand.exact for demand in demands) or self._ranking.admits_prereleases(name)

    def find_wrong_pythons(
        self,
        name: NormalizedName,
        demands: Sequence[Demand],
        *,
        beside: Sequence[Demand],
        among: int,
    ) -> Iterator[tuple[Version, str]]:
        """Yield the versions before the best one that are excluded by their Python alone.

        Yields:
            The version and its Requires-Python, most preferred first.
        """
        if any(demand.direct for demand in (*demands, *beside)):
            return
        catalogue = self.catalogue(name)
        allowed = self._admits_prereleases(name, demands)
        for version, ladder in self._narrowing.iter_ladders(catalogue, demands, among=among):
            if allowed or not version.is_prerelease:
                if ladder.without_yanked(keep=False).offers:
                    return
                required = ladder.lacking_python
                if required is not None:
                    yield version, required

    def _climb(
        self,
        name: NormalizedName,
        ladders: Iterable[tuple[Version, Ladder]],
        kinds: frozenset[LinkKind],
        ahead: int = 1,
    ) -> Iterator[Taken]:
        """Yield the best offer of each version, and a lower one if the better was refused.

        Calling it again yields refused offers again, before those that replace them.
        """
        for order, (version, ladder) in enumerate(self._read_ahead(ladders, ahead)):
            wrong = False
            for offer in ladder.offers:
                if offer.kind not in kinds or (wrong and not self._may_fall_to(offer)):
                    continue
                outcome = self._evaluator.evaluate(name, offer, ladder, likely=order == 0)
                if isinstance(outcome, Taken):
                    yield outcome
                    if not self._confirmer.is_refused(outcome):
                        break
                    wrong = True
                else:
                    self.note(name, version, outcome)
                    wrong = wrong or outcome.reason in _BY_CONTENT
            else:
                if wrong and self._options.fallback is Fallback.FAIL:
                    return

    def _may_fall_to(self, offer: Offer) -> bool:
        """Return whether an offer may replace a wheel that was refused for its content."""
        return offer.kind is LinkKind.WHEEL or self._options.fallback is Fallback.SOURCE

    def _read_ahead(
        self, ladders: Iterable[tuple[Version, Ladder]], ahead: int
    ) -> Iterator[tuple[Version, Ladder]]:
        """Yield the ladders; once more than the first is consumed, read 1, 2, 4… in advance.

        A caller that needs the second version is backtracking, and will often need more.
        """
        source = iter(ladders)
        batch = max(1, min(ahead, _LOOK_AHEAD_LIMIT))
        while chunk := list(islice(source, batch)):
            if batch > 1:
                self._evaluator.begin(ladder.offers[0] for _, ladder in chunk)
            yield from chunk
            batch = min(batch * 2, _LOOK_AHEAD_LIMIT)
