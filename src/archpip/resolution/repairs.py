"""Repairs: read invalid specifiers of old distributions as they were meant.

celery 4.4 requires `pytz>dev`, boto3 1.2 ends a line with a stray quote. setuptools accepted them
all; uv repairs the kinds below, and without the same repairs many old pins have no solution here.
Valid specifiers are never changed.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

_Parsed = TypeVar("_Parsed")

_ENDLESS = re.compile(r"\d{1001}")

ENDLESS = "it has a number of more than 1,000 digits"
"""Why a text is refused that `has_endless_number`."""

# In the order in which they are tried, each on the result of the ones before it.
_REPAIRS = (
    (re.compile(r"(?<=\d)(?=[<>=~^!])"), ","),  # >=7.2.0<8.0.0
    (re.compile(r"!=~(\d+(?:\.\d+)*)"), r"!=\1.*"),  # !=~5.0
    (re.compile(r"(?<![=!~])([<>]=?\s*\d+(?:\.\d+)*)\.\*"), r"\1"),  # >=1.9.*
    (re.compile(r"(\d\.\d+)\*"), r"\1.*"),  # !=3.0*
    (re.compile(r">\s*dev\b"), ">0.0.0.dev0"),  # >dev
    (re.compile(r"(\d(?:a|b|rc|post|dev)\d+)\.0\b"), r"\1"),  # >=9.0.0a1.0
    (re.compile(r"['\"]"), ""),  # >= 2.7'
)


def parse_requirement_leniently(text: str) -> Requirement:
    """Parse a `Requires-Dist` line, repaired if needed.

    Raises:
        InvalidRequirement: No repair helps; the error is about the text as it stands.
    """
    return _parse_first(text, Requirement, InvalidRequirement)


def parse_specifier_leniently(text: str) -> SpecifierSet:
    """Parse a `Requires-Python`, repaired if needed.

    Raises:
        InvalidSpecifier: No repair helps; the error is about the text as it stands.
    """
    return _parse_first(text, SpecifierSet, InvalidSpecifier)


def has_endless_number(text: str) -> bool:
    """Return whether a text cannot be compared with versions.

    Python reads no number of more than 4,300 digits, and packaging reads them late.
    """
    return _ENDLESS.search(text) is not None


def _parse_first(text: str, parse: Callable[[str], _Parsed], invalid: type[ValueError]) -> _Parsed:
    if has_endless_number(text):
        raise invalid(ENDLESS)
    try:
        return parse(text)
    except invalid:
        for repaired in _iter_repaired(text):
            try:
                return parse(repaired)
            except invalid:
                continue
        raise


def _iter_repaired(text: str) -> Iterator[str]:
    """Yield the text with one more repair each time; a marker, and its quotes, are kept."""
    head, semicolon, marker = text.partition(";")
    for pattern, replacement in _REPAIRS:
        repaired = pattern.sub(replacement, head)
        if repaired != head:
            head = repaired
            yield head + semicolon + marker
