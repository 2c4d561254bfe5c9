"""The supply of one project: which versions it has for the target, and which file of each.

Versions come in the order of preference; within one, the offers of its ladder, a lower one only
where the better was refused for what it holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.candidates import Catalogue, Ladder, Offer, Ranking
from archpip.resolution.demands import Demand
from archpip.resolution.evaluation import Evaluator, Taken
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.narrowing import Narrowing
from archpip.resolution.options import Fallback
from archpip.resolution.prefetch import Library

_LOOK_AHEAD_LIMIT = 16

_BY_CONTENT = frozenset((RejectionReason.VERDICT, RejectionReason.UNREADABLE))


class Supply:
    """Says what may be pinned for a project, for one target and in one thread."""

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        evaluator: Evaluator,
        preferences: Mapping[NormalizedName, Version],
    ) -> None:
        self._library = library
        self._ranking = ranking
        self._options = ranking.options
        self._evaluator = evaluator
        self._preferences = preferences
        self._narrowing = Narrowing(
            lambda catalogue: ranking.versions(catalogue, kept=preferences.get(catalogue.name))
        )
        self.refused: defaultdict[NormalizedName, dict[str, tuple[Version | None, Rejection]]]
        self.refused = defaultdict(dict)
        """What was refused once it was opened, by project and URL, in the order met."""

    def catalogue(self, name: NormalizedName) -> Catalogue:
        """Return a project's page, waiting for it where it must."""
        return self._library.catalogue(name).result()

    def note(self, name: NormalizedName, version: Version | None, rejection: Rejection) -> None:
        """Remember what was refused."""
        self.refused[name].setdefault(rejection.link.url, (version, rejection))

    def take(
        self,
        name: NormalizedName,
        demands: Sequence[Demand],
        *,
        among: Callable[[Version], bool] | None = None,
        ahead: int = 1,
    ) -> Iterator[Taken]:
        """Yield what may be pinned for a project under all demands, most preferred first.

        Args:
            name: The project.
            demands: What is required of it.
            among: Leaves out versions that the solver knows more against.
            ahead: How many versions to read at once, for who will likely ask for more.
        """
        directs = {demand.direct for demand in demands if demand.direct is not None}
        if not directs:
            yield from self._take_from_index(name, demands, among, ahead)
        elif len(directs) == 1:
            outcome = self._evaluator.evaluate_direct(name, directs.pop())
            if isinstance(outcome, Rejection):
                self.note(name, None, outcome)
            elif all(d.direct or d.allows(outcome.metadata.version) for d in demands):
                yield outcome

    def _take_from_index(
        self,
        name: NormalizedName,
        demands: Sequence[Demand],
        among: Callable[[Version], bool] | None,
        ahead: int,
    ) -> Iterator[Taken]:
        catalogue = self.catalogue(name)
        ladders = self.applicable_ladders(catalogue, demands)
        if among is not None:
            ladders = (found for found in ladders if among(found[0]))
        if self._options.prefer_binary:
            found = list(ladders)
            yield from self._climb(name, found, frozenset((LinkKind.WHEEL,)))
            yield from self._climb(name, found, frozenset((LinkKind.SDIST,)))
        else:
            yield from self._climb(name, ladders, frozenset(LinkKind), ahead)

    def applicable_ladders(
        self, catalogue: Catalogue, demands: Sequence[Demand]
    ) -> Iterator[tuple[Version, Ladder]]:
        """Yield each allowed version that offers the target something, most preferred first.

        Pre-releases follow PEP 440 as packaging 26 and pip apply it: they count where a specifier
        names one, where the user says so, or where no final release fits.
        """
        allowed = self._options.releases.answer(catalogue.name)
        if allowed is None and any(demand.wants_prereleases for demand in demands):
            allowed = True
        pinned = any(demand.pinned for demand in demands)
        held_back: list[tuple[Version, Ladder]] = []
        any_final = False
        kept = self._preferences.get(catalogue.name)
        for version in self._narrowing.versions(catalogue, demands):
            if version.is_prerelease and allowed is False:
                continue
            # A version that was locked or installed before it was yanked may stay (PEP 592).
            ladder = self._ranking.ladder(catalogue, version)
            ladder = ladder.without_yanked(keep=pinned or version == kept)
            if not ladder.offers:
                continue
            if version.is_prerelease and allowed is None:
                held_back.append((version, ladder))
            else:
                any_final = True
                yield version, ladder
        if not any_final:
            yield from held_back

    def _climb(
        self,
        name: NormalizedName,
        ladders: Iterable[tuple[Version, Ladder]],
        kinds: frozenset[LinkKind],
        ahead: int = 1,
    ) -> Iterator[Taken]:
        """Yield the best offer of each version, and a lower one where the better was refused.

        What was refused is yielded again when asked again, before what stands in for it.
        """
        for order, (version, ladder) in enumerate(self._read_ahead(ladders, ahead)):
            wrong = False
            for offer in ladder.offers:
                if offer.kind not in kinds or (wrong and not self._may_fall_to(offer)):
                    continue
                outcome = self._evaluator.evaluate(name, offer, ladder, likely=order == 0)
                if isinstance(outcome, Taken):
                    yield outcome
                    if not self._evaluator.is_refused(outcome):
                        break
                    wrong = True
                else:
                    self.note(name, version, outcome)
                    wrong = wrong or outcome.reason in _BY_CONTENT
            else:
                if wrong and self._options.fallback is Fallback.FAIL:
                    return

    def _may_fall_to(self, offer: Offer) -> bool:
        """Return whether an offer may stand in for a wheel that was refused for its content."""
        return offer.kind is LinkKind.WHEEL or self._options.fallback is Fallback.SOURCE

    def _read_ahead(
        self, ladders: Iterable[tuple[Version, Ladder]], ahead: int
    ) -> Iterator[tuple[Version, Ladder]]:
        """Pass ladders on; once more than the first is asked for, read 1, 2, 4… in advance.

        Whoever asks for the second version is backtracking, and will often ask for more.
        """
        source = iter(ladders)
        batch = max(1, min(ahead, _LOOK_AHEAD_LIMIT))
        while chunk := list(islice(source, batch)):
            if batch > 1:
                self._evaluator.begin(ladder.offers[0] for _, ladder in chunk)
            yield from chunk
            batch = min(batch * 2, _LOOK_AHEAD_LIMIT)
