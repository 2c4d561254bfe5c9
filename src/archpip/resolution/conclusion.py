"""The result of a search: its decisions as pins, each with its source and its dependents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from packaging.utils import NormalizedName

from archpip.resolution.demands import Identifier, extra_of
from archpip.resolution.explanations import rejections_behind
from archpip.resolution.metadata import CoreMetadata
from archpip.resolution.model import Pin, Requirer
from archpip.resolution.provider import Candidate, Provider
from archpip.resolution.requirements import RequestedRequirement, collect_config_settings


def iter_pins(
    mapping: Mapping[Identifier, Candidate],
    provider: Provider,
    roots: Sequence[RequestedRequirement],
    bounds: Sequence[RequestedRequirement],
) -> Iterator[Pin]:
    """Yield one pin per project, sorted by name.

    Args:
        mapping: The decisions.
        provider: The provider of the search that made them.
        roots: The user's requirements.
        bounds: The user's constraints.
    """
    requested = {root.name for root in roots}
    settings = collect_config_settings(roots)
    editable = {root.name for root in roots if root.editable}
    requirers = _collect_requirers(mapping, provider, (*roots, *bounds))
    extras: dict[NormalizedName, list[NormalizedName]] = {}
    for name, extra, *_ in sorted(mapping, key=str):
        extras.setdefault(name, [])
        if extra is not None:
            extras[name].append(extra)
    for name in sorted(extras):
        candidate = mapping[Identifier(name)]
        taken = candidate.taken
        confirmed = provider.confirmed(candidate)
        needed = {
            demand.identifier.name
            for extra in (None, *extras[name])
            for demand in provider.dependencies(mapping[Identifier(name, extra)])
        }
        yield Pin(
            name=name,
            version=candidate.version,
            link=taken.link,
            kind=taken.kind,
            extras=tuple(extras[name]),
            unknown_extras=tuple(sorted(set(extras[name]) - _extras_of(taken.metadata))),
            requires_python=taken.metadata.requires_python,
            dependencies=tuple(sorted(needed - {name})),
            requirers=requirers.get(name, ()),
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
            editable=name in editable and taken.direct is not None,
            fused_with=confirmed.fused_with,
            sdist=provider.sdist_in_place_of(candidate) if confirmed.fused_with else None,
        )


def _extras_of(metadata: CoreMetadata) -> frozenset[NormalizedName]:
    """Return a distribution's extras; older metadata names some of them only in markers."""
    marked = {extra for line in metadata.requires if (extra := extra_of(line)) is not None}
    return metadata.provides_extra | marked


def _collect_requirers(
    mapping: Mapping[Identifier, Candidate],
    provider: Provider,
    asked: Iterable[RequestedRequirement],
) -> dict[NormalizedName, tuple[Requirer, ...]]:
    """Return the origins of each project's requirements: the user and the pinned projects."""
    found: dict[NormalizedName, list[Requirer]] = {}
    for requirement in asked:
        if requirement.name is not None:
            requirer = Requirer(
                name=None, origin=requirement.origin, specifier=requirement.specifier
            )
            found.setdefault(requirement.name, []).append(requirer)
    for identifier in sorted(mapping, key=str):
        candidate = mapping[identifier]
        for demand in provider.dependencies(candidate):
            if demand.identifier.name != candidate.name:
                requirer = Requirer(
                    name=candidate.name, version=candidate.version, specifier=demand.specifier
                )
                found.setdefault(demand.identifier.name, []).append(requirer)
    return {name: tuple(dict.fromkeys(requirers)) for name, requirers in found.items()}
