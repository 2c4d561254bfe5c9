"""The wheel tags that a target accepts, most preferred first, as pip orders them.

`packaging` generates the tags, always from an interpreter, ABIs and platforms given here: each of
its defaults reads the host.
"""

from functools import lru_cache

from packaging import tags
from packaging.tags import Tag

from archpip.targets.model import Target
from archpip.targets.platforms import platform_tags, python_abis


# A target has 500 to 1,500 tags, 2 ms to make: every link of a resolution is ranked against them.
@lru_cache(maxsize=64)
def compatible_tags(target: Target) -> tuple[Tag, ...]:
    """Return every tag that a wheel for this target may have.

    Most preferred first, no repeats. For macOS universal2 these are the tags of wheels that serve
    both machines from one file: `universal2` and `any`, never a thin one.

    Source: PEP 425, PEP 600, PEP 656, PEP 730, PEP 738; the order is `packaging.tags.sys_tags`'s.
    """
    python = target.python
    platforms = platform_tags(target)
    version = python.version[:2]
    if python.implementation == "pypy":
        own = tags.generic_tags(python.tag, python_abis(target), platforms)
        # pip and packaging both tag PyPy wheels for any version as pp3 (packaging issue 311).
        any_interpreter = f"pp{python.version[0]}"
    else:
        own = tags.cpython_tags(version, python_abis(target), platforms)
        any_interpreter = python.tag
    shared = tags.compatible_tags(version, any_interpreter, platforms)
    return tuple(dict.fromkeys([*own, *shared]))
