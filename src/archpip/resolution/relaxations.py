"""Relaxations: which single bound of the user's would have to go for there to be a solution.

Each is tried, so that what is advised works; but no build backend is run for it. What only an
option could change (formats, dates, pre-releases) is advised by `hints.py` from what was refused.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.errors import ArchpipError
from archpip.resolution.errors import NoSolutionError
from archpip.resolution.model import RejectionReason, Resolution
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
    about: Collection[NormalizedName],
    solves: Callable[[_Requirements, _Requirements], Resolution],
) -> str | None:
    """Return which bound to drop, in a sentence; `None` where dropping no single one helps.

    A conflict stands for as long as all of its bounds do, and so does each that is met when one of
    them is dropped, for it holds of what is asked in full as well. Only what has a part in all of
    them can help; that is seldom more than two or three.

    Args:
        requirements: What was asked for.
        constraints: What bounded it.
        about: The projects in conflict.
        solves: Resolves, and raises an `ArchpipError` where that fails.
    """
    culprits = frozenset(about)
    tries = 0
    for relaxation in _iter_relaxations(tuple(requirements), tuple(constraints)):
        if relaxation.name not in culprits:
            continue
        if tries == _TRIES:
            break
        tries += 1
        try:
            found = solves(relaxation.requirements, relaxation.constraints)
        except NoSolutionError as error:
            if _is_conflict(error):
                culprits &= error.projects
        except ArchpipError:
            continue
        else:
            return f"{relaxation.advice}{_describe(relaxation, found)}."
    return None


def _is_conflict(error: NoSolutionError) -> bool:
    """Return whether what was asked excludes itself: an sdist that was not built proves nothing."""
    return all(rejection.reason is not RejectionReason.BUILD for rejection in error.rejections)


def _describe(relaxation: Relaxation, found: Resolution) -> str:
    """Name the version that the project has then, where it is needed at all."""
    versions = [pin.version for pin in found.pins if pin.name == relaxation.name]
    return f", with {relaxation.name} {versions[0]}" if versions else ""


def _iter_relaxations(
    requirements: tuple[RequestedRequirement, ...], constraints: tuple[RequestedRequirement, ...]
) -> Iterator[Relaxation]:
    """Yield one relaxation for each bound: constraints first, which somebody else wrote."""
    for constraint in constraints:
        if constraint.specifier:
            rest = tuple(other for other in constraints if other is not constraint)
            advice = f"Without the constraint {constraint.text} there is a solution"
            yield Relaxation(
                name=constraint.name, advice=advice, requirements=requirements, constraints=rest
            )
    for requirement in requirements:
        if requirement.specifier and requirement.direct is None:
            free = replace(requirement, specifier=SpecifierSet())
            changed = tuple(free if other is requirement else other for other in requirements)
            advice = (
                f"With any version of {requirement.name} in place of {requirement.specifier}"
                " there is a solution"
            )
            yield Relaxation(
                name=requirement.name,
                advice=advice,
                requirements=changed,
                constraints=constraints,
            )
