"""The marker environment of a target: every key of PEP 508, so that none is taken from the host."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from archpip.architecture import Architecture, OperatingSystem, spelled
from archpip.targets.model import Target

# (os_name, sys_platform, platform_system), as CPython 3.13 has them on each system. Android and iOS
# have had names of their own since PEP 738 and PEP 730.
_SYSTEM_NAMES: dict[OperatingSystem, tuple[str, str, str]] = {
    OperatingSystem.MACOS: ("posix", "darwin", "Darwin"),
    OperatingSystem.LINUX: ("posix", "linux", "Linux"),
    OperatingSystem.WINDOWS: ("nt", "win32", "Windows"),
    OperatingSystem.ANDROID: ("posix", "android", "Android"),
    OperatingSystem.IOS: ("posix", "ios", "iOS"),
}

# `platform_machine`, if it differs from the spelling of the architecture in the system's tags.
_MACHINES: dict[tuple[OperatingSystem, Architecture], str] = {
    (OperatingSystem.WINDOWS, Architecture.X86_64): "AMD64",
    (OperatingSystem.WINDOWS, Architecture.ARM64): "ARM64",
    (OperatingSystem.ANDROID, Architecture.ARM64): "aarch64",
    (OperatingSystem.ANDROID, Architecture.ARMV7L): "armv7l",
    (OperatingSystem.ANDROID, Architecture.I686): "i686",
}

_PYTHON_2 = 2


def machine_name(system: OperatingSystem, architecture: Architecture) -> str:
    """Return the `platform_machine` of an architecture on a system."""
    return _MACHINES.get((system, architecture), spelled(architecture, system))


@lru_cache(maxsize=64)
def marker_environment(target: Target) -> Mapping[str, str]:
    """Return the complete marker environment of a target, without `extra`.

    `platform_release` and `platform_version` are empty for a machine that is only named, as in uv.
    For macOS universal2, which means two machines, `platform_machine` is that of the first (arm64);
    `marker_environments` returns both.

    Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
    """
    return marker_environments(target)[0]


@lru_cache(maxsize=64)
def marker_environments(target: Target) -> tuple[Mapping[str, str], ...]:
    """Return one complete marker environment for each architecture that the target serves."""
    return tuple(
        MappingProxyType(_environment(target, architecture))
        for architecture in target.architectures
    )


def _environment(target: Target, architecture: Architecture) -> dict[str, str]:
    system, python = target.operating_system, target.python
    os_name, sys_platform, platform_system = _SYSTEM_NAMES[system]
    if system is OperatingSystem.LINUX and python.version[0] == _PYTHON_2:
        sys_platform = "linux2"
    version = python.implementation_version
    return {
        "implementation_name": python.implementation,
        "implementation_version": ".".join(map(str, version)) if version else python.full_version,
        "os_name": os_name,
        "platform_machine": machine_name(system, architecture),
        "platform_python_implementation": "PyPy" if python.implementation == "pypy" else "CPython",
        "platform_release": target.platform_release,
        "platform_system": platform_system,
        "platform_version": target.platform_version,
        "python_full_version": python.full_version,
        "python_version": python.short_version,
        "sys_platform": sys_platform,
    }
