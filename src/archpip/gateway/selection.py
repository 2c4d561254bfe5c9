"""Which wheels of a project matter to a view, and which of them are judged ahead. Pure.

A client on the view's target accepts only wheels whose platform tags fit it. All others stay on the
page unchanged: clients ignore them, except for build requirements, which must fit the host.
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
"""Most versions judged ahead: all thousand versions of a project may be wrong."""

_TAG_PARTS = 3


@lru_cache(maxsize=64)
def platform_fit(target: Target) -> Callable[[str], bool]:
    """Return a predicate for the file names of wheels whose platform tags admit the target.

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
    """Return the sorted positions of the names that `platform_fit` accepts; faster for thousands.

    Most names share their ending with others, so each ending is checked once.
    """
    fits = platform_fit(target)
    endings = [filename.rpartition("-")[2] for filename in filenames]
    fitting = {ending for ending in set(endings) if fits(ending)}
    return [position for position, ending in enumerate(endings) if ending in fitting]


def fits_python(link: Link, target: Target) -> bool:
    """Return whether a wheel is for the target's Python, going by its name and the page."""
    accepted = _accepted_tags(target)
    interpreters, abis, platforms = _tags(link.filename)
    return any(
        (interpreter, abi, platform) in accepted
        for interpreter in interpreters
        for abi in abis
        for platform in platforms
    ) and admits_python(link.requires_python, target.python)


def fitting_wheels(links: ProjectLinks, version: Version, view: View) -> tuple[Link, ...]:
    """Return a version's wheels that a client of a view may choose unasked: no yanked ones."""
    fits = platform_fit(view.target)
    found = (file.link() for file in links.listed(version) if fits(file.filename))
    return tuple(
        link
        for link in found
        if link.yanked is None and (view.every_python or fits_python(link, view.target))
    )


def versions_ahead(links: ProjectLinks, view: View) -> Iterator[tuple[Version, tuple[Link, ...]]]:
    """Yield the versions that clients would try first, newest first, each with its wheels to judge.

    Pre-releases count only if there are no final versions. Yanked files are judged on request only.
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
    """Return the interpreters, ABIs and platforms in a wheel's name; empty for any other name."""
    parts = filename.lower().removesuffix(".whl").rsplit("-", _TAG_PARTS)
    if not filename.endswith(".whl") or len(parts) <= _TAG_PARTS:
        return (), (), ()
    interpreters, abis, platforms = (tuple(part.split(".")) for part in parts[1:])
    return interpreters, abis, platforms


@lru_cache(maxsize=64)
def _accepted_tags(target: Target) -> frozenset[tuple[str, str, str]]:
    return frozenset((tag.interpreter, tag.abi, tag.platform) for tag in compatible_tags(target))
