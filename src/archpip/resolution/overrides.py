"""Overrides of requirements: what holds instead of everything that others ask of a project.

Not to be mixed up with overrides of verdicts, `archpip.verdicts.overrides`. The meaning is uv's: an
override is put in the place of each requirement on its project, whoever states it; its own marker
and extras count, and where no marker holds nothing is asked any more.

Source: https://docs.astral.sh/uv/concepts/resolution/#dependency-overrides
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.resolution.requirements import RequestedRequirement

Overrides = Mapping[NormalizedName, tuple[RequestedRequirement, ...]]
"""By project, in the order given."""


def group_overrides(overrides: Iterable[RequestedRequirement]) -> Overrides:
    """Collect overrides by the projects that they are about."""
    found: dict[NormalizedName, tuple[RequestedRequirement, ...]] = {}
    for override in overrides:
        if override.name is not None:
            found[override.name] = (*found.get(override.name, ()), override)
    return found


def apply_overrides(
    requirements: Sequence[RequestedRequirement], overrides: Iterable[RequestedRequirement]
) -> tuple[RequestedRequirement, ...]:
    """Put overrides in the place of what a user asks for; hashes stay, for files are what they are.

    A requirement that knows no name is left alone: only its source could tell.
    """
    by_name = group_overrides(overrides)
    return tuple(
        found for requirement in requirements for found in _instead_of(requirement, by_name)
    )


def _instead_of(
    requirement: RequestedRequirement, overrides: Overrides
) -> Iterator[RequestedRequirement]:
    if requirement.name is None or requirement.name not in overrides:
        yield requirement
        return
    for override in overrides[requirement.name]:
        hashes = tuple(sorted({*requirement.hashes, *override.hashes}))
        yield replace(override, hashes=hashes)
