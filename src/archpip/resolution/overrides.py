"""Overrides of requirements, which replace all other requirements on a project.

Not to be confused with overrides of verdicts, `archpip.verdicts.overrides`. The meaning is uv's: an
override replaces each requirement on its project, the user's too; its own marker and extras count,
and if no marker holds, the project is not required at all.

Source: https://docs.astral.sh/uv/concepts/resolution/#dependency-overrides
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.resolution.requirements import RequestedRequirement

Overrides = Mapping[NormalizedName, tuple[RequestedRequirement, ...]]
"""By project, in the order given."""


def group_overrides(overrides: Iterable[RequestedRequirement]) -> Overrides:
    """Group overrides by project."""
    found: dict[NormalizedName, tuple[RequestedRequirement, ...]] = {}
    for override in overrides:
        if override.name is not None:
            found[override.name] = (*found.get(override.name, ()), override)
    return found


def apply_overrides(
    requirements: Sequence[RequestedRequirement], overrides: Iterable[RequestedRequirement]
) -> tuple[RequestedRequirement, ...]:
    """Replace a user's requirements by overrides; hashes are kept, as the files do not change.

    A requirement without a name is left as it is: only its source has the name.
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
