"""Relaxations: which single bound of the user's would have to go for there to be a solution.

Each is tried, so that what is advised works; but no build backend is run for it. What only an
option could change (formats, dates, pre-releases) is advised by `hints.py` from what was refused.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.errors import ArchpipError
from archpip.resolution.errors import NoSolutionError
from archpip.resolution.model import Resolution
from archpip.resolution.requirements import RequestedRequirement

# Each try is a resolution; who has dozens of bounds is not made to wait for all of them.
_TRIES = 6

_Requirements = Sequence[RequestedRequirement]


class Relaxation(Struct, frozen=True, kw_only=True):
    """What the user would ask instead."""

    name: NormalizedName | None
    """The project that would be free."""
    what: str
    """The bound that would go, as the beginning of a sentence."""
    requirements: tuple[RequestedRequirement, ...]
    constraints: tuple[RequestedRequirement, ...]


def find_relaxation(
    requirements: _Requirements,
    constraints: _Requirements,
    *,
    conflict: NoSolutionError,
    solves: Callable[[_Requirements, _Requirements], Resolution],
) -> str | None:
    """Return which bound to drop, in a sentence, or over what there is a conflict then, too.

    A conflict stands for as long as all of its bounds do, and so does each that is met when one of
    them is dropped, for it holds of what is asked in full as well. Only what has a part in all of
    them can help; that is seldom more than two or three.

    Args:
        requirements: What was asked for.
        constraints: What bounded it.
        conflict: What came of it.
        solves: Resolves, and raises an `ArchpipError` where that fails.

    Returns:
        `None` where there is nothing to drop, or where it cannot be said what that would do.
    """
    culprits = conflict.projects
    is_proven, next_conflict = True, None
    tries = 0
    for relaxation in _iter_relaxations(tuple(requirements), tuple(constraints)):
        if relaxation.name not in culprits:
            continue
        if tries == _TRIES:
            return None
        tries += 1
        try:
            found = solves(relaxation.requirements, relaxation.constraints)
        except NoSolutionError as error:
            if error.is_proven:
                culprits &= error.projects
            is_proven = is_proven and error.is_proven
            next_conflict = next_conflict or _describe_next(relaxation, conflict, error)
        except ArchpipError:
            is_proven = False
        else:
            return f"{relaxation.what} there is a solution{_describe(relaxation, found)}."
    return next_conflict if is_proven else None


def _describe(relaxation: Relaxation, found: Resolution) -> str:
    """Name the version that the project has then, where it is needed at all."""
    versions = [pin.version for pin in found.pins if pin.name == relaxation.name]
    return f", with {relaxation.name} {versions[0]}" if versions else ""


def _describe_next(
    relaxation: Relaxation, conflict: NoSolutionError, error: NoSolutionError
) -> str | None:
    """Say over what else there is a conflict without the bound of a relaxation."""
    known = {relaxation.name, *conflict.subjects}
    others = [subject for subject in error.subjects if subject not in known]
    if not others:
        return None
    what = f"{relaxation.what[0].lower()}{relaxation.what[1:]}"
    return f"No single bound is to blame: {what} there is a conflict over {others[0]}."


def _iter_relaxations(
    requirements: tuple[RequestedRequirement, ...], constraints: tuple[RequestedRequirement, ...]
) -> Iterator[Relaxation]:
    """Yield one relaxation for each bound: constraints first, which somebody else wrote."""
    for constraint in constraints:
        if constraint.specifier:
            rest = tuple(other for other in constraints if other is not constraint)
            yield Relaxation(
                name=constraint.name,
                what=f"Without the constraint {constraint.text}",
                requirements=requirements,
                constraints=rest,
            )
    for requirement in requirements:
        if requirement.specifier and requirement.direct is None:
            free = replace(requirement, specifier=SpecifierSet())
            changed = tuple(free if other is requirement else other for other in requirements)
            yield Relaxation(
                name=requirement.name,
                what=f"With any version of {requirement.name} in place of {requirement.specifier}",
                requirements=changed,
                constraints=constraints,
            )
