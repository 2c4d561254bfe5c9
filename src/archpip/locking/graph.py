"""The dependency graph of a lockfile, with the evidence of each package. Judges nothing."""

from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from packaging.pylock import Package, Pylock
from packaging.utils import NormalizedName

from archpip.locking.evidence import Evidence
from archpip.locking.files import read_evidence, read_locked_question, read_target
from archpip.locking.texts import dependencies_of, project_of


class LockedProject(Struct, frozen=True, kw_only=True):
    """One package of a lockfile."""

    name: NormalizedName
    version: str | None
    """`None` for sources whose version may change."""
    taken_from: str
    """The file's name, or the location of a folder or repository."""
    dependencies: tuple[NormalizedName, ...]
    """Sorted, as in the lockfile."""
    evidence: Evidence | None
    """`None` if another tool wrote the lockfile."""

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}" if self.version else str(self.name)


class LockGraph(Struct, frozen=True, kw_only=True):
    """All packages of a lockfile, and the requirements it was locked for."""

    path: Path
    target: str | None
    """Its target's name, if archpip wrote it."""
    projects: Mapping[NormalizedName, LockedProject]
    """By name, sorted."""
    asked: tuple[str, ...]
    """The requirements that were locked, as written."""

    @property
    def roots(self) -> tuple[NormalizedName, ...]:
        """The required projects; if that is not recorded, those without dependents."""
        projects = self.projects.values()
        requested = tuple(p.name for p in projects if p.evidence and p.evidence.requested)
        if requested:
            return requested
        needed = {name for each in projects for name in each.dependencies}
        return tuple(name for name in self.projects if name not in needed)

    def chains(self, name: NormalizedName) -> Iterator[tuple[NormalizedName, ...]]:
        """Yield the shortest path to a project from each root that reaches it, root first."""
        for root in self.roots:
            chain = self._shortest(root, name)
            if chain is not None:
                yield chain

    def dependents(self, name: NormalizedName) -> tuple[NormalizedName, ...]:
        """Return the projects that depend on a project, sorted."""
        return tuple(other for other, each in self.projects.items() if name in each.dependencies)

    def asked_of(self, name: NormalizedName) -> tuple[str, ...]:
        """Return the requirements that name a project."""
        return tuple(text for text in self.asked if project_of(text) == name)

    def _shortest(
        self, start: NormalizedName, goal: NormalizedName
    ) -> tuple[NormalizedName, ...] | None:
        waiting: deque[tuple[NormalizedName, ...]] = deque([(start,)])
        seen = {start}
        while waiting:
            chain = waiting.popleft()
            if chain[-1] == goal:
                return chain
            for name in self.projects[chain[-1]].dependencies:
                if name not in seen:
                    seen.add(name)
                    waiting.append((*chain, name))
        return None


def read_graph(pylock: Pylock, *, path: Path) -> LockGraph:
    """Return a lockfile's graph.

    Raises:
        InvalidLockfileError: Its evidence or its question is malformed.
    """
    target = read_target(pylock, path=path)
    names = {package.name for package in pylock.packages}
    projects = {
        package.name: LockedProject(
            name=package.name,
            version=str(package.version) if package.version is not None else None,
            taken_from=_taken_from(package),
            dependencies=tuple(sorted(dependencies_of(package) & names)),
            evidence=read_evidence(package, path=path),
        )
        for package in sorted(pylock.packages, key=lambda package: package.name)
    }
    return LockGraph(
        path=path,
        target=target.name if target else None,
        projects=projects,
        asked=read_locked_question(pylock, path=path).requirements,
    )


def _taken_from(package: Package) -> str:
    if package.wheels:
        return ", ".join(wheel.filename for wheel in package.wheels)
    if package.sdist:
        return package.sdist.filename
    for source in (package.directory, package.archive, package.vcs):
        if source is not None:
            return getattr(source, "url", None) or source.path or ""
    return ""
