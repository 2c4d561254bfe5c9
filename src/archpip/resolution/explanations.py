"""Explanations: why there is no solution, and why a pin is this file and not a better one.

The wording follows uv's best messages: each requirement and its origin, the versions found, and why
each was refused.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link, ProjectNotFoundError
from archpip.resolution.chains import iter_requirement_chains, place_of, trace
from archpip.resolution.demands import Demand
from archpip.resolution.errors import IndirectReferenceError, NoSolutionError
from archpip.resolution.hints import find_hint, find_override
from archpip.resolution.ladders import Catalogue, Ladder
from archpip.resolution.misfits import describe_misfit
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.provider import Asked, Candidate, Choice, Provider
from archpip.resolution.statements import Finding, Statement, collect_findings
from archpip.resolution.wording import list_briefly

_VERSIONS_SHOWN = 8
_VERSIONS_READ = 200
_FINDINGS_SHOWN = 8
_OTHERS_SHOWN = 2
"""In addition to versions of which a file was opened and refused."""
_PROJECTS_SHOWN = 3
_NO_VERSION = Version("0")


def explain_conflict(
    causes: Iterable[Asked],
    *,
    roots: Sequence[Demand],
    provider: Provider,
    is_refused: Callable[[Link], bool],
) -> NoSolutionError:
    """Explain a conflict of the solver.

    `roots` are the user's requirements; `is_refused` says of a wheel that might be advised whether
    it would be refused for its content.
    """
    causes = tuple(causes)
    by_name: dict[NormalizedName, list[Asked]] = {}
    for cause in _select_telling(causes):
        if not cause.demand.exact:
            by_name.setdefault(cause.demand.identifier.name, []).append(cause)
    lines: list[str] = []
    rejections: list[Rejection] = []
    hint = override = None
    for name, found in list(by_name.items())[:_PROJECTS_SHOWN]:
        case = _Case(name, [*_roots_on(name, roots, found), *found], provider)
        lines.extend(case.lines())
        rejections.extend(case.rejections())
        hint = hint or case.hint(is_refused)
        override = override or case.override()
    if len(by_name) > _PROJECTS_SHOWN:
        others = list_briefly(list(by_name)[_PROJECTS_SHOWN:])
        lines.append(f"what else was tried fails on {others}")
    return NoSolutionError(
        target=provider.ranking.target.name,
        explanation="\n".join(lines),
        rejections=tuple(rejections),
        projects=frozenset(_projects_behind(causes, provider)),
        subjects=tuple(by_name),
        is_proven=not provider.left_unread,
        hint=hint,
        override=override,
    )


def explain_reference(asked: Asked, *, provider: Provider) -> IndirectReferenceError:
    """Explain that a distribution from an index requires a direct reference."""
    demand, parent = asked
    if parent is None or demand.direct is None:
        raise TypeError(f"{demand} is no direct reference of what an index offers")
    return IndirectReferenceError(
        who=f"{parent.identifier} {parent.version}",
        name=parent.name,
        version=str(parent.version),
        project=str(demand.identifier),
        url=str(demand.direct),
        chain=tuple(trace(demand, parent, provider)[:-1]),
    )


def _select_telling(causes: Iterable[Asked]) -> list[Asked]:
    """Drop requirements on projects whose versions are excluded by their own requirements."""
    found = list(causes)
    parents = {cause.parent.name for cause in found if cause.parent}
    return [c for c in found if c.demand.identifier.name not in parents] or found


def _roots_on(
    name: NormalizedName, roots: Sequence[Demand], found: Sequence[Asked]
) -> Iterator[Asked]:
    """Yield the user's requirements on a project, if the conflict has only other projects'."""
    said = {str(cause.demand) for cause in found}
    for root in roots:
        if root.identifier.name == name and str(root) not in said:
            yield Asked(root, None)


def rejections_behind(candidate: Candidate, provider: Provider) -> tuple[Rejection, ...]:
    """Return the rejections of newer versions and of better links of a pin's own version."""
    refused = [
        (version, rejection)
        for version, rejection in provider.supply.refused.get(candidate.name, {}).values()
        if version is not None and version >= candidate.version
    ]
    refused.sort(key=lambda pair: pair[0], reverse=True)
    found = [rejection for _, rejection in refused]
    had_wheel = any(version == candidate.version for version, _ in refused)
    if candidate.taken.kind is LinkKind.SDIST and not candidate.taken.direct and not had_wheel:
        ladder = provider.ranking.ladder(
            provider.supply.catalogue(candidate.name), candidate.version
        )
        found.extend(_no_wheel(ladder, candidate, provider))
    return tuple(found)


def rejections_without_pin(
    pinned: Collection[NormalizedName], provider: Provider
) -> tuple[Rejection, ...]:
    """Return rejections of projects without a pin, which may have kept other projects older.

    These are wheels refused for their content, and the newest sdist that could not be built.
    """
    found: list[Rejection] = []
    for name, refused in provider.supply.refused.items():
        if name not in pinned:
            found += (each for _, each in refused.values() if each.verdict is not None)
            found += _newest_unbuilt(refused.values())
    return tuple(sorted(found, key=lambda rejection: rejection.link.filename))


def _newest_unbuilt(refused: Iterable[tuple[Version | None, Rejection]]) -> list[Rejection]:
    unbuilt = [pair for pair in refused if pair[1].reason is RejectionReason.BUILD]
    unbuilt.sort(key=lambda pair: pair[0] or _NO_VERSION, reverse=True)
    return [rejection for _, rejection in unbuilt[:1]]


def _no_wheel(ladder: Ladder, candidate: Candidate, provider: Provider) -> Iterator[Rejection]:
    """Yield one rejection, of the closest wheel, in place of all whose names do not fit."""
    if not ladder.misfits:
        return
    nearest = provider.ranking.siblings(ladder)[0]
    reason = next(r.reason for r in ladder.rejections if r.link is nearest)
    message = (
        f"no wheel of {candidate.name} {candidate.version} fits {_describe_target(provider)}: "
    )
    if reason is RejectionReason.NO_BINARY:
        message = "--no-binary leaves only sdists"
    else:
        message += describe_misfit(ladder.misfits, provider.ranking.target)
    yield Rejection(link=nearest, reason=reason, message=message)


class _Case:
    """One project that no version could be found for."""

    def __init__(self, name: NormalizedName, causes: Sequence[Asked], provider: Provider) -> None:
        self._name = name
        self._causes = causes
        self._provider = provider
        self._demands = [
            *(cause.demand for cause in causes),
            *provider.constraints_on(name),
        ]

    def lines(self) -> Iterator[str]:
        """Yield the requirements, then what was found."""
        yield from iter_requirement_chains(self._causes, self._provider)
        for demand in self._provider.constraints_on(self._name):
            origin = self._provider.origins.of_constraint(demand)
            yield f"a constraint says {demand}{place_of(origin)}"
        yield from self._findings()

    def rejections(self) -> Iterator[Rejection]:
        """Yield every link that was refused among the versions in question."""
        for _, rejection in self._rejections():
            yield rejection

    def _rejections(self) -> Iterator[tuple[Version | None, Rejection]]:
        yield from self._refused
        for version in self._matching(self._catalogue):
            for rejection in self._ladder(version).rejections:
                yield version, rejection

    def override(self) -> str | None:
        """Return how to take the newest version whose wheel was refused for its content."""
        return find_override(self._name, list(self._refused))

    def hint(self, is_refused: Callable[[Link], bool]) -> str | None:
        """Return a hint that would give this project a version, if there is one."""
        if self._absence is not None:
            return self._absence.hint
        is_direct = any(demand.direct for demand in self._demands)
        matching = [] if is_direct else self._matching(self._catalogue)
        if any(map(self._stands, matching)):
            return None  # It is excluded by other requirements, not by its files.
        return find_hint(
            self._name,
            list(self._refused if is_direct else self._rejections()),
            ranking=self._provider.ranking,
            only_prereleases=bool(matching) and all(map(self._is_held_back, matching)),
            wanted=self._wanted,
            is_own=all(cause.parent is None for cause in self._causes),
            is_refused=is_refused,
        )

    @property
    def _wanted(self) -> str:
        """The project with all bounds that are asked of it, as a requirement."""
        bounds = dict.fromkeys(str(cause.demand.specifier) for cause in self._causes)
        return f"{self._name}{','.join(filter(None, bounds))}"

    def _stands(self, version: Version) -> bool:
        """Return whether a version may be taken, and no file of it was refused."""
        if self._is_held_back(version) or any(found == version for found, _ in self._refused):
            return False
        return bool(self._ladder(version).offers)

    def _is_held_back(self, version: Version) -> bool:
        """Return whether it is a pre-release, of a project that allows only final releases."""
        admitted = self._provider.ranking.admits_prereleases(self._name)
        return version.is_prerelease and admitted is False

    @property
    def _refused(self) -> Iterable[tuple[Version | None, Rejection]]:
        return self._provider.supply.refused.get(self._name, {}).values()

    @property
    def _catalogue(self) -> Catalogue:
        return self._provider.supply.catalogue(self._name)

    @property
    def _absence(self) -> ProjectNotFoundError | None:
        is_direct = any(demand.direct for demand in self._demands)
        return None if is_direct else self._catalogue.absence

    def _ladder(self, version: Version) -> Ladder:
        pinned = any(demand.pinned for demand in self._demands)
        ladder = self._provider.ranking.ladder(self._catalogue, version)
        return ladder.without_yanked(keep=pinned)

    def _matching(self, catalogue: Catalogue) -> list[Version]:
        return [v for v in catalogue.versions if all(d.allows(v) for d in self._demands)]

    def _findings(self) -> Iterator[str]:
        if any(demand.direct for demand in self._demands):
            yield from self._direct_findings()
            return
        catalogue = self._catalogue
        absence = self._absence
        if absence is not None:
            alone = f"{', '.join(absence.locations)}, where alone it is looked for,"
            who = f"{alone} does not know" if absence.is_pinned else "no index knows"
            yield f"  {who} a project named {self._name}"
            return
        matching = self._matching(catalogue)
        if not matching:
            them = "all of them" if self._several else "that"
            there_is = _range(tuple(catalogue.versions))
            yield f"  no version satisfies {them}: {self._name} has {there_is}"
            return
        # Versions that are too new do not exist for this user: named only if nothing else is left.
        matching = [v for v in matching if not self._is_too_new(v)] or matching
        shown = self._most_telling(matching)
        for finding in shown:
            yield from finding.lines(self._name)
        others = len(matching) - sum(len(finding.versions) for finding in shown)
        if others:
            yield f"  and {others} more version{'s' if others > 1 else ''} will not do either"

    def _is_too_new(self, version: Version) -> bool:
        ladder = self._ladder(version)
        reasons = {rejection.reason for rejection in ladder.rejections}
        return not ladder.offers and {RejectionReason.TOO_NEW} == reasons - {RejectionReason.TAGS}

    def _most_telling(self, matching: Sequence[Version]) -> list[Finding]:
        """Return the findings on the versions worth showing, newest first.

        Versions with a file that was opened and refused go before those that do not fit by name.
        """
        refused = {version for version, _ in self._refused}
        findings = collect_findings({v: self._statements(v) for v in matching[:_VERSIONS_READ]})
        telling = [f for f in findings if f.versions[0] in refused][:_FINDINGS_SHOWN]
        others = [f for f in findings if f.versions[0] not in refused]
        room = _OTHERS_SHOWN if telling else _FINDINGS_SHOWN
        return sorted([*telling, *others[:room]], key=lambda f: f.versions[0], reverse=True)

    @property
    def _several(self) -> bool:
        return len({str(demand) for demand in self._demands}) > 1

    def _direct_findings(self) -> Iterator[str]:
        refused = [r for _, r in self._refused]
        for rejection in refused:
            yield f"  {rejection.link.filename}: {rejection.message}"
        if not refused:
            yield "  they do not name the same file or version"

    def _statements(self, version: Version) -> list[Statement]:
        """Return the reasons against one version, the most telling first; never empty."""
        if self._stands(version):
            return [Statement("what it requires conflicts with the rest")]
        ladder = self._ladder(version)
        refused = [rejection for found, rejection in self._refused if found == version]
        found = [Statement.about(rejection, fate="refused") for rejection in refused]
        fits = any(r.reason is RejectionReason.YANKED for r in ladder.rejections)
        if ladder.misfits and not refused and not fits and not self._is_too_new(version):
            found.append(Statement(describe_misfit(ladder.misfits, self._provider.ranking.target)))
        shown: set[str] = set()
        for rejection in ladder.rejections:
            if rejection.reason is RejectionReason.TAGS or rejection.message in shown:
                continue
            shown.add(rejection.message)
            found.append(Statement.about(rejection, fate="not considered"))
        if self._is_held_back(version):
            found.append(Statement("it is a pre-release, which --only-final excludes"))
        return found or [Statement("it has neither a wheel nor an sdist")]


def _projects_behind(causes: Iterable[Asked], provider: Provider) -> Iterator[NormalizedName]:
    """Yield the projects of a conflict, and those that lead to them."""
    for cause in causes:
        yield cause.demand.identifier.name
        parent, seen = cause.parent, set[Choice]()
        while parent is not None and parent not in seen:
            seen.add(parent)
            yield parent.name
            _, parent = provider.parents.get(parent.identifier, (None, None))


def _describe_target(provider: Provider) -> str:
    target = provider.ranking.target
    return f"{target.name} with {target.python.display_name}"


def _range(versions: Sequence[Version]) -> str:
    """Render versions, given newest first: all if there are few, else the ends of the range."""
    if not versions:
        return "no version at all"
    if len(versions) <= _VERSIONS_SHOWN:
        return list_briefly(reversed(versions), limit=_VERSIONS_SHOWN)
    return f"{len(versions)} versions, from {versions[-1]} to {versions[0]}"
