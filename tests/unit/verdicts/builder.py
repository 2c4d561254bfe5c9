"""A small builder of inspections: each test says only what matters to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import (
    Binary,
    BinaryFormat,
    BinaryKind,
    Depth,
    NeededLibrary,
    Platform,
    Slice,
    UnboundSymbols,
)
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Status, judge
from archpip.wheels import BinaryMember, Inspection, Problem

_FLOORS = {
    OperatingSystem.MACOS: (13, 0),
    OperatingSystem.LINUX: (2, 28),
    OperatingSystem.WINDOWS: (10, 0),
    OperatingSystem.ANDROID: (24, 0),
    OperatingSystem.IOS: (13, 0),
}
_SYSTEMS = {
    "macos": (BinaryFormat.MACHO, Platform.MACOS),
    "ios": (BinaryFormat.MACHO, Platform.IOS),
    "linux": (BinaryFormat.ELF, None),
    "windows": (BinaryFormat.PE, Platform.WINDOWS),
}


@dataclass(frozen=True, kw_only=True)
class World:
    """Makes values for one test."""

    python: tuple[int, int, int] = (3, 11, 0)

    def target(
        self,
        system: str,
        *architectures: str,
        floor: tuple[int, int] | None = None,
        libc: Libc | None = None,
        python: tuple[int, int, int] | None = None,
        free_threaded: bool = False,
    ) -> Target:
        """Return a target for `macos`, `linux`, `windows`, … and architectures by their values."""
        operating_system = OperatingSystem(system)
        if operating_system is OperatingSystem.LINUX:
            libc = libc or Libc.GLIBC
        return Target(
            operating_system=operating_system,
            architectures=tuple(sorted(map(Architecture, architectures))),
            libc=libc,
            floor=floor or _FLOORS[operating_system],
            python=PythonTarget(version=python or self.python, free_threaded=free_threaded),
        )

    def slice(
        self,
        architecture: str | None,
        *,
        needed: Iterable[str] = (),
        weak: Iterable[str] = (),
        run_paths: Iterable[str] = (),
        kind: BinaryKind = BinaryKind.LIBRARY,
        platform: Platform | None = None,
        unbound: UnboundSymbols | None = None,
        minimum_os: tuple[int, int, int] | None = None,
        managed: bool = False,
        subtype: str = "",
        interpreter: str | None = None,
        install_name: str | None = None,
    ) -> Slice:
        """Return a slice; `None` as architecture is a machine number in no table."""
        links = [NeededLibrary(name=name) for name in needed]
        links += [NeededLibrary(name=name, weak=True) for name in weak]
        return Slice(
            architecture=Architecture(architecture) if architecture else None,
            machine=architecture or "e_machine 0",
            subtype=subtype,
            kind=kind,
            bits=64,
            platform=platform,
            minimum_os=minimum_os,
            needed=tuple(links),
            run_paths=tuple(run_paths),
            interpreter=interpreter,
            install_name=install_name,
            managed=managed,
            unbound=unbound,
            depth=Depth.SYMBOLS,
        )

    def member(
        self, path: str, system: str, *slices: Slice | str, executable_bit: bool = False
    ) -> BinaryMember:
        """Return a binary of a system's format with these slices."""
        binary_format, platform = _SYSTEMS[system]
        made = [
            one if isinstance(one, Slice) else self.slice(one, platform=platform) for one in slices
        ]
        return BinaryMember(
            path=path,
            executable_bit=executable_bit,
            size_bytes=1000,
            binary=Binary(format=binary_format, fat=len(made) > 1, slices=tuple(made)),
        )

    def program(self, path: str, system: str, *architectures: str) -> BinaryMember:
        """Return an executable."""
        platform = _SYSTEMS[system][1]
        slices = [
            self.slice(one, kind=BinaryKind.EXECUTABLE, platform=platform) for one in architectures
        ]
        return self.member(path, system, *slices, executable_bit=True)

    def wheel(
        self,
        *members: BinaryMember,
        tags: Iterable[str] = ("cp311-cp311-macosx_11_0_universal2",),
        declared: Iterable[str] | None = None,
        filename: str = "project-1.0-cp311-cp311-macosx_11_0_universal2.whl",
        import_roots: Iterable[str] = (),
        demanded: Iterable[str] = (),
        fallbacks: Iterable[str] = (),
        guarded: Iterable[str] = (),
        spared: Iterable[str] = (),
        path_folders: Iterable[str] = (),
        problems: Iterable[Problem] = (),
    ) -> Inspection:
        """Return an inspection that holds these binaries."""
        named = tuple(tags)
        return Inspection(
            filename=filename,
            sha256=None,
            size_bytes=10_000,
            tags=named,
            declared_tags=named if declared is None else tuple(declared),
            root_is_purelib=False,
            binaries=members,
            import_roots=tuple(import_roots),
            demanded=tuple(demanded),
            fallbacks=tuple(fallbacks),
            guarded=tuple(guarded),
            spared=tuple(spared),
            path_folders=tuple(path_folders),
            problems=tuple(problems),
        )

    def any_wheel(
        self,
        *members: BinaryMember,
        demanded: Iterable[str] = (),
        guarded: Iterable[str] = (),
        spared: Iterable[str] = (),
    ) -> Inspection:
        """Return an inspection of a wheel for any platform."""
        return self.wheel(
            *members,
            tags=["py3-none-any"],
            filename="project-1.0-py3-none-any.whl",
            demanded=demanded,
            guarded=guarded,
            spared=spared,
        )

    def findings(self, inspection: Inspection, target: Target) -> dict[str, Status]:
        """Return the worst severity of each code that a judgement yields."""
        found: dict[str, Status] = {}
        for finding in judge(inspection, target).findings:
            found.setdefault(finding.code, finding.severity)
        return found
