"""Which wheels of a project matter to a view, and which of them are judged ahead. Pure.

A client on the view's target takes only wheels whose platform tags fit it. All others stay on the
page as they are: clients pass over them, but for a build's requirements, which are the host's.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from packaging.version import Version

from archpip.gateway.model import View
from archpip.index import Link, ProjectLinks
from archpip.resolution import admits_python
from archpip.targets import Target, compatible_tags, platform_tags

_MOST_VERSIONS = 24
"""Where it ends in any case: a project may be wrong in all of its thousand versions."""

_TAG_PARTS = 3


@lru_cache(maxsize=64)
def platform_fit(target: Target) -> Callable[[str], bool]:
    """Return what tells of a file name whether it is a wheel's that admits the target's system.

    The wheel may be for another Python.
    """
    accepted = frozenset((*platform_tags(target), "any"))
    known: dict[str, bool] = {}

    def fits(filename: str) -> bool:
        if not filename.endswith(".whl"):
            return False
        tag = filename[filename.rfind("-") + 1 : -4]
        found = known.get(tag)
        if found is None:
            found = known[tag] = not accepted.isdisjoint(tag.lower().split("."))
        return found

    return fits


def fitting_positions(filenames: Sequence[str], target: Target) -> list[int]:
    """Return where the names stand that `platform_fit` takes: the same for thousands, in less time.

    Sorted.

    What most of them end with is the same as what others do, so that is judged once.
    """
    fits = platform_fit(target)
    endings = [filename.rpartition("-")[2] for filename in filenames]
    fitting = {ending for ending in set(endings) if fits(ending)}
    return [position for position, ending in enumerate(endings) if ending in fitting]


def fits_python(link: Link, target: Target) -> bool:
    """Return whether a wheel is for the target's own Python, as far as page and name tell."""
    accepted = _accepted_tags(target)
    interpreters, abis, platforms = _tags(link.filename)
    return any(
        (interpreter, abi, platform) in accepted
        for interpreter in interpreters
        for abi in abis
        for platform in platforms
    ) and admits_python(link.requires_python, target.python)


def fitting_wheels(links: ProjectLinks, version: Version, view: View) -> tuple[Link, ...]:
    """Return a version's wheels that a client of a view might take by itself: no yanked ones."""
    fits = platform_fit(view.target)
    found = (file.link() for file in links.listed(version) if fits(file.filename))
    return tuple(
        link
        for link in found
        if link.yanked is None and (view.every_python or fits_python(link, view.target))
    )


def versions_ahead(links: ProjectLinks, view: View) -> Iterator[tuple[Version, tuple[Link, ...]]]:
    """Yield the versions that clients would try first, newest first, each with its wheels to judge.

    Pre-releases count only where there are no others. Yanked files are left to who asks for them.
    """
    finals = (version for version in links if not version.is_prerelease)
    newest = next(finals, None)
    count = 0
    for version in links if newest is None else chain([newest], finals):
        wheels = fitting_wheels(links, version, view)
        if wheels:
            yield version, wheels
            count += 1
        if count == _MOST_VERSIONS:
            return


@lru_cache(maxsize=65536)
def _tags(filename: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the interpreters, ABIs and platforms of a wheel's name; empty where it is none."""
    parts = filename.lower().removesuffix(".whl").rsplit("-", _TAG_PARTS)
    if not filename.endswith(".whl") or len(parts) <= _TAG_PARTS:
        return (), (), ()
    interpreters, abis, platforms = (tuple(part.split(".")) for part in parts[1:])
    return interpreters, abis, platforms


@lru_cache(maxsize=64)
def _accepted_tags(target: Target) -> frozenset[tuple[str, str, str]]:
    return frozenset((tag.interpreter, tag.abi, tag.platform) for tag in compatible_tags(target))
