"""A binary's content in words, for messages and reports."""

from archpip.architecture import OperatingSystem, spelled
from archpip.binaries import Binary, BinaryFormat, Platform
from archpip.wheels import BinaryMember

_PLATFORM_NAMES = {
    Platform.MACOS: "macOS",
    Platform.IOS: "iOS",
    Platform.IOS_SIMULATOR: "the iOS simulator",
    Platform.MAC_CATALYST: "Mac Catalyst",
    Platform.TVOS: "tvOS",
    Platform.WATCHOS: "watchOS",
    Platform.VISIONOS: "visionOS",
    Platform.DRIVERKIT: "DriverKit",
    Platform.OTHER_APPLE: "another of Apple's systems",
    Platform.LINUX: "Linux",
    Platform.ANDROID: "Android",
    Platform.FREEBSD: "FreeBSD",
    Platform.OTHER_UNIX: "another Unix",
    Platform.WINDOWS: "Windows",
    Platform.EFI: "EFI",
}
_SPELLING_SYSTEMS = {
    BinaryFormat.MACHO: OperatingSystem.MACOS,
    BinaryFormat.ELF: OperatingSystem.LINUX,
    BinaryFormat.PE: OperatingSystem.WINDOWS,
}


def name_slices(binary: Binary) -> tuple[str, ...]:
    """Return the architecture of each slice in its own system's spelling, no repeats."""
    system = _SPELLING_SYSTEMS.get(binary.format)
    names = (
        f"machine {one.machine}"
        if one.architecture is None
        else one.subtype or (spelled(one.architecture, system) if system else one.architecture)
        for one in binary.slices
    )
    return tuple(dict.fromkeys(names))


def describe(member: BinaryMember) -> str:
    """Describe a binary's content in its system's spelling: `aarch64 code for Linux`."""
    binary = member.binary
    if binary.format not in _SPELLING_SYSTEMS:
        return f"a file of format {binary.format}"
    names = " and ".join(name_slices(binary))
    platform = next((one.platform for one in binary.slices if one.platform), None)
    system = _SPELLING_SYSTEMS[binary.format].display_name
    return f"{names} code for {_PLATFORM_NAMES[platform] if platform else system}"
