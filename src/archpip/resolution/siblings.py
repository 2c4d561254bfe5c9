"""A thin macOS wheel, compared with the same version's wheel for the other architecture.

This finds hollow modules of projects that publish no fat wheels (`archpip.verdicts.siblings`). It
costs the head of one more wheel, and whole members of both where the heads differ suspiciously.
"""

from collections.abc import Callable, Sequence
from contextlib import closing

from packaging.utils import NormalizedName, canonicalize_name

from archpip.architecture import OperatingSystem
from archpip.errors import BinaryFormatError, IndexAccessError, WheelError
from archpip.index import Link
from archpip.targets import Target
from archpip.verdicts import (
    Finding,
    Policy,
    Status,
    Verdict,
    add_findings,
    find_suspects,
    judge_against_sibling,
)
from archpip.wheels import (
    Inspection,
    WheelSource,
    compare_siblings,
    find_sibling,
    inspect_wheel,
)


class SiblingComparison:
    """Adds to a verdict what the index's sibling of a wheel shows."""

    def __init__(
        self,
        *,
        links: Callable[[NormalizedName], Sequence[Link]],
        open_wheel: Callable[[Link], WheelSource],
    ) -> None:
        """Say where links of a project come from, and how one is opened."""
        self._links = links
        self._open_wheel = open_wheel

    def extend(
        self,
        verdict: Verdict,
        *,
        link: Link,
        inspection: Inspection,
        target: Target,
        policy: Policy,
    ) -> Verdict:
        """Return the verdict, with findings where the wheel lacks what its sibling has.

        A sibling that is not there, or cannot be read, says nothing: nobody promised one. A wheel
        that is wrong already is not looked at again.
        """
        if target.operating_system is not OperatingSystem.MACOS or verdict.status is Status.WRONG:
            return verdict
        try:
            sibling = self._find(link)
            if sibling is None:
                return verdict
            findings = self._judge(link, sibling, inspection, target)
        except (BinaryFormatError, IndexAccessError, WheelError):
            return verdict
        return add_findings(verdict, findings, filename=link.filename, policy=policy)

    def _find(self, link: Link) -> Link | None:
        if find_sibling(link.filename, _both_architectures(link.filename)) is None:
            return None  # Not a thin macOS wheel: no need to ask the index.
        links = self._links(canonicalize_name(link.filename.partition("-")[0]))
        by_name = {one.filename: one for one in links}
        name = find_sibling(link.filename, by_name)
        return by_name[name] if name else None

    def _judge(
        self, link: Link, sibling: Link, inspection: Inspection, target: Target
    ) -> tuple[Finding, ...]:
        with closing(self._open_wheel(sibling)) as other:
            theirs, _ = inspect_wheel(other, sha256=sibling.sha256)
            suspects = find_suspects(inspection, theirs)
            if not suspects:
                return ()
            with closing(self._open_wheel(link)) as own:
                unbound = compare_siblings(own, other, suspects)
        return judge_against_sibling(inspection, target, unbound, sibling=sibling.filename)


def _both_architectures(filename: str) -> tuple[str, str]:
    """Return the file name with either architecture at its end."""
    start = filename.removesuffix(".whl").removesuffix("arm64").removesuffix("x86_64")
    return f"{start}arm64.whl", f"{start}x86_64.whl"
