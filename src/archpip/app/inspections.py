"""Opening wheels, wherever they lie, and judging them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from archpip.app.parts import Parts
from archpip.index import (
    Link,
    path_of,
)
from archpip.reports.inspection import WheelReport
from archpip.reports.matrix import Cell, Matrix
from archpip.resolution import (
    SiblingComparison,
    adapt_python,
    find_links,
)
from archpip.targets import Target
from archpip.verdicts import Policy, judge
from archpip.wheelhouses import rank_for_target
from archpip.wheels import RemoteWheel, WheelSource, inspect_wheel, open_wheel

_LOOK_UPS = 8
"""Wheels that are opened side by side: it is servers that are waited for."""


class Inspections(Parts):
    """What `archpip inspect` asks for, and an audit of a lockfile."""

    def inspect(self, subject: str, *, target: Target, policy: Policy) -> tuple[WheelReport, ...]:
        """Open the wheels that a path, URL, file name or requirement means, and judge each."""
        return tuple(
            self._report(link, target=target, policy=policy)
            for link in find_links(subject, world=self.world, target=target)
        )

    def matrix(
        self, subjects: Sequence[str], targets: Sequence[Target], *, policy: Policy
    ) -> Matrix:
        """Judge, of each subject, the wheel that each target takes first."""
        columns = [self._column(subject, targets, policy) for subject in subjects]
        return Matrix(
            subjects=tuple(subjects),
            targets=tuple(targets),
            cells=tuple(zip(*columns, strict=True)),
        )

    def _column(self, subject: str, targets: Sequence[Target], policy: Policy) -> tuple[Cell, ...]:
        """Open each wheel that any target takes, once, and judge it for those that do."""
        links = {link.filename: link for link in find_links(subject, world=self.world, target=None)}
        taken = [
            next(iter(rank_for_target(tuple(links), adapt_python(subject, target))), "")
            for target in targets
        ]
        wanted = list(dict.fromkeys(filter(None, taken)))
        with ThreadPoolExecutor(max_workers=_LOOK_UPS) as threads:
            opened = threads.map(
                lambda name: self._report(links[name], target=targets[0], policy=policy), wanted
            )
            inspections = {
                name: report.inspection for name, report in zip(wanted, opened, strict=True)
            }
        return tuple(
            Cell(
                wheel=name,
                verdict=judge(inspections[name], adapt_python(subject, target), policy)
                if name
                else None,
            )
            for name, target in zip(taken, targets, strict=True)
        )

    def _report(self, link: Link, *, target: Target, policy: Policy) -> WheelReport:
        wheel = self._open_wheel(link)
        try:
            inspection, cost = inspect_wheel(wheel, sha256=link.sha256)
        finally:
            wheel.close()
        if link.sha256:
            self.store.put_inspection(link.sha256, inspection)
        verdict = self._siblings.extend(
            judge(inspection, target, policy),
            link=link,
            inspection=inspection,
            target=target,
            policy=policy,
        )
        return WheelReport(inspection=inspection, verdict=verdict, cost=cost)

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
