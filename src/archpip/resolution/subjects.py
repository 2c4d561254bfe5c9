"""Wheels by name: what `archpip inspect` means by a requirement or a bare file name."""

from collections.abc import Sequence
from pathlib import Path

from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import Version

from archpip.index import Link
from archpip.resolution.candidates import Catalogue, Ladder, Ranking
from archpip.resolution.errors import InvalidRequirementError, WheelNotFoundError
from archpip.resolution.filenames import is_wheel
from archpip.resolution.model import LinkKind
from archpip.resolution.options import ResolveOptions
from archpip.resolution.ports import Releases, World
from archpip.resolution.requirements import RequestedRequirement, parse_requirement
from archpip.targets import Target


def find_wheels(subject: str, *, world: World, target: Target) -> tuple[Link, ...]:
    """Return the wheels that a text means, looked up on the indexes.

    Args:
        subject: A wheel's file name, which means that file whatever the target; or a requirement
            such as `numpy==2.1.0`, which means the wheels of the newest version that it allows
            which fit the target by name.
        world: Asked for the project's page.
        target: The machine, for a requirement.

    Returns:
        At least one link; for a requirement the most preferred first.

    Raises:
        WheelNotFoundError: There is no such file, or no wheel that fits.
        InvalidRequirementError: The text is neither a file name nor a requirement by name.
        ProjectNotFoundError: No index knows the project.
        IndexUnavailableError: An index did not answer.
    """
    if is_wheel(subject):
        return (_find_file(subject, world),)
    requirement = parse_requirement(subject, base=Path())
    if requirement.name is None or requirement.direct is not None:
        raise InvalidRequirementError(
            text=requirement.text, origin=requirement.origin, reason="it names no project"
        )
    return _find_fitting(requirement, requirement.name, world, target)


def _find_file(filename: str, world: World) -> Link:
    name, version = _identify(filename)
    releases = world.releases(name)
    links = releases.get(version, ())
    for link in links:
        if link.filename == filename:
            return link
    wheels = [link.filename for link in links if is_wheel(link.filename)]
    raise WheelNotFoundError(
        subject=filename, reason=f"{name} {version} has no such file", instead=tuple(wheels)
    )


def _identify(filename: str) -> tuple[NormalizedName, Version]:
    try:
        name, version, _, _ = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        raise WheelNotFoundError(subject=filename, reason=str(error)) from error
    return canonicalize_name(name), version


def _find_fitting(
    requirement: RequestedRequirement, name: NormalizedName, world: World, target: Target
) -> tuple[Link, ...]:
    releases = world.releases(name)
    catalogue = Catalogue(name=name, releases=releases)
    ranking = Ranking(target=target, options=ResolveOptions())
    allowed = list(requirement.specifier.filter(releases))
    misfits: Sequence[Link] = ()
    for version in allowed:
        ladder = ranking.ladder(catalogue, version)
        wheels = _wheels(ladder)
        if wheels:
            return wheels
        misfits = misfits or ladder.misfits
    raise WheelNotFoundError(
        subject=requirement.text, reason=_why_none(name, allowed, releases, misfits, ranking)
    )


def _wheels(ladder: Ladder) -> tuple[Link, ...]:
    return tuple(offer.link for offer in ladder.offers if offer.kind is LinkKind.WHEEL)


def _why_none(
    name: NormalizedName,
    allowed: Sequence[Version],
    releases: Releases,
    misfits: Sequence[Link],
    ranking: Ranking,
) -> str:
    if not allowed:
        newest = next(iter(releases), None)
        return f"the newest version of {name} is {newest}" if newest else f"{name} has no version"
    if misfits:
        fitting = f"no wheel of {name} {allowed[0]} fits {ranking.target.name}"
        return f"{fitting}: {ranking.describe_misfit(misfits)}"
    return f"{name} {allowed[0]} has no wheel"
