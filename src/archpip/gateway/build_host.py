"""Wheels for builds: what is wrong for the target and right for the machine that builds. Pure.

While pip or uv builds an sdist, its requirements come from the same page, but must run here.
Neither client says for which of the two it asks. So a wheel that is kept out of a view, and runs on
the building machine, is offered under a name whose platform is that machine's alone: who resolves
for the target passes it over, and a build takes it. Neither client compares the name with the tags
inside (pip 26, uv 0.13).
"""

from functools import lru_cache

from archpip.gateway.model import View
from archpip.gateway.selection import fits_python
from archpip.index import Link
from archpip.targets import Target, platform_tags


def name_for_builds(link: Link, view: View) -> str | None:
    """Return the name under which a wheel is offered to builds; `None` where it does not fit."""
    if view.build_host is None or not fits_python(link, view.build_host):
        return None
    platform = _platform_of_its_own(view.build_host, view.target)
    return f"{_stem(link.filename)}-{platform}.whl" if platform else None


def is_name_for_builds(asked: str, filename: str) -> bool:
    """Return whether a name may stand for a wheel of another: only the platform differs."""
    both = asked.endswith(".whl") and filename.endswith(".whl")
    return both and asked != filename and _stem(asked) == _stem(filename)


def _stem(filename: str) -> str:
    return filename.rpartition("-")[0]


@lru_cache(maxsize=64)
def _platform_of_its_own(host: Target, target: Target) -> str | None:
    """Return the best platform tag of the host that the target does not accept."""
    foreign = frozenset(platform_tags(target))
    return next((tag for tag in platform_tags(host) if tag not in foreign), None)
