"""Wheels for build requirements: wrong for the target, right for the building machine. Pure.

While pip or uv builds an sdist, the build requirements come from the same page but must run here,
and neither client says which of the two a request is for. So a wheel that is refused in a view, and
runs on the building machine, is offered under a file name with a platform tag of that machine only:
a resolution for the target ignores it, and a build accepts it. Neither client compares the file
name with the tags inside the wheel (pip 26, uv 0.13).
"""

from functools import lru_cache

from archpip.gateway.model import View
from archpip.gateway.selection import fits_python
from archpip.index import Link
from archpip.targets import Target, platform_tags


def name_for_builds(link: Link, view: View) -> str | None:
    """Return the file name that offers a wheel to builds; `None` if it does not fit the host."""
    if view.build_host is None or not fits_python(link, view.build_host):
        return None
    platform = _platform_of_its_own(view.build_host, view.target)
    return f"{_stem(link.filename)}-{platform}.whl" if platform else None


def is_name_for_builds(asked: str, filename: str) -> bool:
    """Return whether one name may alias a wheel of another name: only the platform tag differs."""
    both = asked.endswith(".whl") and filename.endswith(".whl")
    return both and asked != filename and _stem(asked) == _stem(filename)


def _stem(filename: str) -> str:
    return filename.rpartition("-")[0]


@lru_cache(maxsize=64)
def _platform_of_its_own(host: Target, target: Target) -> str | None:
    """Return the best platform tag of the host that the target does not accept."""
    foreign = frozenset(platform_tags(target))
    return next((tag for tag in platform_tags(host) if tag not in foreign), None)
