"""Compare a thin macOS wheel with the same version's wheel for the other architecture.

This finds hollow modules of projects that publish no fat wheels (`archpip.verdicts.siblings`). It
costs nothing if their sizes in the index are about equal; else the headers of one more wheel, and
whole members of both if the headers differ suspiciously.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus

from packaging.utils import InvalidWheelFilename, NormalizedName, parse_wheel_filename

from archpip.architecture import OperatingSystem
from archpip.binaries import UnboundSymbols
from archpip.errors import BinaryFormatError, IndexAccessError, WheelError
from archpip.index import IndexUnavailableError, Link
from archpip.resolution.ports import Releases
from archpip.targets import Target
from archpip.verdicts import (
    Finding,
    Policy,
    Status,
    Verdict,
    add_findings,
    find_suspects,
    is_much_smaller,
    judge_against_sibling,
)
from archpip.wheels import Inspection, find_sibling

GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN})
"""The HTTP statuses by which a server says that a file is gone for good."""


class SiblingComparison:
    """Adds findings to a verdict from comparing a wheel with its sibling on the index."""

    def __init__(
        self,
        *,
        releases: Callable[[NormalizedName], Releases],
        inspect: Callable[[Link], Inspection | None],
        compare: Callable[[Link, Link, Collection[str]], Mapping[str, UnboundSymbols]],
        needs_answers: bool = False,
    ) -> None:
        """Take functions that list a project's links, inspect a wheel, and compare two wheels.

        `compare` is called with a wheel, its sibling, and paths in both; it returns the result of
        `archpip.wheels.compare_siblings` for them. `needs_answers` is for callers whose answer has
        to be reproducible: a sibling that cannot be fetched now is then an error.
        """
        self._releases = releases
        self._inspect = inspect
        self._compare = compare
        self._needs_answers = needs_answers

    def extend(
        self,
        verdict: Verdict,
        *,
        link: Link,
        inspection: Inspection,
        target: Target,
        policy: Policy,
    ) -> Verdict:
        """Return the verdict, with findings if the wheel lacks symbols that its sibling has.

        A sibling that is missing, or cannot be read, changes nothing: it is optional. A wheel that
        is already wrong is not compared.

        Raises:
            IndexAccessError: The sibling cannot be fetched now, and answers are needed.
        """
        try:
            sibling = self.find(verdict, link=link, inspection=inspection, target=target)
            if sibling is None:
                return verdict
            findings = self._judge(link, sibling, inspection, target)
        except (BinaryFormatError, WheelError):
            return verdict
        except IndexAccessError as error:
            if self._needs_answers and not _is_gone(error):
                raise
            return verdict
        return add_findings(verdict, findings, filename=link.filename, policy=policy)

    def find(
        self, verdict: Verdict, *, link: Link, inspection: Inspection, target: Target
    ) -> Link | None:
        """Return the sibling that `extend` would compare; `None` if the verdict needs none.

        Raises:
            IndexAccessError: The project's page cannot be fetched.
        """
        if not _may_be_hollow(verdict, inspection, target):
            return None
        return self._find(link, inspection.size_bytes)

    def _find(self, link: Link, size_bytes: int) -> Link | None:
        if not may_have_sibling(link.filename):
            return None  # No need to read the index.
        try:
            name, version, _, _ = parse_wheel_filename(link.filename)
        except InvalidWheelFilename:
            return None
        return find_larger_sibling(link, size_bytes, self._releases(name).get(version, ()))

    def _judge(
        self, link: Link, sibling: Link, inspection: Inspection, target: Target
    ) -> tuple[Finding, ...]:
        theirs = self._inspect(sibling)
        suspects = find_suspects(inspection, theirs) if theirs else ()
        if not suspects:
            return ()
        unbound = self._compare(link, sibling, suspects)
        return judge_against_sibling(inspection, target, unbound, sibling=sibling.filename)


def may_have_sibling(filename: str) -> bool:
    """Return whether a file name is of a thin macOS wheel."""
    start = filename.removesuffix(".whl").removesuffix("arm64").removesuffix("x86_64")
    both = (f"{start}arm64.whl", f"{start}x86_64.whl")
    return find_sibling(filename, both) is not None


def find_larger_sibling(
    link: Link, size_bytes: int | None, version_links: Iterable[Link]
) -> Link | None:
    """Return, of a version's links, the thin wheel for macOS' other architecture.

    Returns `None` if both sizes are known and not much can be missing.
    """
    by_name = {one.filename: one for one in version_links}
    name = find_sibling(link.filename, by_name)
    if name is None:
        return None
    sibling = by_name[name]
    larger = (
        size_bytes is None
        or sibling.size_bytes is None
        or is_much_smaller(size_bytes, sibling.size_bytes)
    )
    return sibling if larger else None


def _is_gone(error: IndexAccessError) -> bool:
    """Return whether a server has no such file: pages may list files that are gone for good."""
    return isinstance(error, IndexUnavailableError) and error.status in GONE


def _may_be_hollow(verdict: Verdict, inspection: Inspection, target: Target) -> bool:
    return (
        target.operating_system is OperatingSystem.MACOS
        and verdict.status is not Status.WRONG
        and bool(inspection.binaries)
    )
