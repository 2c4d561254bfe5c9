"""Wheels by name: find the wheels that an argument of `archpip inspect` names."""

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
from archpip.resolution.opening import sha256_of
from archpip.resolution.options import ResolveOptions
from archpip.resolution.ports import Releases, World
from archpip.resolution.ranking import Ranking
from archpip.resolution.requirements import parse_requirement
from archpip.targets import InvalidPythonError, Target, compatible_tags, parse_python
from archpip.wheels import WheelUnreadableError


def find_wheels(subject: str, *, world: World, target: Target | None) -> tuple[Link, ...]:
    """Return the wheels that a path, a URL, a file name or a requirement names.

    The sha256 of a local file is computed; that of a URL is in its fragment, if anywhere.

    Args:
        subject: A wheel's file name means that file whatever the target; a requirement such as
            `numpy==2.1.0` means the wheels of the newest version that it allows.
        world: Provides the project's page, if an index has to be read.
        target: Of a requirement's wheels, return those that fit by name; all if `None`.

    Returns:
        At least one link; for a requirement and a target, most preferred first.

    Raises:
        WheelNotFoundError: There is no such file, or no wheel that fits.
        WheelUnreadableError: A file on this disk cannot be read.
        InvalidRequirementError: The text is neither a file name nor a requirement by name.
        ProjectNotFoundError: No index knows the project.
        IndexUnavailableError: An index did not answer.
    """
    if is_file(Path(subject)):
        return (_link_of_file(subject),)
    if "://" in subject:
        return (_link_of_url(subject),)
    return _look_up(subject, world=world, target=target)


def _link_of_file(subject: str) -> Link:
    path = Path(subject)
    try:
        hashes = (("sha256", sha256_of(path)),)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WheelUnreadableError(filename=subject, member=None, reason=reason) from error
    return Link(url=to_file_url(path.absolute()), filename=path.name, hashes=hashes)


def _link_of_url(url: str) -> Link:
    if not is_well_formed(url):
        raise WheelNotFoundError(subject=url, reason="that is not a URL")
    address, _, fragment = url.partition("#")
    algorithm, _, digest = fragment.partition("=")
    filename = unquote(urlsplit(address).path.rpartition("/")[2])
    hashes = ((algorithm, digest.lower()),) if digest else ()
    return Link(url=address, filename=filename, hashes=hashes)


def _look_up(subject: str, *, world: World, target: Target | None) -> tuple[Link, ...]:
    """Return the wheels that a file name or a requirement names, from the indexes.

    The wheels of a requirement are those of the newest version that it allows.
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
    has_source = False
    for version in allowed:
        ladder = ranking.ladder(catalogue, version)
        wheels = tuple(o.link for o in ladder.offers if o.kind is LinkKind.WHEEL)
        if wheels:
            return wheels
        misfits = misfits or ladder.misfits
        has_source = has_source or bool(ladder.offers)
    reason = f"version {allowed[0]} has sdists only"
    if misfits:
        reason = f"none fits {target.name}; {describe_misfit(misfits, target)}"
    raise WheelNotFoundError(subject=subject, reason=reason, has_source=has_source)


def adapt_python(subject: str, target: Target) -> Target:
    """Return the target with the Python of a wheel's file name, if its own does not fit.

    A user who names a cp310 wheel and no Python means CPython 3.10.
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
