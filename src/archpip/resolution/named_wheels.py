"""Wheels by name: what `archpip inspect` means by a requirement or a bare file name."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.index import Link, is_well_formed, to_file_url
from archpip.reachable import is_file
from archpip.resolution.errors import InvalidRequirementError, WheelNotFoundError
from archpip.resolution.filenames import is_wheel, parse_wheel_name
from archpip.resolution.ladders import Catalogue
from archpip.resolution.misfits import describe_misfit
from archpip.resolution.model import LinkKind
from archpip.resolution.options import ResolveOptions
from archpip.resolution.ports import Releases, World
from archpip.resolution.ranking import Ranking
from archpip.resolution.requirements import parse_requirement
from archpip.targets import InvalidPythonError, Target, compatible_tags, parse_python
from archpip.wheels import WheelUnreadableError


def find_wheels(subject: str, *, world: World, target: Target | None) -> tuple[Link, ...]:
    """Return the wheels that a text means, looked up on the indexes.

    Args:
        subject: A wheel's file name, which means that file whatever the target; or a requirement
            such as `numpy==2.1.0`, which means the wheels of the newest version that it allows.
        world: Asked for the project's page.
        target: Of a requirement's wheels, take those that fit by name; all of them where `None`.

    Returns:
        At least one link; for a requirement and a target the most preferred first.

    Raises:
        WheelNotFoundError: There is no such file, or no wheel that fits.
        InvalidRequirementError: The text is neither a file name nor a requirement by name.
        ProjectNotFoundError: No index knows the project.
        IndexUnavailableError: An index did not answer.
    """
    if is_wheel(subject) and "/" not in subject:
        return (_find_file(subject, world),)
    requirement = parse_requirement(subject, base=Path())
    if requirement.name is None or requirement.direct is not None:
        raise InvalidRequirementError(
            text=requirement.text, origin=requirement.origin, reason="it names no project"
        )
    releases = world.releases(requirement.name)
    allowed = tuple(requirement.specifier.filter(releases))
    if not allowed:
        newest = next(iter(releases), None)
        there_is = f"the newest is {newest}" if newest else f"{requirement.name} has no version"
        raise WheelNotFoundError(subject=requirement.text, reason=f"no such version; {there_is}")
    if target is None:
        return _all_wheels(requirement.text, releases, allowed)
    catalogue = Catalogue(name=requirement.name, releases=releases)
    return _fitting_wheels(requirement.text, catalogue, allowed, target)


def _find_file(filename: str, world: World) -> Link:
    parsed = parse_wheel_name(filename)
    if parsed is None:
        reason = "that is not a wheel's file name: project-version-python-abi-platform.whl"
        raise WheelNotFoundError(subject=filename, reason=reason)
    links = world.releases(canonicalize_name(filename.partition("-")[0])).get(parsed.version, ())
    for link in links:
        if link.filename == filename:
            return link
    instead = tuple(link.filename for link in links if is_wheel(link.filename))
    raise WheelNotFoundError(
        subject=filename, reason=f"version {parsed.version} has no such file", instead=instead
    )


def _all_wheels(subject: str, releases: Releases, allowed: Sequence[Version]) -> tuple[Link, ...]:
    for version in allowed:
        wheels = tuple(link for link in releases[version] if is_wheel(link.filename))
        if wheels:
            return wheels
    raise WheelNotFoundError(subject=subject, reason=f"version {allowed[0]} has sdists only")


def _fitting_wheels(
    subject: str, catalogue: Catalogue, allowed: Sequence[Version], target: Target
) -> tuple[Link, ...]:
    ranking = Ranking(target=target, options=ResolveOptions())
    misfits: Sequence[Link] = ()
    for version in allowed:
        ladder = ranking.ladder(catalogue, version)
        wheels = tuple(o.link for o in ladder.offers if o.kind is LinkKind.WHEEL)
        if wheels:
            return wheels
        misfits = misfits or ladder.misfits
    reason = f"version {allowed[0]} has sdists only"
    if misfits:
        reason = f"none fits {target.name}; {describe_misfit(misfits, target)}"
    raise WheelNotFoundError(subject=subject, reason=reason)


def find_links(subject: str, *, world: World, target: Target | None) -> tuple[Link, ...]:
    """Return the wheels that a path, a URL, a file name or a requirement means.

    A file on this disk is read for its sha256; a URL brings it in its fragment, or not at all.
    Raises what `find_wheels` does.

    Raises:
        WheelUnreadableError: A file on this disk cannot be read.
    """
    path = Path(subject)
    if is_file(path):
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            reason = error.strerror or str(error)
            raise WheelUnreadableError(filename=subject, member=None, reason=reason) from error
        hashes: tuple[tuple[str, str], ...] = (("sha256", sha256),)
        return (Link(url=to_file_url(path.absolute()), filename=path.name, hashes=hashes),)
    if "://" in subject:
        if not is_well_formed(subject):
            raise WheelNotFoundError(subject=subject, reason="that is not a URL")
        address, _, fragment = subject.partition("#")
        algorithm, _, digest = fragment.partition("=")
        filename = unquote(urlsplit(address).path.rpartition("/")[2])
        hashes = ((algorithm, digest.lower()),) if digest else ()
        return (Link(url=address, filename=filename, hashes=hashes),)
    return find_wheels(subject, world=world, target=target)


def adapt_python(subject: str, target: Target) -> Target:
    """Return the target with the Python of a wheel's file name, where its own would not do.

    Somebody who asks about a cp310 wheel and names no Python means CPython 3.10.
    """
    name = parse_wheel_name(subject.partition("#")[0].rpartition("/")[2])
    if name is None:
        return target
    accepted = {(tag.interpreter, tag.abi) for tag in compatible_tags(target)}
    if any((interpreter, abi) in accepted for interpreter, abi, _ in name.tags):
        return target
    try:
        return replace(target, python=parse_python(max(tag[0] for tag in name.tags)))
    except InvalidPythonError:
        return target
