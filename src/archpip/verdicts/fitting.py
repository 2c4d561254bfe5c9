"""Whether code fits a machine: the only module that compares slices with targets."""

from enum import StrEnum

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import Binary, BinaryFormat, Platform, Slice
from archpip.targets import Target
from archpip.verdicts.system_libraries import is_glibc, is_musl

_FORMATS = {
    OperatingSystem.MACOS: BinaryFormat.MACHO,
    OperatingSystem.IOS: BinaryFormat.MACHO,
    OperatingSystem.LINUX: BinaryFormat.ELF,
    OperatingSystem.ANDROID: BinaryFormat.ELF,
    OperatingSystem.WINDOWS: BinaryFormat.PE,
}

# Which of a format's platforms a system loads. A slice without a platform is judged by its format:
# old Mach-O files have no version command, and most ELF files name no system.
_PLATFORMS = {
    OperatingSystem.MACOS: {None, Platform.MACOS, Platform.MAC_CATALYST},
    OperatingSystem.IOS: {None, Platform.IOS},
    OperatingSystem.LINUX: {None, Platform.LINUX, Platform.OTHER_UNIX},
    OperatingSystem.ANDROID: {None, Platform.ANDROID, Platform.LINUX},
    OperatingSystem.WINDOWS: {None, Platform.WINDOWS},
}

# arm64e processes are the system's own; an ordinary arm64 process cannot load their libraries.
# https://developer.apple.com/documentation/security/preparing-your-app-to-work-with-pointer-authentication
_UNLOADABLE_SUBTYPES = frozenset({"arm64e"})


class Fit(StrEnum):
    """How a binary fits one architecture of one system."""

    FITS = "fits"
    OTHER_ARCHITECTURE = "other-architecture"
    """The right format, but no slice that the architecture can run."""
    OTHER_SYSTEM = "other-system"


def is_native_format(binary: Binary, system: OperatingSystem) -> bool:
    """Return whether a system's loader reads this binary's format at all."""
    return binary.format is _FORMATS[system]


def find_slice(binary: Binary, target: Target, architecture: Architecture) -> Slice | None:
    """Return the slice that a process of this architecture would load, or `None`."""
    if not is_native_format(binary, target.operating_system):
        return None
    for candidate in binary.slices:
        if _runs(candidate, target, architecture) and _made_for(candidate, target):
            return candidate
    return None


def fit_of(binary: Binary, target: Target, architecture: Architecture) -> Fit:
    """Return how a binary fits one of the target's architectures."""
    if find_slice(binary, target, architecture) is not None:
        return Fit.FITS
    made_for_it = is_native_format(binary, target.operating_system) and any(
        _made_for(one, target) for one in binary.slices
    )
    return Fit.OTHER_ARCHITECTURE if made_for_it else Fit.OTHER_SYSTEM


def libc_of(one: Slice) -> Libc | None:
    """Return the C library that an ELF slice needs, or `None` if it does not say."""
    names = [needed.name for needed in one.needed]
    if one.interpreter:
        names.append(one.interpreter.rpartition("/")[2])
    # Version names prove nothing: GCC's libgcc_s has symbols of `GLIBC_2.0` on musl as well.
    names += [need.library for need in one.version_needs]
    if any(map(is_glibc, names)):
        return Libc.GLIBC
    return Libc.MUSL if any(map(is_musl, names)) else None


def _runs(one: Slice, target: Target, architecture: Architecture) -> bool:
    if one.managed:
        return True
    # Android's armeabi-v7a uses hardware floating point with armel's calling convention.
    # https://developer.android.com/ndk/guides/abis#v7a
    if target.operating_system is OperatingSystem.ANDROID and architecture is Architecture.ARMV7L:
        return one.architecture in {Architecture.ARMV7L, Architecture.ARMEL}
    return one.architecture is architecture and one.subtype not in _UNLOADABLE_SUBTYPES


def _made_for(one: Slice, target: Target) -> bool:
    if target.simulator:
        return one.platform in {None, Platform.IOS_SIMULATOR}
    return one.platform in _PLATFORMS[target.operating_system]
