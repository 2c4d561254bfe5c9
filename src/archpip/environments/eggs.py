"""Distributions that setuptools or distutils installed: those with an egg-info, and eggs.

They have no RECORD. What pip installed with `setup.py` lists its files, and the rest names its
packages at the import root. An egg is a folder on `sys.path` with one distribution in it.

Source: https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html
"""

import re

from msgspec import Struct

_INFO = re.compile(
    r"(?:^|.*/)(?:(?:(?:site|dist)-packages/[^/]+|[^/-]+-\d[^/]*)\.egg-info|[^/]+\.egg/EGG-INFO)"
)
"""A project's own folder has an egg-info too, without a version in its name: its files are the
sources, which no installer put there."""

_METADATA = "/PKG-INFO"
_ENDS = (_METADATA, ".egg-info")
_EGG_INFO = "/EGG-INFO"


class Egg(Struct, frozen=True, kw_only=True):
    """The metadata of one installed distribution."""

    name: str
    """Normalized."""
    version: str


def find_egg_info(path: str) -> str | None:
    """Return the egg-info that a file is the metadata of; `None` for any other file.

    It is a folder, or from distutils the file itself.
    """
    # An audit asks for each of tens of thousands of paths.
    if not path.endswith(_ENDS):
        return None
    info = path.removesuffix(_METADATA)
    return info if _INFO.fullmatch(info) else None


def is_egg(info: str) -> bool:
    """Return whether all that is beside the metadata belongs to the distribution."""
    return info.endswith(_EGG_INFO)


def parse_egg(text: str) -> Egg | None:
    """Parse a PKG-INFO; `None` if it names no distribution."""
    headers = text.partition("\n\n")[0]
    name = re.search(r"^Name: *(\S+)", headers, re.MULTILINE)
    version = re.search(r"^Version: *(\S+)", headers, re.MULTILINE)
    if name is None or version is None:
        return None
    return Egg(name=normalize_name(name[1]), version=version[1])


def normalize_name(name: str) -> str:
    """Return the one spelling of a distribution's name.

    It is that of packaging, whose import takes longer than to audit a small environment.
    """
    return re.sub(r"[-_.]+", "-", name).lower()
