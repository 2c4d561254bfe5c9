"""Demands: requirements as the solver sees them, parsed once and shared by identity.

A resolution of 361 pins checks half a million times whether a candidate satisfies a requirement.
Equal requirements are therefore one object, which caches its answers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace
from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.reachable import is_there
from archpip.resolution.direct_references import DirectReference, parse_direct_reference
from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.overrides import Overrides
from archpip.resolution.repairs import parse_requirement_leniently
from archpip.resolution.requirements import RequestedRequirement, parse_extras

_NO_OVERRIDES: Overrides = MappingProxyType({})


class Identifier(NamedTuple):
    """What the solver decides: a project, or an extra or proxy that shares its versions.

    An extra stands for the requirements that it adds to its project. A requirement with an extra or
    under a condition is on a proxy, which in turn requires the project itself and the project with
    that extra and condition, all at the proxy's version. uv does the same: conflicts of the proxy
    are counted apart from those of the project, so the search backtracks to the same decisions.
    """

    name: NormalizedName
    extra: NormalizedName | None = None
    condition: str = ""
    """The requirement's marker, without its extras; see `find_condition`."""
    is_proxy: bool = False

    @property
    def project(self) -> "Identifier":
        """The project itself."""
        return Identifier(self.name)

    @property
    def is_project(self) -> bool:
        """Whether it is the project itself."""
        return self.extra is None and not self.condition

    def iter_required(self) -> Iterator["Identifier"]:
        """Yield what a proxy requires at its own version."""
        for condition in dict.fromkeys(("", self.condition)):
            for extra in dict.fromkeys((None, self.extra)):
                yield Identifier(self.name, extra, condition)

    def __str__(self) -> str:
        return self.name if self.extra is None else f"{self.name}[{self.extra}]"


class Demand:
    """One requirement on one identifier. Compared by identity; made by a `DemandBook`.

    Its cache of answers is mutable, which callers cannot observe. Demands with the same specifier
    share one cache, and there are many: on a project, on each extra, and of proxies.
    """

    __slots__ = (
        "_answers",
        "direct",
        "exact",
        "identifier",
        "pinned",
        "specifier",
    )

    def __init__(
        self,
        *,
        identifier: Identifier,
        specifier: SpecifierSet,
        direct: DirectReference | None = None,
        exact: bool = False,
        answers: dict[Version, bool] | None = None,
    ) -> None:
        self.identifier = identifier
        self.specifier = specifier
        self.direct = direct
        self.exact = exact
        """True for a proxy's demand on its own version, which may be a pre-release or yanked."""
        self.pinned = exact or any(
            s.operator == "===" or (s.operator == "==" and not s.version.endswith(".*"))
            for s in specifier
        )
        self._answers = {} if answers is None else answers

    def allows(self, version: Version) -> bool:
        """Return whether a version satisfies the specifier, pre-release or not."""
        answer = self._answers.get(version)
        if answer is None:
            answer = self.specifier.contains(version, prereleases=True)
            self._answers[version] = answer
        return answer

    def __repr__(self) -> str:
        return f"Demand({self})"

    def __str__(self) -> str:
        if self.direct is not None:
            return f"{self.identifier} @ {self.direct}"
        return f"{self.identifier}{','.join(sorted(map(str, self.specifier)))}"


class DemandBook:
    """Turns `Requires-Dist` lines into demands, for one target's markers.

    A target with several architectures has several environments; a demand of any of them counts.
    """

    def __init__(
        self, environments: Sequence[Mapping[str, str]], *, overrides: Overrides = _NO_OVERRIDES
    ) -> None:
        """Take the marker environments, and the overrides that replace other requirements."""
        self._environments = tuple(map(dict, environments))
        self._overrides = overrides
        self._demands: dict[tuple[Identifier, str, DirectReference | None, bool], Demand] = {}
        self._answers: dict[str, dict[Version, bool]] = {}
        """By specifier, as written."""
        self._active: dict[tuple[str, str], bool] = {}
        self._lines: dict[tuple[NormalizedName, tuple[str, ...], str], tuple[Demand, ...]] = {}
        self._references: dict[tuple[NormalizedName, DirectReference], DirectReference] = {}
        """The user's direct references, keyed by the reference without hashes."""

    def remember_references(self, requirements: Iterable[RequestedRequirement]) -> None:
        """Remember the user's direct references, before any line is read.

        A requirement on the same URL means the same reference, with or without the user's hash.
        """
        for requirement in requirements:
            if requirement.name is not None and requirement.direct is not None:
                place = replace(requirement.direct, hashes=())
                self._references.setdefault((requirement.name, place), requirement.direct)

    def demand(
        self,
        identifier: Identifier,
        specifier: SpecifierSet,
        *,
        direct: DirectReference | None = None,
        exact: bool = False,
    ) -> Demand:
        """Return the one demand for these facts."""
        text = str(specifier)
        key = (identifier, text, direct, exact)
        demand = self._demands.get(key)
        if demand is None:
            made = Demand(
                identifier=identifier,
                specifier=specifier,
                direct=direct,
                exact=exact,
                answers=self._answers.setdefault(text, {}),
            )
            # setdefault, because threads that look ahead make demands too.
            demand = self._demands.setdefault(key, made)
        return demand

    def expand(
        self,
        name: NormalizedName,
        extras: Iterable[NormalizedName],
        specifier: SpecifierSet,
        *,
        direct: DirectReference | None = None,
        marker: Marker | None = None,
    ) -> Iterator[Demand]:
        """Yield the demands on a project with each of the extras; without extras, on it alone."""
        condition = find_condition(str(marker)) if marker else ""
        for extra in tuple(extras) or (None,):
            is_proxy = extra is not None or bool(condition)
            identifier = Identifier(name, extra, condition, is_proxy)
            yield self.demand(identifier, specifier, direct=direct)

    def is_active(self, marker: Marker | None, extra: str = "") -> bool:
        """Evaluate a requirement's marker for the target."""
        if marker is None:
            return True
        key = (str(marker), extra)
        active = self._active.get(key)
        if active is None:
            try:
                active = any(
                    marker.evaluate({**environment, "extra": extra})
                    for environment in self._environments
                )
            except (UndefinedComparison, UndefinedEnvironmentName) as error:
                raise InvalidMetadataError(reason=str(error)) from error
            self._active[key] = active
        return active

    def for_project(self, name: NormalizedName, requires: tuple[str, ...]) -> tuple[Demand, ...]:
        """Return the demands of a distribution of a project without any extra.

        Raises:
            InvalidMetadataError: A line cannot be parsed.
        """
        return self._parse_all(name, requires, "")

    def for_extra(
        self, name: NormalizedName, requires: tuple[str, ...], extra: NormalizedName
    ) -> tuple[Demand, ...]:
        """Return the demands that one extra adds to those of `for_project`.

        Raises:
            InvalidMetadataError: A line cannot be parsed.
        """
        base = frozenset(self.for_project(name, requires))
        return tuple(d for d in self._parse_all(name, requires, extra) if d not in base)

    def _parse_all(
        self, name: NormalizedName, requires: tuple[str, ...], extra: str
    ) -> tuple[Demand, ...]:
        key = (name, requires, extra)
        found = self._lines.get(key)
        if found is None:
            found = self._lines[key] = tuple(dict.fromkeys(self._parse(name, requires, extra)))
        return found

    def _parse(
        self, name: NormalizedName, requires: tuple[str, ...], extra: str
    ) -> Iterator[Demand]:
        """Yield the demands of an extra, and of the extras that it includes.

        A project that requires itself with another extra (as in `all`) includes that extra.
        """
        extras, bounds = [extra], []
        for each in extras:
            for line, requirement in self._active_requirements(requires, each):
                required = canonicalize_name(requirement.name)
                more = parse_extras(line) if requirement.extras else ()
                if required in self._overrides:
                    yield from self._overridden(required)
                elif required == name and more:
                    extras += [other for other in more if other not in extras]
                    bounds.append(self.demand(Identifier(name), requirement.specifier))
                else:
                    yield from self.expand(
                        required,
                        more,
                        requirement.specifier,
                        direct=self._reference(required, requirement),
                        marker=requirement.marker,
                    )
        yield from bounds

    def _reference(self, name: NormalizedName, requirement: Requirement) -> DirectReference | None:
        direct = _parse_url(requirement)
        if direct is None:
            return None
        return self._references.get((name, replace(direct, hashes=())), direct)

    def _active_requirements(
        self, requires: tuple[str, ...], extra: str
    ) -> Iterator[tuple[str, Requirement]]:
        for line in requires:
            if _may_be_active(line, extra):
                requirement = _parse_requires_dist(line)
                if self.is_active(requirement.marker, extra):
                    yield line, requirement

    def iter_overrides(self) -> Iterator[Demand]:
        """Yield the demands of overrides, which replace all others on their projects."""
        for name in self._overrides:
            yield from self._overridden(name)

    def _overridden(self, name: NormalizedName) -> Iterator[Demand]:
        for override in self._overrides[name]:
            if self.is_active(override.marker):
                yield from self.expand(
                    name,
                    override.extras,
                    override.specifier,
                    direct=override.direct,
                    marker=override.marker,
                )


# `… and extra == "name"` at the end, and nothing before it that could make the whole true without.
_EXTRA_CLAUSE = re.compile(
    r""";\s*(?:(?P<conditions>(?:(?!\bor\b|\bextra\b)[^()])*|\([^()]*\))\s+and\s+)?"""
    r"""\(?extra\s*==\s*(?P<quote>['"])(?P<extra>[^'"]+)(?P=quote)\)?\s*$"""
)


def _may_be_active(line: str, extra: str) -> bool:
    """Return `False` if a line belongs to another extra, without the 120 µs of a full parse.

    Most lines of large projects do. Returning `True` is always safe.
    """
    return extra_of(line) in (None, extra)


def extra_of(line: str) -> NormalizedName | None:
    """Return the one extra that a line belongs to, as build backends write it, or `None`.

    Markers that name several extras, or one in another form, are left to `DemandBook.is_active`.
    """
    match = _EXTRA_CLAUSE.search(line)
    return canonicalize_name(match["extra"]) if match else None


# One `extra == "name"` of a conjunction; packaging writes markers with such spaces and quotes.
_EXTRA_TERM = re.compile(r"""(?:^|(?<= and ))extra == "[^"]*"(?: and |$)""")


@lru_cache(maxsize=4096)
def find_condition(marker: str) -> str:
    """Return a marker without its extra clauses; equal conditions mostly have equal text.

    Args:
        marker: The marker as packaging writes it.
    """
    condition = _EXTRA_TERM.sub("", marker).removesuffix(" and ").strip()
    if condition.startswith("(") and condition.find(")") == len(condition) - 1:
        condition = condition[1:-1]
    condition = condition.replace("python_version", "python_full_version")
    if " or " in condition:
        return condition
    return " and ".join(sorted(set(condition.split(" and "))))


@lru_cache(maxsize=16384)
def _parse_requires_dist(line: str) -> Requirement:
    try:
        return parse_requirement_leniently(line)
    except InvalidRequirement as error:
        reason = f"Requires-Dist: {line}: {str(error).splitlines()[0]}"
        raise InvalidMetadataError(reason=reason) from error


def _parse_url(requirement: Requirement) -> DirectReference | None:
    if requirement.url is None:
        return None
    try:
        # A distribution's metadata has no base folder for relative paths.
        reference = parse_direct_reference(requirement.url, base=Path("/"))
    except ValueError as error:
        raise InvalidMetadataError(reason=f"Requires-Dist: {error}") from error
    if reference.path is not None and not is_there(reference.path):
        raise InvalidMetadataError(reason=f"Requires-Dist: there is no {reference.path}")
    return reference
