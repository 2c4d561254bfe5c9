"""Which wheels of a project matter to a view, and which of them are judged ahead. Pure.

A client on the view's target takes only wheels whose platform tags fit it. All others stay on the
page as they are: clients pass over them, but for a build's requirements, which are the host's.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from archpip.gateway.model import View
from archpip.index import Link, ProjectLinks
from archpip.targets import Target, compatible_tags, platform_tags

VERSIONS_AHEAD = 3
"""How many versions with wheels for the view are judged before its page is answered. Both clients
try the newest first; what an old pin asks for is judged when it is asked for."""

_TAG_PARTS = 3


def fits_platform(filename: str, target: Target) -> bool:
    """Return whether a wheel's name admits the target's system, whatever the Python."""
    platforms = _accepted_platforms(target)
    return any(platform in platforms for platform in _tags(filename)[2])


def fits_python(link: Link, target: Target) -> bool:
    """Return whether a wheel is for the target's own Python, as far as page and name tell."""
    accepted = _accepted_tags(target)
    interpreters, abis, platforms = _tags(link.filename)
    return any(
        (interpreter, abi, platform) in accepted
        for interpreter in interpreters
        for abi in abis
        for platform in platforms
    ) and _allows(link.requires_python, target.python.full_version.rstrip("+"))


def select_ahead(links: ProjectLinks, view: View) -> tuple[Link, ...]:
    """Return the wheels to judge before the page is answered, newest version first.

    Those of the newest releases that have any for the view; pre-releases count only where there
    are no others. Yanked files are left to who asks for them.
    """
    finals = [version for version in links if not version.is_prerelease]
    chosen: list[Link] = []
    seen = 0
    for version in finals or links:
        if not any(fits_platform(name, view.target) for name in _wheels(links, version)):
            continue
        wheels = tuple(_wanted(links[version], view))
        chosen += wheels
        seen += bool(wheels)
        if seen == VERSIONS_AHEAD:
            break
    return tuple(chosen)


def _wanted(links: Sequence[Link], view: View) -> Iterator[Link]:
    for link in links:
        if link.yanked is not None or not fits_platform(link.filename, view.target):
            continue
        if view.every_python or fits_python(link, view.target):
            yield link


def _wheels(links: ProjectLinks, version: Version) -> Iterable[str]:
    return (name for name in links.filenames(version) if name.endswith(".whl"))


@lru_cache(maxsize=65536)
def _tags(filename: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the interpreters, ABIs and platforms of a wheel's name; empty where it is none."""
    parts = filename.lower().removesuffix(".whl").rsplit("-", _TAG_PARTS)
    if not filename.endswith(".whl") or len(parts) <= _TAG_PARTS:
        return (), (), ()
    interpreters, abis, platforms = (tuple(part.split(".")) for part in parts[1:])
    return interpreters, abis, platforms


@lru_cache(maxsize=64)
def _accepted_platforms(target: Target) -> frozenset[str]:
    return frozenset((*platform_tags(target), "any"))


@lru_cache(maxsize=64)
def _accepted_tags(target: Target) -> frozenset[tuple[str, str, str]]:
    return frozenset((tag.interpreter, tag.abi, tag.platform) for tag in compatible_tags(target))


@lru_cache(maxsize=4096)
def _allows(requires_python: str | None, python: str) -> bool:
    if requires_python is None:
        return True
    try:
        return SpecifierSet(requires_python).contains(python, prereleases=True)
    except InvalidSpecifier:
        return True  # As in pip, one that cannot be parsed excludes nothing.
