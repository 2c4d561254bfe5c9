"""Relaxations: find a single bound of the user's without which there is a solution.

Each is tried by resolving, so that the advice works; but no build backend is run for it. Advice on
options (formats, dates, pre-releases) is in `hints.py` and follows from the rejections.
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

# Each try is a resolution; a user with dozens of bounds should not wait for all of them.
_TRIES = 6

_Requirements = Sequence[RequestedRequirement]


class Relaxation(Struct, frozen=True, kw_only=True):
    """The user's requirements and constraints without one bound."""

    name: NormalizedName | None
    """The project of the bound."""
    what: str
    """The dropped bound, as the beginning of a sentence."""
    requirements: tuple[RequestedRequirement, ...]
    constraints: tuple[RequestedRequirement, ...]


def find_relaxation(
    requirements: _Requirements,
    constraints: _Requirements,
    *,
    conflict: NoSolutionError,
    solves: Callable[[_Requirements, _Requirements], Resolution],
) -> str | None:
    """Return a sentence on which bound to drop, or on the conflict that remains without it.

    A conflict remains as long as all of its bounds do, and so does each conflict met when one of
    them is dropped, as it also holds for the full requirements. Only a bound that is part of all
    these conflicts can help; those are seldom more than two or three.

    Args:
        requirements: The requirements that were resolved.
        constraints: Their constraints.
        conflict: The resulting error.
        solves: Resolves, and raises an `ArchpipError` if that fails.

    Returns:
        `None` if there is nothing to drop, or if the effect of dropping it is not known.
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
    """Name the version that the project then has, if it is still needed."""
    versions = [pin.version for pin in found.pins if pin.name == relaxation.name]
    return f", with {relaxation.name} {versions[0]}" if versions else ""


def _describe_next(
    relaxation: Relaxation, conflict: NoSolutionError, error: NoSolutionError
) -> str | None:
    """Name the conflict that remains without the bound of a relaxation."""
    known = {relaxation.name, *conflict.subjects}
    others = [subject for subject in error.subjects if subject not in known]
    if not others:
        return None
    what = f"{relaxation.what[0].lower()}{relaxation.what[1:]}"
    return f"No single bound is to blame: {what} there is a conflict over {others[0]}."


def _iter_relaxations(
    requirements: tuple[RequestedRequirement, ...], constraints: tuple[RequestedRequirement, ...]
) -> Iterator[Relaxation]:
    """Yield one relaxation per bound: constraints first, which are often another author's."""
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
