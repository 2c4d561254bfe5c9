"""Demands: requirements as the solver sees them, parsed once and shared by identity.

A resolution of 361 pins asks half a million times whether a candidate satisfies a requirement.
Equal requirements are therefore one object, and each remembers its answers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.overrides import Overrides
from archpip.resolution.repairs import parse_requirement_leniently
from archpip.resolution.requirements import DirectReference, parse_direct_reference

_NO_OVERRIDES: Overrides = MappingProxyType({})
_UPPER_BOUNDS = frozenset(("<", "<=", "~="))


class Identifier(NamedTuple):
    """What the solver pins: a project, or one extra of it (which stands for what it adds)."""

    name: NormalizedName
    extra: NormalizedName | None = None

    def __str__(self) -> str:
        return self.name if self.extra is None else f"{self.name}[{self.extra}]"


class Demand:
    """One requirement on one identifier. Compared by identity; made by a `DemandBook`.

    The answers it remembers make it mutable inside, though nothing outside can tell.
    """

    __slots__ = (
        "_answers",
        "direct",
        "exact",
        "identifier",
        "pinned",
        "specifier",
        "upper_bounded",
    )

    def __init__(
        self,
        *,
        identifier: Identifier,
        specifier: SpecifierSet,
        direct: DirectReference | None = None,
        exact: bool = False,
    ) -> None:
        self.identifier = identifier
        self.specifier = specifier
        self.direct = direct
        self.exact = exact
        """It ties an extra to its project: any version is right that is the same, pre-release or
        yanked as it may be."""
        self.pinned = exact or any(
            s.operator == "===" or (s.operator == "==" and not s.version.endswith(".*"))
            for s in specifier
        )
        self.upper_bounded = any(
            s.operator in _UPPER_BOUNDS or (s.operator == "==" and s.version.endswith(".*"))
            for s in specifier
        )
        self._answers: dict[Version, bool] = {}

    @property
    def wants_prereleases(self) -> bool:
        """Whether the specifier itself names a pre-release (PEP 440)."""
        return self.exact or bool(self.specifier.prereleases)

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
            return f"{self.identifier} @ {self.direct.filename}"
        return f"{self.identifier}{','.join(sorted(map(str, self.specifier)))}"


class DemandBook:
    """Turns `Requires-Dist` lines into demands, for one target's markers.

    A target with several architectures has several environments: what one of them needs is needed.
    """

    def __init__(
        self, environments: Sequence[Mapping[str, str]], *, overrides: Overrides = _NO_OVERRIDES
    ) -> None:
        """Take the environments, and what holds instead of requirements on some projects."""
        self._environments = tuple(map(dict, environments))
        self._overrides = overrides
        self._demands: dict[tuple[Identifier, str, DirectReference | None, bool], Demand] = {}
        self._active: dict[tuple[str, str], bool] = {}
        self._lines: dict[tuple[tuple[str, ...], str], tuple[Demand, ...]] = {}

    def demand(
        self,
        identifier: Identifier,
        specifier: SpecifierSet,
        *,
        direct: DirectReference | None = None,
        exact: bool = False,
    ) -> Demand:
        """Return the one demand for these facts."""
        key = (identifier, str(specifier), direct, exact)
        demand = self._demands.get(key)
        if demand is None:
            # setdefault, because threads that look ahead make demands too.
            made = Demand(identifier=identifier, specifier=specifier, direct=direct, exact=exact)
            demand = self._demands.setdefault(key, made)
        return demand

    def expand(
        self,
        name: NormalizedName,
        extras: Iterable[NormalizedName],
        specifier: SpecifierSet,
        *,
        direct: DirectReference | None = None,
    ) -> Iterator[Demand]:
        """Yield the demand on a project and one on each extra."""
        yield self.demand(Identifier(name), specifier, direct=direct)
        for extra in extras:
            yield self.demand(Identifier(name, extra), specifier, direct=direct)

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

    def for_project(self, requires: tuple[str, ...]) -> tuple[Demand, ...]:
        """Return what a distribution demands without any extra.

        Raises:
            InvalidMetadataError: A line cannot be parsed.
        """
        return self._parsed(requires, "")

    def for_extra(self, requires: tuple[str, ...], extra: NormalizedName) -> tuple[Demand, ...]:
        """Return what one extra adds to that.

        Raises:
            InvalidMetadataError: A line cannot be parsed.
        """
        base = frozenset(self.for_project(requires))
        return tuple(demand for demand in self._parsed(requires, extra) if demand not in base)

    def _parsed(self, requires: tuple[str, ...], extra: str) -> tuple[Demand, ...]:
        key = (requires, extra)
        found = self._lines.get(key)
        if found is None:
            found = self._lines[key] = tuple(self._parse(requires, extra))
        return found

    def _parse(self, requires: tuple[str, ...], extra: str) -> Iterator[Demand]:
        for line in requires:
            if not _may_be_active(line, extra):
                continue
            requirement = _parse_requires_dist(line)
            if not self.is_active(requirement.marker, extra):
                continue
            name = canonicalize_name(requirement.name)
            if name in self._overrides:
                yield from self._overridden(name)
                continue
            yield from self.expand(
                name,
                sorted(map(canonicalize_name, requirement.extras)),
                requirement.specifier,
                direct=_parse_url(requirement),
            )

    def _overridden(self, name: NormalizedName) -> Iterator[Demand]:
        for override in self._overrides[name]:
            if self.is_active(override.marker):
                yield from self.expand(
                    name, override.extras, override.specifier, direct=override.direct
                )


# `… and extra == "name"` at the end, and nothing before it that could make the whole true without.
_EXTRA_CLAUSE = re.compile(
    r""";\s*(?:(?P<conditions>(?:(?!\bor\b|\bextra\b)[^()])*|\([^()]*\))\s+and\s+)?"""
    r"""\(?extra\s*==\s*(?P<quote>['"])(?P<extra>[^'"]+)(?P=quote)\)?\s*$"""
)


def _may_be_active(line: str, extra: str) -> bool:
    """Tell cheaply that a line belongs to another extra; a full parse costs 120 µs.

    Most lines of large projects do. Answering yes is always safe.
    """
    return extra_of(line) in (None, extra)


def extra_of(line: str) -> NormalizedName | None:
    """Return the one extra that a line belongs to, as build backends write it; `None` for others.

    A marker that names several extras, or one in another way, is for `DemandBook.is_active`.
    """
    match = _EXTRA_CLAUSE.search(line)
    return canonicalize_name(match["extra"]) if match else None


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
        # A distribution knows no folder of ours that a relative path could start from.
        reference = parse_direct_reference(requirement.url, base=Path("/"))
    except ValueError as error:
        raise InvalidMetadataError(reason=f"Requires-Dist: {error}") from error
    if reference.path is not None and not reference.path.exists():
        raise InvalidMetadataError(reason=f"Requires-Dist: there is no {reference.path}")
    return reference
