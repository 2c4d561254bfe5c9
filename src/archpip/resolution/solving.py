"""Solving: compute a resolution from requirements, a target and a world."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.allowed_hashes import (
    check_pins_have_hashes,
    check_roots_have_hashes,
    collect_hashes,
    has_hash_option,
)
from archpip.resolution.conclusion import iter_pins
from archpip.resolution.confirmation import Confirmer
from archpip.resolution.conflicts import ImpossibleError
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.dependencies import ForeignReferenceError
from archpip.resolution.errors import (
    NoSolutionError,
    ResolutionTooDeepError,
)
from archpip.resolution.evaluation import Evaluator
from archpip.resolution.explanations import (
    explain_conflict,
    explain_reference,
    rejections_without_pin,
)
from archpip.resolution.fetching import Library
from archpip.resolution.hint_limits import (
    judge_within_seconds,
    never_refused,
    while_worth_a_hint,
)
from archpip.resolution.metadata import parse_metadata
from archpip.resolution.model import Resolution
from archpip.resolution.offerings import Offerings
from archpip.resolution.options import ResolveOptions
from archpip.resolution.origins import Origins
from archpip.resolution.overrides import apply_overrides, group_overrides
from archpip.resolution.ports import ResolutionReporter, World
from archpip.resolution.prefetch import Scout, open_ahead
from archpip.resolution.provider import Candidate, Provider
from archpip.resolution.questions import ActiveQuestion, Question, select_active
from archpip.resolution.ranking import Ranking
from archpip.resolution.relaxations import find_relaxation
from archpip.resolution.requirements import RequestedRequirement, collect_config_settings
from archpip.resolution.sdists import Sdists
from archpip.resolution.search import GoesOn, TooDeepError, search
from archpip.resolution.source_references import source_reference
from archpip.resolution.supply import Supply
from archpip.targets import Target, marker_environments
from archpip.verdicts import Policy

_MAX_ROUNDS = 200_000  # pip's

_Requirements = Sequence[RequestedRequirement]
_Mapping = Mapping[Identifier, Candidate]


def resolve(
    requirements: Sequence[RequestedRequirement],
    *,
    target: Target,
    world: World,
    constraints: Sequence[RequestedRequirement] = (),
    overrides: Sequence[RequestedRequirement] = (),
    policy: Policy | None = None,
    options: ResolveOptions | None = None,
    preferences: Mapping[NormalizedName, Version] | None = None,
    reporter: ResolutionReporter | None = None,
) -> Resolution:
    """Choose one version and one file of every project that is needed on the target.

    Args:
        requirements: The user's requirements, in order.
        target: The machine to resolve for; its markers, tags and Python decide.
        world: Provides pages, wheels and sources.
        constraints: Bounds on projects, whether or not they are needed.
        overrides: Requirements that replace all others on their projects.
        policy: The verdicts to refuse; the default refuses wrong and unknown.
        options: Formats, pre-releases, fallback and the like.
        preferences: Versions to keep if possible, such as those of an older lockfile.
        reporter: Receives progress events.

    Raises:
        NoSolutionError: Nothing satisfies the requirements; the error says why.
        IndirectReferenceError: A distribution from an index has a direct reference.
        ResolutionTooDeepError: The solver gave up.
        HashesRequiredError: Hashes are required and some are missing.
        IndexAccessError: An index failed.
        BuildError: The metadata of a folder, archive or repository without a name cannot be read.
    """
    reporter = reporter or ResolutionReporter()
    with Library(world, reporter=reporter) as library:
        solver = Solver(
            library=library,
            policy=policy or Policy(),
            options=options or ResolveOptions(),
            overrides=tuple(overrides),
            reporter=reporter,
        )
        question = Question(
            requirements=requirements,
            constraints=constraints,
            target=target,
            preferences=preferences or {},
        )
        return solver.resolve(question)


class Solver(Struct, frozen=True, kw_only=True):
    """The state that several resolutions share: answers of the world, policy and options."""

    library: Library
    policy: Policy
    options: ResolveOptions
    reporter: ResolutionReporter
    overrides: tuple[RequestedRequirement, ...] = ()
    _rankings: dict[Target, Ranking] = field(default_factory=dict)
    _opened: dict[Target, dict[NormalizedName, Version]] = field(default_factory=dict)
    """Versions whose wheels `expect` has requested."""

    def resolve(self, question: Question) -> Resolution:
        """Answer a question; see `resolve`."""
        try:
            return self._resolve(question, goes_on=_is_not_too_deep, checks_hints=True)
        except NoSolutionError as error:
            if error.projects:
                error.advise(self._advise(question, error))
            raise

    def _advise(self, question: Question, error: NoSolutionError) -> str | None:
        """Return which bound the user could drop, if that is found soon."""
        # Builds run foreign code for minutes, too much for a mere hint.
        self.library.stop_reading_sources()
        goes_on = while_worth_a_hint(has_one=error.has_advice)

        def solves(asked: _Requirements, bounds: _Requirements) -> Resolution:
            relaxed = replace(question, requirements=asked, constraints=bounds, guessed=None)
            return self._resolve(relaxed, goes_on=goes_on)

        return find_relaxation(
            question.requirements, question.constraints, conflict=error, solves=solves
        )

    def _resolve(
        self, question: Question, *, goes_on: GoesOn, checks_hints: bool = False
    ) -> Resolution:
        asked = self._read(question)
        named, hashes = asked.named, asked.hashes
        require_hashes = self.options.require_hashes or any(map(has_hash_option, named))
        if require_hashes:
            check_roots_have_hashes(named, hashes)
        bounds = asked.bounds_by_name()
        with Scout(
            library=self.library,
            ranking=asked.ranking,
            book=asked.book,
            sdists=asked.sdists,
            constraints=bounds,
            preferences=question.preferences,
            opened=self._opened.get(question.target),
            guessed=question.guessed,
        ) as scout:
            provider = self._provide(asked, question.preferences, bounds, scout)
            roots = list(asked.roots())
            scout.want(roots)
            mapping = self._run(provider, roots, goes_on, checks_hints=checks_hints)
        pins = tuple(iter_pins(mapping, provider, named, asked.bounds))
        if require_hashes:
            check_pins_have_hashes(pins, hashes)
        passed_over = rejections_without_pin({pin.name for pin in pins}, provider)
        return Resolution(target=question.target, pins=pins, passed_over=passed_over)

    def _provide(
        self,
        asked: ActiveQuestion,
        preferences: Mapping[NormalizedName, Version],
        bounds: Mapping[NormalizedName, tuple[Demand, ...]],
        scout: Scout,
    ) -> Provider:
        """Put together what answers the search's questions for one target."""
        evaluator = Evaluator(
            library=self.library,
            ranking=asked.ranking,
            book=asked.book,
            reporter=self.reporter,
            hashes=asked.hashes,
            sdists=asked.sdists,
        )
        confirmer = Confirmer(
            library=self.library,
            ranking=asked.ranking,
            policy=self.policy,
            reporter=self.reporter,
            hashes=asked.hashes,
        )
        supply = Supply(
            library=self.library,
            ranking=asked.ranking,
            evaluator=evaluator,
            confirmer=confirmer,
            preferences=preferences,
        )
        return Provider(
            ranking=asked.ranking,
            book=asked.book,
            supply=supply,
            evaluator=evaluator,
            confirmer=confirmer,
            scout=scout,
            constraints=bounds,
            origins=Origins(
                requirements=tuple(asked.named),
                constraints=tuple(asked.bounds),
                overrides=self.overrides,
            ),
        )

    def expect(self, question: Question, versions: Mapping[NormalizedName, Version]) -> None:
        """Start opening a target's wheels at these versions, which it will most likely take."""
        target = question.target
        ranking = self._rankings.get(target) or self._read(question).ranking
        self._opened.setdefault(target, {}).update(open_ahead(self.library, ranking, versions))

    def _read(self, question: Question) -> ActiveQuestion:
        """Select the requirements and constraints whose markers hold on the target."""
        environments = marker_environments(question.target)
        book = DemandBook(environments, overrides=group_overrides(self.overrides))
        active = [self._name(each) for each in select_active(question.requirements, book)]
        named = list(select_active(apply_overrides(active, self.overrides), book))
        bounds = list(select_active(question.constraints, book))
        book.remember_references((*named, *bounds, *self.overrides))
        ranking = self._rank(question.target, named, bounds)
        hashes = collect_hashes(named, bounds)
        return ActiveQuestion(
            book=book,
            named=named,
            bounds=bounds,
            ranking=ranking,
            hashes=hashes,
            sdists=Sdists(
                library=self.library,
                ranking=ranking,
                hashes=hashes,
                config_settings=collect_config_settings(named),
            ),
        )

    def _rank(self, target: Target, named: _Requirements, bounds: _Requirements) -> Ranking:
        """Return the target's ranking, which is made for the first question about it."""
        ranking = self._rankings.get(target)
        if ranking is None:
            early = (r.name for r in (*named, *bounds) if r.name and r.specifier.prereleases)
            ranking = self._rankings[target] = Ranking(
                target=target,
                options=self.options,
                requested=frozenset(r.name for r in named if r.name),
                early=frozenset(early),
            )
        return ranking

    @property
    def offerings(self) -> Offerings:
        """The files available for the targets that were resolved for."""
        return Offerings(self.library, self._rankings)

    def _name(self, requirement: RequestedRequirement) -> RequestedRequirement:
        """Return the requirement with its project's name, read from the source if needed."""
        if requirement.name is not None or requirement.direct is None:
            return requirement
        reference = source_reference(
            requirement.direct, name=None, config_settings=requirement.config_settings
        )
        facts = self.library.source(reference).result()
        name = parse_metadata(facts.metadata).name
        if facts.name == name:
            self.library.remember_source(replace(reference, name=name), facts)
        return replace(requirement, name=name)

    def _run(
        self,
        provider: Provider,
        roots: list[Demand],
        goes_on: GoesOn,
        *,
        checks_hints: bool,
    ) -> _Mapping:
        try:
            return search(provider, roots, reporter=self.reporter, goes_on=goes_on)
        except ImpossibleError as error:
            raise explain_conflict(
                error.causes,
                roots=roots,
                provider=provider,
                is_refused=judge_within_seconds(provider) if checks_hints else never_refused,
            ) from error
        except ForeignReferenceError as error:
            raise explain_reference(error.asked, provider=provider) from error
        except TooDeepError as error:
            target = provider.ranking.target.name
            raise ResolutionTooDeepError(target=target, rounds=_MAX_ROUNDS) from error


def _is_not_too_deep(rounds: int) -> bool:
    return rounds < _MAX_ROUNDS
