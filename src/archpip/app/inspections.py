"""Open wheels from any source, and judge them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from archpip.app.parts import Parts
from archpip.binaries import Depth
from archpip.index import (
    Link,
    path_of,
)
from archpip.reports.inspection import WheelReport
from archpip.reports.matrix import Cell, Matrix
from archpip.resolution import (
    SiblingComparison,
    adapt_python,
    describe_misfit,
    find_wheels,
)
from archpip.targets import Target
from archpip.verdicts import Policy, Verdict, find_roles, judge
from archpip.wheelhouses import rank_for_target
from archpip.wheels import (
    Inspection,
    ReadingCost,
    RemoteWheel,
    WheelSource,
    inspect_wheel,
    open_wheel,
)

_LOOK_UPS = 32
"""Wheels opened at once: most of the time is spent waiting for servers."""


class Inspections(Parts):
    """The operations behind `archpip inspect` and the audit of a lockfile."""

    def inspect(self, subject: str, *, target: Target, policy: Policy) -> tuple[WheelReport, ...]:
        """Open the wheels that a path, URL, file name or requirement names, and judge each."""
        return tuple(
            self._report(link, target=target, policy=policy)
            for link in find_wheels(subject, world=self.world, target=target)
        )

    def matrix(
        self, subjects: Sequence[str], targets: Sequence[Target], *, policy: Policy
    ) -> Matrix:
        """Judge, for each subject and target, the wheel that the target prefers."""
        columns = [self._column(subject, targets, policy) for subject in subjects]
        return Matrix(
            subjects=tuple(subjects),
            targets=tuple(targets),
            cells=tuple(zip(*columns, strict=True)),
        )

    def _column(self, subject: str, targets: Sequence[Target], policy: Policy) -> tuple[Cell, ...]:
        """Open each wheel that any target prefers, once, and judge it for those targets."""
        links = {
            link.filename: link for link in find_wheels(subject, world=self.world, target=None)
        }
        taken = [
            next(iter(rank_for_target(tuple(links), adapt_python(subject, target))), "")
            for target in targets
        ]
        wanted = list(dict.fromkeys(filter(None, taken)))
        with ThreadPoolExecutor(max_workers=_LOOK_UPS) as threads:
            opened = threads.map(lambda name: self._inspect(links[name])[0], wanted)
            inspections = dict(zip(wanted, opened, strict=True))
        offered = tuple(links.values())
        cells = []
        for name, named in zip(taken, targets, strict=True):
            target = adapt_python(subject, named)
            if not name:
                cells.append(Cell(wheel="", reason=describe_misfit(offered, target)))
                continue
            verdict = self._judge(links[name], inspections[name], target=target, policy=policy)
            cells.append(Cell(wheel=name, verdict=verdict))
        return tuple(cells)

    def _report(self, link: Link, *, target: Target, policy: Policy) -> WheelReport:
        inspection, cost = self._inspect(link)
        admitted = rank_for_target((link.filename,), target)
        misfit = f"{target.python.display_name} with {target.floor_name} on {target.name}"
        return WheelReport(
            inspection=inspection,
            verdict=self._judge(link, inspection, target=target, policy=policy),
            cost=cost,
            roles=find_roles(inspection, target),
            misfit="" if admitted else misfit,
        )

    def _inspect(self, link: Link) -> tuple[Inspection, ReadingCost]:
        # A local file is read in full: glibc floors and the links of ELF and PE files lie behind
        # their headers; of a remote one that would mean a full download.
        depth = Depth.LINKS if link.url.startswith("file:") else Depth.HEADERS
        wheel = self._open_wheel(link)
        try:
            inspection, cost = inspect_wheel(wheel, sha256=link.sha256, depth=depth)
        finally:
            wheel.close()
        if link.sha256:
            self.store.put_inspection(link.sha256, inspection)
        return inspection, cost

    def _judge(
        self, link: Link, inspection: Inspection, *, target: Target, policy: Policy
    ) -> Verdict:
        """Judge a wheel by itself, and against a sibling if that is not enough."""
        return self._siblings.extend(
            judge(inspection, target, policy),
            link=link,
            inspection=inspection,
            target=target,
            policy=policy,
        )

    @cached_property
    def _siblings(self) -> SiblingComparison:
        return SiblingComparison(
            releases=self.world.releases,
            inspect=lambda link: self.world.wheel(link, inspect=True).inspection,
            compare=self.world.compare,
        )

    def _open_wheel(self, link: Link) -> WheelSource:
        if link.url.startswith("file:"):
            return open_wheel(path_of(link.url))
        return RemoteWheel(
            url=link.url,
            filename=link.filename,
            ranges=self.index.ranges,
            download=lambda _: self.download(link, self._temporary_folder()),
        )
