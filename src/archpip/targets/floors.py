"""Floors, the oldest systems that a target must serve: the user's, and the defaults."""

import re

from msgspec import Struct

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets.errors import InvalidFloorError
from archpip.targets.model import Target

# What uv 0.13 assumes for --python-platform, so that both tools lock the same files:
# https://docs.astral.sh/uv/reference/cli/#uv-pip-compile--python-platform
_DEFAULTS: dict[OperatingSystem, tuple[int, int]] = {
    OperatingSystem.MACOS: (13, 0),
    OperatingSystem.LINUX: (2, 28),
    OperatingSystem.WINDOWS: (10, 0),
    OperatingSystem.ANDROID: (24, 0),
    OperatingSystem.IOS: (13, 0),
}
_DEFAULT_MUSL = (1, 2)

# No manylinux image below this glibc exists for the machine.
_DEFAULT_GLIBC_BY_ARCHITECTURE = {
    Architecture.RISCV64: (2, 39),
    Architecture.LOONGARCH64: (2, 36),
}


class Floors(Struct, frozen=True, kw_only=True):
    """The floors that the user gives; `None` if not given.

    Several targets may be parsed with one value: each uses the floor of its own system.
    """

    macos: tuple[int, int] | None = None
    glibc: tuple[int, int] | None = None
    musl: tuple[int, int] | None = None
    ios: tuple[int, int] | None = None
    android: tuple[int, int] | None = None
    """(API level, 0)."""

    def for_system(
        self, operating_system: OperatingSystem, libc: Libc | None
    ) -> tuple[int, int] | None:
        """Return the floor given for a system, or `None`."""
        match operating_system:
            case OperatingSystem.MACOS:
                return self.macos
            case OperatingSystem.LINUX:
                return self.musl if libc is Libc.MUSL else self.glibc
            case OperatingSystem.IOS:
                return self.ios
            case OperatingSystem.ANDROID:
                return self.android
            case OperatingSystem.WINDOWS:
                return None


def parse_floor(text: str, *, subject: str) -> tuple[int, int]:
    """Parse `11.0`, `2.28` or `11` into (major, minor).

    Args:
        text: The version as the user typed it.
        subject: What it is a version of, for the message: `macOS`, `glibc`.

    Raises:
        InvalidFloorError: The text is not such a version.
    """
    match = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,3})(?:\.\d+)?)?", text.strip())
    if match is None:
        raise InvalidFloorError(subject=subject, text=text)
    return int(match[1]), int(match[2] or 0)


def floor_arguments(target: Target) -> tuple[str, ...]:
    """Return the option and value that give a target's floor: `--glibc`, `2.26`.

    Empty if its name alone implies that floor, or if its system has no such option.
    """
    system, libc = target.operating_system, target.libc
    if target.floor == default_floor(system, libc, target.architectures[0]):
        return ()
    option = libc.value if libc else system.value
    is_offered = system in {OperatingSystem.LINUX, OperatingSystem.MACOS}
    return (f"--{option}", f"{target.floor[0]}.{target.floor[1]}") if is_offered else ()


def default_floor(
    operating_system: OperatingSystem, libc: Libc | None, architecture: Architecture
) -> tuple[int, int]:
    """Return the default floor of a target."""
    if libc is Libc.MUSL:
        return _DEFAULT_MUSL
    if libc is Libc.GLIBC and architecture in _DEFAULT_GLIBC_BY_ARCHITECTURE:
        return _DEFAULT_GLIBC_BY_ARCHITECTURE[architecture]
    return _DEFAULTS[operating_system]
