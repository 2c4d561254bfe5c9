"""WHEEL: the tags that a wheel claims, and the folder that it is for; also as installed.

Source: https://packaging.python.org/specifications/binary-distribution-format/#file-contents
"""

import re
from collections.abc import Iterator
from itertools import islice, product
from math import prod

from msgspec import Struct

MAX_TAGS = 1000
"""Tags of one compressed set, and of one file; real ones expand to some ten."""

_TAG_PARTS = 3  # interpreter, ABI, platform
_FOLD = re.compile(r"\r?\n[ \t]+")
"""RFC 5322 §2.2.3: a line that begins with white space continues the one before."""


class WheelFile(Struct, frozen=True, kw_only=True):
    """The fields of the WHEEL file."""

    tags: tuple[str, ...]
    """`Tag:` lines, expanded and sorted, `MAX_TAGS` at the most; invalid ones are left out."""
    root_is_purelib: bool


def parse_wheel_file(text: str) -> WheelFile:
    """Parse the WHEEL file of a wheel or of an installed distribution, leniently."""
    headers = tuple(_iter_headers(text))
    expanded = (tag for name, value in headers if name == "tag" for tag in _expand(value))
    tags = set(islice(expanded, MAX_TAGS))
    purelib = next((value for name, value in headers if name == "root-is-purelib"), "")
    return WheelFile(tags=tuple(sorted(tags)), root_is_purelib=purelib.lower() == "true")


def _iter_headers(text: str) -> Iterator[tuple[str, str]]:
    """Yield each (name in lower case, value) up to the first line that is not a header.

    The file is "in the same basic key: value format" as METADATA; the standard library's e-mail
    parser could read it too, but takes longer to import than a small audit takes.
    """
    for line in _FOLD.sub(" ", text).splitlines():
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            return
        yield name.lower(), value.strip()


def _expand(tag: str) -> Iterator[str]:
    """Yield the tags of a line, which may be compressed (PEP 425); none if it is invalid.

    Obeys `packaging.tags.parse_tag`, which takes longer to import than a small audit takes.
    """
    columns = [column.split(".") for column in tag.lower().split("-")]
    if len(columns) != _TAG_PARTS or not all(map(all, columns)):
        return
    if all(map(str.isidentifier, columns[0])) and prod(map(len, columns)) <= MAX_TAGS:
        yield from map("-".join, product(*columns))
