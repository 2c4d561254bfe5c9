"""The target: the machine that archpip resolves for."""

from msgspec import Struct
from msgspec.structs import replace

from archpip.architecture import Architecture, Libc, OperatingSystem, spelled

FIRST_ARM64_MACOS = (11, 0)
"""The first macOS for Apple silicon, whatever a universal2 wheel or target says for both."""


class PythonTarget(Struct, frozen=True, kw_only=True):
    """The interpreter of a target."""

    implementation: str = "cpython"
    """`cpython` or `pypy`, as `sys.implementation.name` writes it."""
    version: tuple[int, int, int]
    patch_known: bool = True
    """False if only the feature version was given, `3.9`: any patch may be meant. `version` is then
    the first, which markers and orderings (`>=3.9.2`) are compared with."""
    free_threaded: bool = False
    implementation_version: tuple[int, int, int] | None = None
    """If it differs from the language's version: PyPy's own, (7, 3, 17)."""
    prerelease: str = ""
    """The suffix of the version of an interpreter that is not final: `a1`, `b2`, `rc1`, `+`."""

    @property
    def nodot(self) -> str:
        """The feature version as tags write it: `39`, `310`."""
        return f"{self.version[0]}{self.version[1]}"

    @property
    def short_version(self) -> str:
        """The feature version as `python_version` writes it: `3.10`."""
        return f"{self.version[0]}.{self.version[1]}"

    @property
    def argument(self) -> str:
        """The feature version as `--python-version` accepts it: `3.10`, `3.13t`, `pypy3.10`."""
        name = "pypy" if self.implementation == "pypy" else ""
        return f"{name}{self.short_version}{'t' if self.free_threaded else ''}"

    @property
    def full_version(self) -> str:
        """The whole version as `python_full_version` writes it: `3.10.4`, `3.15.0b1`."""
        return ".".join(map(str, self.version)) + self.prerelease

    @property
    def stated_version(self) -> str:
        """The version as far as it is known: `3.10.4`, or `3.10` if no patch was given."""
        return self.full_version if self.patch_known else self.short_version

    @property
    def tag(self) -> str:
        """The interpreter's tag: `cp310`, `pp310`."""
        return ("pp" if self.implementation == "pypy" else "cp") + self.nodot

    @property
    def display_name(self) -> str:
        """The interpreter for people: `CPython 3.13.2, free-threaded`."""
        name = "PyPy" if self.implementation == "pypy" else "CPython"
        return f"{name} {self.stated_version}" + (", free-threaded" if self.free_threaded else "")


class Target(Struct, frozen=True, kw_only=True):
    """One machine and its Python. Two equal targets accept exactly the same wheels."""

    operating_system: OperatingSystem
    architectures: tuple[Architecture, ...]
    """Sorted, no repeats; several only for macOS universal2, where every one must be served."""
    libc: Libc | None = None
    """Set for Linux only."""
    floor: tuple[int, int]
    """The oldest system that must be served: macOS or iOS version, glibc or musl version,
    (Android API level, 0), or (Windows major, minor)."""
    simulator: bool = False
    """iOS only."""
    python: PythonTarget
    platform_release: str = ""
    """`platform.release()` of a known machine; empty for a machine that is only named."""
    platform_version: str = ""
    """`platform.version()` of a known machine; empty for a machine that is only named."""

    @property
    def is_universal(self) -> bool:
        """Whether more than one architecture must be served at once (macOS universal2)."""
        return len(self.architectures) > 1

    @property
    def machines(self) -> tuple["Target", ...]:
        """One target for each architecture that must be served, in their order.

        The oldest macOS for arm64 is 11.0, whatever a universal2 target says for both.
        """
        if not self.is_universal:
            return (self,)
        return tuple(
            replace(
                self,
                architectures=(each,),
                floor=max(self.floor, FIRST_ARM64_MACOS)
                if each is Architecture.ARM64
                else self.floor,
            )
            for each in self.architectures
        )

    @property
    def architecture_name(self) -> str:
        """The architecture as the target's system spells it, or `universal2`."""
        if self.is_universal:
            return "universal2"
        return spelled(self.architectures[0], self.operating_system)

    @property
    def name(self) -> str:
        """A name that `parse_target` accepts: `macos-arm64`, `linux-x86_64-musl`.

        It contains no dot, so that it can be part of `pylock.<name>.toml` (PEP 751). Floor and
        Python are not part of it.
        """
        suffix = "-musl" if self.libc is Libc.MUSL else "-simulator" if self.simulator else ""
        return f"{self.operating_system}-{self.architecture_name}{suffix}"

    @property
    def floor_name(self) -> str:
        """The floor for people: `macOS 13.0`, `glibc 2.28`, `Android API level 24`."""
        if self.operating_system is OperatingSystem.ANDROID:
            return f"Android API level {self.floor[0]}"
        subject = self.libc.value if self.libc else self.operating_system.display_name
        return f"{subject} {self.floor[0]}.{self.floor[1]}"

    def differences(self, machine: "Target") -> tuple[str, ...]:
        """Return the reasons why files for this target might not run on `machine`.

        One phrase for each reason; empty if everything runs: same system, libc, interpreter and
        ABI, every architecture served, and a machine no older than the floor.
        A `machine` is a target that describes one real interpreter (`detect_host`).
        """
        pairs = (
            ("system", self.operating_system, machine.operating_system),
            ("C library", self.libc, machine.libc),
            ("simulator", self.simulator, machine.simulator),
            ("Python", self.python.short_version, machine.python.short_version),
            ("implementation", self.python.implementation, machine.python.implementation),
            ("free-threading", self.python.free_threaded, machine.python.free_threaded),
        )
        found = [f"{what} {mine}, not {theirs}" for what, mine, theirs in pairs if mine != theirs]
        if not set(machine.architectures) <= set(self.architectures):
            found.append(f"architecture {self.architecture_name}, not {machine.architecture_name}")
        if not found and self.floor > machine.floor:
            found.append(f"needs {self.floor_name}, the machine has {machine.floor_name}")
        return tuple(found)
