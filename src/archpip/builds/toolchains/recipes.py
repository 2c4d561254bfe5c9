"""Which Debian packages make a toolchain: pure tables, and one function over them."""

from msgspec import Struct

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.builds.errors import ToolchainFailedError
from archpip.targets import Target


class DebianRelease(Struct, frozen=True, kw_only=True):
    """One of Debian's releases."""

    name: str
    glibc: tuple[int, int]
    suites: tuple[str, ...]


# Debian has one Python in each release, so the target's Python chooses the release.
_RELEASES = {
    (3, 9): DebianRelease(name="bullseye", glibc=(2, 31), suites=("bullseye",)),
    (3, 11): DebianRelease(name="bookworm", glibc=(2, 36), suites=("bookworm", "bookworm-updates")),
    (3, 13): DebianRelease(name="trixie", glibc=(2, 41), suites=("trixie", "trixie-updates")),
}


class _Port(Struct, frozen=True, kw_only=True):
    debian: str
    """Debian's name of the architecture."""
    triple: str
    """The prefix of the cross compiler's programs."""
    qemu: str
    multiarch: str
    """The folder under `usr/lib`."""


_PORTS = {
    Architecture.X86_64: _Port(
        debian="amd64", triple="x86_64-linux-gnu", qemu="x86_64", multiarch="x86_64-linux-gnu"
    ),
    Architecture.ARM64: _Port(
        debian="arm64", triple="aarch64-linux-gnu", qemu="aarch64", multiarch="aarch64-linux-gnu"
    ),
    Architecture.I686: _Port(
        debian="i386", triple="i686-linux-gnu", qemu="i386", multiarch="i386-linux-gnu"
    ),
    Architecture.ARMV7L: _Port(
        debian="armhf", triple="arm-linux-gnueabihf", qemu="arm", multiarch="arm-linux-gnueabihf"
    ),
    Architecture.PPC64LE: _Port(
        debian="ppc64el",
        triple="powerpc64le-linux-gnu",
        qemu="ppc64le",
        multiarch="powerpc64le-linux-gnu",
    ),
    Architecture.S390X: _Port(
        debian="s390x", triple="s390x-linux-gnu", qemu="s390x", multiarch="s390x-linux-gnu"
    ),
    Architecture.RISCV64: _Port(
        debian="riscv64", triple="riscv64-linux-gnu", qemu="riscv64", multiarch="riscv64-linux-gnu"
    ),
}

# What sdists of popular projects are linked with beside the C library.
_TARGET_PACKAGES = (
    "libc6-dev",
    "libstdc++6",
    "libssl-dev",
    "zlib1g-dev",
    "libffi-dev",
    "uuid-dev",
)


class DebianRecipe(Struct, frozen=True, kw_only=True):
    """The packages of one toolchain, and where things lie once they are unpacked."""

    name: str
    """The target's name."""
    operating_system: OperatingSystem
    architecture: Architecture
    libc: Libc
    python: tuple[int, int]
    release: DebianRelease
    """Of the sysroot."""
    host_release: DebianRelease
    """Of the compiler and the emulator, which run on this machine's C library."""
    host_architecture: str
    target_architecture: str
    host_packages: tuple[str, ...]
    target_packages: tuple[str, ...]
    triple: str
    multiarch: str
    host_libraries: tuple[str, ...]
    """Where the compiler's own libraries lie, in the folder of host packages."""
    emulator: str

    def unpacks(self, package: str, architecture: str, *, into_sysroot: bool) -> bool:
        """Whether a package that apt brought along is wanted.

        apt thinks of whole systems. The sysroot takes the target's packages only; the compiler
        runs on this machine's C library, and takes the sysroot's instead of the one that Debian's
        cross compiler depends on, whose linker scripts name absolute paths.
        """
        if into_sysroot:
            return architecture in {self.target_architecture, "all"}
        foreign_libc = package.startswith(("libc6", "linux-libc-dev")) or package == "libc-bin"
        return architecture in {self.host_architecture, "all"} and not foreign_libc


def debian_recipe(
    target: Target, host: Target, *, more_packages: tuple[str, ...] = ()
) -> DebianRecipe:
    """Say which packages make a toolchain for a target on a Linux host.

    Args:
        target: What it makes code for: Linux with glibc.
        host: The machine that it runs on.
        more_packages: More of Debian's packages for the sysroot, such as `libpq-dev`.

    Raises:
        ToolchainFailedError: Debian has no such architecture, or no such Python.
    """
    python = (target.python.version[0], target.python.version[1])
    port, host_port = _PORTS.get(target.architectures[0]), _PORTS.get(host.architectures[0])
    release = _RELEASES.get(python)
    if target.libc is not Libc.GLIBC or target.is_universal or port is None:
        raise ToolchainFailedError(name=target.name, reason="Debian is not made for it")
    if host.operating_system is not OperatingSystem.LINUX or host_port is None:
        reason = f"Debian's cross compilers run on Linux, not on {host.name}"
        raise ToolchainFailedError(name=target.name, reason=reason)
    if release is None:
        versions = ", ".join(f"{major}.{minor}" for major, minor in _RELEASES)
        reason = (
            f"Debian has Python {versions}, not {target.python.short_version}; "
            "a sysroot that has it can be named in the settings"
        )
        raise ToolchainFailedError(name=target.name, reason=reason)
    short = f"python{python[0]}.{python[1]}"
    pythons = (f"{short}-minimal", f"lib{short}-stdlib", f"lib{short}-dev")
    wanted = (*pythons, *_TARGET_PACKAGES, *more_packages)
    return DebianRecipe(
        name=target.name,
        operating_system=target.operating_system,
        architecture=target.architectures[0],
        libc=Libc.GLIBC,
        python=python,
        release=release,
        host_release=_host_release(release, host),
        host_architecture=host_port.debian,
        target_architecture=port.debian,
        host_packages=(f"g++-{port.triple.replace('_', '-')}", "qemu-user"),
        target_packages=tuple(f"{package}:{port.debian}" for package in wanted),
        triple=port.triple,
        multiarch=port.multiarch,
        host_libraries=(f"usr/lib/{host_port.multiarch}", f"lib/{host_port.multiarch}"),
        emulator=f"qemu-{port.qemu}",
    )


def _host_release(release: DebianRelease, host: Target) -> DebianRelease:
    """Choose the compiler's release: the sysroot's, or the newest that this machine can run."""
    if host.libc is not Libc.GLIBC or release.glibc <= host.floor:
        return release
    runnable = [known for known in _RELEASES.values() if known.glibc <= host.floor]
    return max(runnable, key=lambda known: known.glibc, default=release)
