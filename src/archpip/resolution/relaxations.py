"""Relaxations: which single bound of the user's would have to go for there to be a solution.

Each is tried, so that what is advised works; but no source is read for it. What only an option
could change (formats, dates, pre-releases) is advised by `explanations.py` from what was refused.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.errors import ArchpipError
from archpip.resolution.requirements import RequestedRequirement

# Each try is a resolution; who has dozens of bounds is not made to wait for all of them.
_TRIES = 6

_Requirements = Sequence[RequestedRequirement]


class Relaxation(Struct, frozen=True, kw_only=True):
    """What the user would ask instead."""

    name: NormalizedName | None
    """The project that would be free."""
    advice: str
    requirements: tuple[RequestedRequirement, ...]
    constraints: tuple[RequestedRequirement, ...]


def find_relaxation(
    requirements: _Requirements,
    constraints: _Requirements,
    *,
    about: Collection[NormalizedName] = (),
    solves: Callable[[_Requirements, _Requirements], object],
) -> str | None:
    """Return which bound to drop, in a sentence; `None` where dropping no single one helps.

    Args:
        requirements: What was asked for.
        constraints: What bounded it.
        about: The projects in conflict, whose bounds are tried first.
        solves: Resolves, and raises an `ArchpipError` where that fails.
    """
    relaxations = sorted(
        _iter_relaxations(tuple(requirements), tuple(constraints)),
        key=lambda relaxation: relaxation.name not in about,
    )
    for number, relaxation in enumerate(relaxations):
        if number == _TRIES:
            break
        try:
            solves(relaxation.requirements, relaxation.constraints)
        except ArchpipError:
            continue
        return relaxation.advice
    return None


def _iter_relaxations(
    requirements: tuple[RequestedRequirement, ...], constraints: tuple[RequestedRequirement, ...]
) -> Iterator[Relaxation]:
    """Yield one relaxation for each bound: constraints first, which somebody else wrote."""
    for constraint in constraints:
        if constraint.specifier:
            rest = tuple(other for other in constraints if other is not constraint)
            advice = f"Without the constraint {constraint.text} there is a solution."
            yield Relaxation(
                name=constraint.name, advice=advice, requirements=requirements, constraints=rest
            )
    for requirement in requirements:
        if requirement.specifier and requirement.direct is None:
            free = replace(requirement, specifier=SpecifierSet())
            changed = tuple(free if other is requirement else other for other in requirements)
            advice = (
                f"With any version of {requirement.name} in place of {requirement.specifier}"
                " there is a solution."
            )
            yield Relaxation(
                name=requirement.name,
                advice=advice,
                requirements=changed,
                constraints=constraints,
            )
