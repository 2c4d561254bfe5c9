"""Checking a lockfile offline: does it still say what is asked, and does its evidence hold?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.pylock import Package, Pylock
from packaging.utils import NormalizedName

from archpip.architecture import Libc
from archpip.locking.evidence import Evidence
from archpip.locking.files import read_evidence, read_target
from archpip.resolution import RequestedRequirement
from archpip.targets import Target, marker_environments
from archpip.verdicts import Policy, Status
from archpip.wheels import READER_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One way in which a lockfile is not what it should be."""

    subject: str
    """The project, or the lockfile itself."""
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


def check_lockfile(
    pylock: Pylock,
    *,
    path: Path,
    policy: Policy,
    requirements: Iterable[RequestedRequirement] = (),
    constraints: Iterable[RequestedRequirement] = (),
    target: Target | None = None,
) -> tuple[Discrepancy, ...]:
    """Re-judge a lockfile from its evidence, without a network.

    Args:
        pylock: As `read_lockfile` returned it.
        path: Where it lies, for messages.
        policy: What verdicts are refused today.
        requirements: What is asked for; nothing is compared where empty.
        constraints: Bounds that the pins must keep.
        target: What it should be locked for; the file's own target where `None`.

    Returns:
        Everything found, in the file's order; empty where the lockfile stands.

    Raises:
        InvalidLockfileError: Its evidence is damaged.
    """
    locked_for = read_target(pylock, path=path)
    if locked_for is None:
        return (Discrepancy(subject=path.name, message="it holds no evidence of archpip's"),)
    checker = _Checker(
        packages={package.name: package for package in pylock.packages},
        path=path,
        policy=policy,
        target=locked_for,
    )
    found = list(checker.check_target(target))
    found += checker.check_requirements(requirements)
    found += checker.check_constraints(constraints)
    found += checker.check_packages()
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checker:
    packages: Mapping[NormalizedName, Package]
    path: Path
    policy: Policy
    target: Target

    def check_target(self, wanted: Target | None) -> Iterable[Discrepancy]:
        if wanted is not None and wanted != self.target:
            asked = f"{wanted.name}, {wanted.floor_name}, {wanted.python.display_name}"
            mine = (
                f"{self.target.name}, {self.target.floor_name}, {self.target.python.display_name}"
            )
            yield Discrepancy(
                subject=self.path.name, message=f"it is locked for {mine}, not for {asked}"
            )

    def check_requirements(
        self, requirements: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """Every requirement that the target needs is pinned at a version that it allows."""
        for requirement in requirements:
            if requirement.name is None or not self._applies(requirement):
                continue
            package = self.packages.get(requirement.name)
            if package is None:
                message = f"{requirement.text} is asked for ({requirement.origin}) and not locked"
                yield Discrepancy(subject=requirement.name, message=message)
            else:
                yield from self._bounds(package, requirement)

    def check_constraints(
        self, constraints: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        for constraint in constraints:
            package = self.packages.get(constraint.name) if constraint.name else None
            if package is not None and self._applies(constraint):
                yield from self._bounds(package, constraint)

    def check_packages(self) -> Iterable[Discrepancy]:
        """Every package is there with what it depends on, and its evidence is good today."""
        for package in self.packages.values():
            for dependency in package.dependencies or ():
                if dependency.get("name") not in self.packages:
                    message = f"it depends on {dependency.get('name')}, which is not locked"
                    yield Discrepancy(subject=package.name, message=message)
            evidence = read_evidence(package, path=self.path) or Evidence(verdict=None)
            for message in self._judge(package, evidence):
                yield Discrepancy(subject=package.name, message=message)

    def _applies(self, requirement: RequestedRequirement) -> bool:
        marker = requirement.marker
        return marker is None or any(
            marker.evaluate({**environment, "extra": ""})
            for environment in marker_environments(self.target)
        )

    def _bounds(self, package: Package, bound: RequestedRequirement) -> Iterable[Discrepancy]:
        version = package.version
        if version is not None and not bound.specifier.contains(version, prereleases=True):
            message = f"{version} is locked, and {bound.origin} wants {bound.text}"
            yield Discrepancy(subject=package.name, message=message)

    def _judge(self, package: Package, evidence: Evidence) -> Iterable[str]:
        """Say what speaks against a package's wheel today."""
        if not package.wheels:
            return
        if evidence.reader_version is None or evidence.verdict is None:
            yield "its wheel was never opened"
            return
        if evidence.reader_version != READER_VERSION:
            yield (
                f"its wheel was read by reader {evidence.reader_version}; "
                f"this archpip has reader {READER_VERSION}"
            )
        if self.policy.refuses_status(evidence.verdict):
            codes = ", ".join(evidence.findings)
            yield f"its wheel is {evidence.verdict}{f' ({codes})' if codes else ''}"
        yield from self._floors(evidence)
        if evidence.slices and evidence.verdict is Status.OK:
            missing = {a.value for a in self.target.architectures} - set(evidence.slices)
            if missing and "arm64ec" not in evidence.slices:
                yield f"its binaries have no slice for {', '.join(sorted(missing))}"

    def _floors(self, evidence: Evidence) -> Iterable[str]:
        """Say whether the binaries need a newer system than the target promises."""
        needed, label = evidence.minimum_macos, self.target.operating_system.value
        if self.target.libc is not None:
            needed = evidence.minimum_glibc if self.target.libc is Libc.GLIBC else None
            label = self.target.libc.value
        if needed and tuple(int(part) for part in needed.split(".")) > self.target.floor:
            yield f"its binaries need {label} {needed}, the target has {self.target.floor_name}"
