"""Solving: requirements, a target and a world become a resolution."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import BaseReporter, ResolutionImpossible, Resolver
from resolvelib.resolvers import ResolutionTooDeep, Result
from resolvelib.structs import RequirementInformation

from archpip.resolution.candidates import Ranking
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.errors import HashesRequiredError, ResolutionTooDeepError
from archpip.resolution.evaluation import Evaluator, source_reference
from archpip.resolution.explanations import explain_conflict, rejections_behind
from archpip.resolution.metadata import parse_metadata
from archpip.resolution.model import Pin, Resolution
from archpip.resolution.options import ResolveOptions
from archpip.resolution.ports import ResolutionReporter, World
from archpip.resolution.prefetch import Library, Scout
from archpip.resolution.provider import Candidate, Provider
from archpip.resolution.requirements import RequestedRequirement
from archpip.targets import Target, marker_environments
from archpip.verdicts import Policy

_MAX_ROUNDS = 200_000  # pip's

_Result = Result[Demand, Candidate, Identifier]
_Information = RequirementInformation[Demand, Candidate]


def resolve(
    requirements: Sequence[RequestedRequirement],
    *,
    target: Target,
    world: World,
    constraints: Sequence[RequestedRequirement] = (),
    policy: Policy | None = None,
    options: ResolveOptions | None = None,
    preferences: Mapping[NormalizedName, Version] | None = None,
    reporter: ResolutionReporter | None = None,
) -> Resolution:
    """Choose one version and one file of every project that is needed on the target.

    Args:
        requirements: What the user asked for, in order.
        target: The machine to resolve for; its markers, tags and Python decide.
        world: Where pages, wheels and sources come from.
        constraints: Bounds on projects, whether or not they are needed.
        policy: What verdicts are refused; the default refuses wrong and unknown.
        options: Formats, pre-releases, fallback and the like.
        preferences: Versions to keep where nothing speaks against them: an older lockfile's.
        reporter: Hears of progress.

    Raises:
        NoSolutionError: Nothing satisfies the requirements; the error says why.
        ResolutionTooDeepError: The solver gave up.
        HashesRequiredError: Hashes are required and some are missing.
        IndexAccessError: An index failed.
        BuildError: A folder, archive or repository whose name is not known cannot be read.
    """
    reporter = reporter or ResolutionReporter()
    with Library(world, reporter=reporter) as library:
        solver = Solver(
            library=library,
            policy=policy or Policy(),
            options=options or ResolveOptions(),
            reporter=reporter,
        )
        return solver.resolve(
            requirements,
            constraints=constraints,
            target=target,
            preferences=preferences or {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """What several resolutions share: answers of the world, policy and options."""

    library: Library
    policy: Policy
    options: ResolveOptions
    reporter: ResolutionReporter

    def resolve(
        self,
        requirements: Sequence[RequestedRequirement],
        *,
        constraints: Sequence[RequestedRequirement],
        target: Target,
        preferences: Mapping[NormalizedName, Version],
    ) -> Resolution:
        """Resolve for one target; see `resolve`."""
        book = DemandBook(marker_environments(target))
        ranking = Ranking(target=target, options=self.options)
        named = [self._named(r) for r in requirements if book.is_active(r.marker)]
        bounds = [c for c in constraints if book.is_active(c.marker)]
        hashes = collect_hashes(named, bounds)
        require_hashes = self.options.require_hashes or any(r.hashes for r in named)
        if require_hashes:
            _check_roots_have_hashes(named, hashes)
        evaluator = Evaluator(
            library=self.library,
            ranking=ranking,
            book=book,
            policy=self.policy,
            reporter=self.reporter,
            hashes=hashes,
            config_settings=collect_config_settings(named),
        )
        bounds_by_name = _constraint_demands(bounds, book)
        with Scout(
            library=self.library,
            ranking=ranking,
            book=book,
            constraints=bounds_by_name,
            preferences=preferences,
        ) as scout:
            provider = Provider(
                library=self.library,
                ranking=ranking,
                book=book,
                evaluator=evaluator,
                scout=scout,
                constraints=bounds_by_name,
                preferences=preferences,
                # Who is named twice counts where first named, as in pip.
                requested={r.name: order for order, r in reversed([*enumerate(named)]) if r.name},
            )
            roots = list(_root_demands(named, book))
            scout.want(roots)
            result = self._run(provider, roots, target)
        pins = tuple(_build_pins(result, provider, named))
        if require_hashes:
            _check_pins_have_hashes(pins, hashes)
        return Resolution(target=target, pins=pins)

    def _named(self, requirement: RequestedRequirement) -> RequestedRequirement:
        """Return the requirement with its project's name, which only the source may know."""
        if requirement.name is not None or requirement.direct is None:
            return requirement
        reference = source_reference(
            requirement.direct, name=None, config_settings=requirement.config_settings
        )
        facts = self.library.source(reference).result()
        return replace(requirement, name=parse_metadata(facts.metadata).name)

    def _run(self, provider: Provider, roots: list[Demand], target: Target) -> _Result:
        resolver = Resolver(provider, _Bridge(self.reporter, provider))
        try:
            return resolver.resolve(roots, max_rounds=_MAX_ROUNDS)
        except ResolutionImpossible as error:
            raise explain_conflict(
                error.causes, roots=roots, provider=provider, target=target
            ) from error
        except ResolutionTooDeep as error:
            raise ResolutionTooDeepError(target=target.name, rounds=_MAX_ROUNDS) from error


class _Bridge(BaseReporter[Demand, Candidate, Identifier]):
    """Tells our reporter what resolvelib tells its own, and the provider who asks for what."""

    def __init__(self, reporter: ResolutionReporter, provider: Provider) -> None:
        self._reporter = reporter
        self._provider = provider

    def adding_requirement(self, requirement: Demand, parent: Candidate | None) -> None:
        self._provider.askers[requirement.identifier] = (requirement, parent)

    def pinning(self, candidate: Candidate) -> None:
        self._reporter.candidate_pinned(candidate.name, candidate.version)

    def rejecting_candidate(
        self,
        criterion: object,  # noqa: ARG002  # resolvelib's signature
        candidate: Candidate,
    ) -> None:
        self._reporter.conflict_met(candidate.name)


def collect_hashes(
    requirements: Iterable[RequestedRequirement], constraints: Iterable[RequestedRequirement]
) -> dict[NormalizedName, frozenset[tuple[str, str]]]:
    """Return the hashes that a user allows by project: those of all who name any, together."""
    allowed: dict[NormalizedName, frozenset[tuple[str, str]]] = {}
    for requirement in (*requirements, *constraints):
        if requirement.name is None or not requirement.hashes:
            continue
        mine = frozenset(requirement.hashes)
        theirs = allowed.get(requirement.name)
        # Two lists that both must hold leave what is in both, as in pip.
        allowed[requirement.name] = mine if theirs is None else mine & theirs
    return allowed


def collect_config_settings(
    requirements: Iterable[RequestedRequirement],
) -> dict[NormalizedName, tuple[tuple[str, str], ...]]:
    """Return what is passed to each project's build backend: what the last requirement says."""
    return {
        requirement.name: requirement.config_settings
        for requirement in requirements
        if requirement.name is not None and requirement.config_settings
    }


def _check_roots_have_hashes(
    requirements: Iterable[RequestedRequirement], hashes: Mapping[NormalizedName, object]
) -> None:
    missing = [
        f"{requirement.text} ({requirement.origin})"
        for requirement in requirements
        if requirement.name not in hashes
        or not (
            requirement.direct or any(s.operator in ("==", "===") for s in requirement.specifier)
        )
    ]
    if missing:
        raise HashesRequiredError(missing=tuple(missing))


def _check_pins_have_hashes(pins: Iterable[Pin], hashes: Mapping[NormalizedName, object]) -> None:
    missing = tuple(f"{pin.name}=={pin.version}" for pin in pins if pin.name not in hashes)
    if missing:
        raise HashesRequiredError(missing=missing)


def _root_demands(
    requirements: Iterable[RequestedRequirement], book: DemandBook
) -> Iterator[Demand]:
    """Yield the roots' demands; extras last, when the bounds on their projects are known."""
    extras: list[Demand] = []
    for requirement in requirements:
        if requirement.name is None:
            continue
        base, *more = book.expand(
            requirement.name,
            requirement.extras,
            requirement.specifier,
            direct=requirement.direct,
        )
        yield base
        extras.extend(more)
    yield from extras


def _constraint_demands(
    constraints: Iterable[RequestedRequirement], book: DemandBook
) -> dict[NormalizedName, tuple[Demand, ...]]:
    found: dict[NormalizedName, tuple[Demand, ...]] = {}
    for constraint in constraints:
        if constraint.name is None:
            continue
        demand = book.demand(
            Identifier(constraint.name), constraint.specifier, direct=constraint.direct
        )
        found[constraint.name] = (*found.get(constraint.name, ()), demand)
    return found


def _build_pins(
    result: _Result,
    provider: Provider,
    roots: Sequence[RequestedRequirement],
) -> Iterator[Pin]:
    """Yield one pin per project, sorted by name."""
    requested = {root.name for root in roots}
    settings = collect_config_settings(roots)
    extras: dict[NormalizedName, list[NormalizedName]] = {}
    for name, extra in sorted(result.mapping, key=str):
        extras.setdefault(name, [])
        if extra is not None:
            extras[name].append(extra)
    for name in sorted(extras):
        candidate = result.mapping[Identifier(name)]
        taken = candidate.taken
        confirmed = provider.confirmed(candidate)
        needed = {
            demand.identifier.name
            for extra in (None, *extras[name])
            for demand in provider.dependencies(result.mapping[Identifier(name, extra)])
        }
        yield Pin(
            name=name,
            version=candidate.version,
            link=taken.link,
            kind=taken.kind,
            extras=tuple(extras[name]),
            requires_python=taken.metadata.requires_python,
            dependencies=tuple(sorted(needed - {name})),
            requested=name in requested,
            direct=taken.direct is not None,
            subdirectory=taken.direct.subdirectory if taken.direct else None,
            inspection=confirmed.inspection,
            verdict=confirmed.verdict,
            rejections=rejections_behind(candidate, provider),
            sha256=confirmed.sha256,
            commit=taken.commit,
            revision=taken.direct.revision if taken.direct else None,
            config_settings=settings.get(name, ()),
            fused_with=confirmed.fused_with,
        )
