"""Opening wheels, and judging what is installed or about to be shipped."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path

from archpip.app.parts import Parts
from archpip.environments import (
    Audit,
    AuditedPart,
    InferredTarget,
    Runner,
    Shape,
    Trial,
    audit_locked,
    audit_tree,
    audit_wheels,
    check_modules,
    detect_shape,
    find_scope,
    infer_from_name,
    infer_target,
    open_tree,
    rank_for_target,
    read_locked,
)
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
from archpip.wheels import Inspection, RemoteWheel, WheelSource, inspect_wheel, open_wheel

_LOOK_UPS = 8
"""Wheels that are opened side by side: it is servers that are waited for."""


class Inspections(Parts):
    """What `archpip inspect`, `audit` and `check` ask for."""

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

    def audit(self, path: Path, *, target: Target | None, policy: Policy) -> Audit:
        """Judge what is installed at a path, or is about to be shipped.

        Args:
            path: Told by its content what it is.
            target: `None` to take what the files say that they are for.
            policy: Its overrides are applied.

        Raises:
            NothingToAuditError: Nothing that could be audited stands there.
        """
        shape = detect_shape(path)
        if shape in {Shape.WHEELS, Shape.LOCKFILE}:
            inferred = self._given(target) or infer_from_name(path, host=self._configuration.host)
            parts = self._audit_wheels(path, shape, inferred.target, policy)
        else:
            with closing(open_tree(path, shape)) as tree:
                inferred = self._given(target) or infer_target(
                    path, shape, tree, host=self._configuration.host
                )
                parts = audit_tree(tree, inferred.target, policy, scope=find_scope(tree))
        return Audit(
            path=str(path),
            shape=shape,
            target=inferred.target,
            target_origin=inferred.origin,
            parts=parts,
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

    @staticmethod
    def _given(target: Target | None) -> InferredTarget | None:
        return InferredTarget(target=target, origin="the command line") if target else None

    def _audit_wheels(
        self, path: Path, shape: Shape, target: Target, policy: Policy
    ) -> tuple[AuditedPart, ...]:
        if shape is Shape.WHEELS:
            return audit_wheels(path, target, policy)

        def look_up(subject: str) -> Inspection:
            return self.inspect(subject, target=target, policy=policy)[0].inspection

        return audit_locked(read_locked(path, target), target, policy, look_up=look_up)

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
        return SiblingComparison(links=self.index.project_links, open_wheel=self._open_wheel)

    def _open_wheel(self, link: Link) -> WheelSource:
        if link.url.startswith("file:"):
            return open_wheel(path_of(link.url))
        return RemoteWheel(
            url=link.url,
            filename=link.filename,
            ranges=self.index.ranges,
            download=lambda _: self.download(link, self._temporary_folder()),
        )

    def check(self, audit: Audit, runner: Runner) -> tuple[Trial, ...]:
        """Import every extension module of an audited environment; this runs its code."""
        return check_modules(audit, runner)
