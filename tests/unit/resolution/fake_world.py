"""A world in memory: projects, versions and files, and what is found when a file is opened."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace
from packaging.utils import (
    NormalizedName,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import UnboundSymbols
from archpip.index import Link, ProjectNotFoundError
from archpip.resolution import (
    Releases,
    RequestedRequirement,
    Resolution,
    ResolutionReporter,
    SourceFacts,
    SourceReference,
    WheelFacts,
    parse_requirement,
    resolve,
)
from archpip.resolution.metadata import parse_metadata
from archpip.targets import PythonTarget, Target
from archpip.wheels import Inspection

PATIENCE_SECONDS = 5
"""How long a test waits for what must come."""


def ignore(_metadata: bytes) -> None:
    """Do not care to hear early."""


@dataclass
class FakeWorld:
    """Implements `World` over dictionaries, and counts what it is asked."""

    projects: dict[NormalizedName, dict[Version, list[Link]]] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    inspections: dict[str, Inspection] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    """The sha256 of a file's bytes, where its page does not say it."""
    unbound: dict[str, UnboundSymbols] = field(default_factory=dict)
    """By path, what a module of a thin wheel lacks that its sibling's has."""
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        filename: str,
        *,
        requires: Iterable[str] = (),
        requires_python: str | None = None,
        extras: Iterable[str] = (),
        page_requires_python: str | None = None,
        yanked: str | None = None,
        metadata: str | None = None,
        sha256: str | None = None,
        static: bool = True,
    ) -> Link:
        """Offer one file, whose metadata says what is given here."""
        if filename.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(filename)
        else:
            name, version = parse_sdist_filename(filename)
        link = Link(
            url=f"https://files.example/{filename}",
            filename=filename,
            hashes=(("sha256", sha256 or f"{abs(hash(filename)):064x}"),),
            requires_python=page_requires_python,
            yanked=yanked,
            index_url="https://index.example/simple/",
        )
        releases = self.projects.setdefault(name, {})
        releases.setdefault(version, []).append(link)
        lines = [f"Metadata-Version: {'2.2' if static else '2.1'}", f"Name: {name}"]
        lines += [f"Version: {version}", *(f"Requires-Dist: {r}" for r in requires)]
        lines += [f"Provides-Extra: {extra}" for extra in extras]
        if requires_python:
            lines.append(f"Requires-Python: {requires_python}")
        self.metadata[link.url] = metadata or "\n".join(lines) + "\n\nText\n"
        return link

    def replace(self, link: Link, **changes: object) -> None:
        """Change what the page says of a file."""
        for links in self._shelves():
            if link in links:
                links[links.index(link)] = replace(link, **changes)

    def remove(self, filename: str) -> None:
        """Take a file off its page."""
        for links in self._shelves():
            links[:] = [link for link in links if link.filename != filename]

    def _shelves(self) -> Iterable[list[Link]]:
        return (links for releases in self.projects.values() for links in releases.values())

    def releases(self, name: NormalizedName) -> Releases:
        with self.lock:
            self.asked.append(name)
        if name in self.errors:
            raise self.errors[name]
        if name not in self.projects:
            raise ProjectNotFoundError(name=name, locations=("https://index.example/simple/",))
        return dict(sorted(self.projects[name].items(), reverse=True))

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        with self.lock:
            self.asked.append(link.filename)
        if link.filename in self.errors:
            raise self.errors[link.filename]
        metadata = self.metadata[link.url].encode()
        on_metadata(metadata)
        return WheelFacts(
            metadata=metadata,
            inspection=self.inspections.get(link.url, _empty(link)) if inspect else None,
            sha256=link.sha256 or self.computed.get(link.filename),
        )

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        with self.lock:
            self.asked += [link.filename, sibling.filename]
        return {path: self.unbound[path] for path in paths if path in self.unbound}

    def source(self, reference: SourceReference) -> SourceFacts:
        with self.lock:
            self.asked.append(reference.link.filename)
        if reference.link.filename in self.errors:
            raise self.errors[reference.link.filename]
        return SourceFacts(
            metadata=self.metadata[reference.link.url].encode(),
            sha256=reference.link.sha256 or self.computed.get(reference.link.filename),
        )

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        if parse_metadata(self.metadata[reference.link.url].encode()).is_static:
            return self.source(reference)
        return None


class PatientWorld(FakeWorld):
    """Holds one wheel back until another was asked for."""

    def __init__(self, held: str, *, until: str) -> None:
        super().__init__()
        self._held = held
        self._until = until
        self._asked = threading.Event()
        self.was_in_time = False

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        if link.filename == self._until:
            self._asked.set()
        if link.filename == self._held:
            self.was_in_time = self._asked.wait(PATIENCE_SECONDS)
        return super().wheel(link, inspect=inspect, on_metadata=on_metadata)


def _empty(link: Link) -> Inspection:
    return Inspection(
        filename=link.filename,
        sha256=link.sha256,
        size_bytes=1000,
        tags=(),
        declared_tags=(),
        root_is_purelib=True,
        binaries=(),
    )


def make_target(
    system: OperatingSystem = OperatingSystem.MACOS,
    *architectures: Architecture,
    python: tuple[int, int, int] = (3, 11, 4),
) -> Target:
    floors = {OperatingSystem.LINUX: (2, 28), OperatingSystem.WINDOWS: (10, 0)}
    return Target(
        operating_system=system,
        architectures=architectures or (Architecture.ARM64,),
        libc=Libc.GLIBC if system is OperatingSystem.LINUX else None,
        floor=floors.get(system, (13, 0)),
        python=PythonTarget(version=python),
    )


@dataclass
class Solver:
    """Resolves requirement strings in a world."""

    world: FakeWorld
    target: Target

    def __call__(
        self, *texts: str, constraints: Sequence[str] = (), **arguments: object
    ) -> Resolution:
        return self._run(wanted(*texts), constraints=wanted(*constraints), **arguments)

    def with_hashes(self, *pairs: tuple[str, str]) -> Resolution:
        """Resolve requirements that allow one sha256 each."""
        return self._run(
            tuple(
                parse_requirement(text, base=_NOWHERE, hashes=(("sha256", digest),))
                for text, digest in pairs
            )
        )

    def _run(self, requirements: Sequence[RequestedRequirement], **arguments: object) -> Resolution:
        given = {"target": self.target, "world": self.world, **arguments}
        return resolve(requirements, **given)  # type: ignore[arg-type]  # tests override any argument


_NOWHERE = Path("/nowhere")


def wanted(*texts: str) -> tuple[RequestedRequirement, ...]:
    return tuple(parse_requirement(text, base=_NOWHERE) for text in texts)


def files(resolution: Resolution) -> dict[str, str]:
    return {pin.name: pin.link.filename for pin in resolution.pins}


def versions(resolution: Resolution) -> dict[str, str]:
    return {pin.name: str(pin.version) for pin in resolution.pins}


def pins(solve: Solver, *asked: str, reporter: ResolutionReporter | None = None) -> dict[str, str]:
    """Return the version that each project gets."""
    return versions(solve(*asked, reporter=reporter or ResolutionReporter()))


def add_versions(
    world: FakeWorld, name: str, count: int, *, requires: str = "", only: int | None = None
) -> None:
    """Offer versions 1 to `count`; `{}` in what they require is their own number."""
    for number in range(1, count + 1):
        needed = [requires.format(number)] if requires and only in (None, number) else []
        world.add(f"{name}-{number}-py3-none-any.whl", requires=needed)
