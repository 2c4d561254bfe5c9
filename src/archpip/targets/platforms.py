"""The platform and ABI parts of a target's wheel tags.

`packaging` has no list of Linux platforms for another machine, so the glibc and musl ladders are
here (PEP 600, PEP 656).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from archpip.architecture import Architecture, Libc, OperatingSystem, spelled
from archpip.targets.model import PythonTarget, Target

# PEP 513, 571, 599: the names that manylinux had before its tags carried the glibc version.
_LEGACY_MANYLINUX = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}

# manylinux1 began with glibc 2.5 on x86; every other machine came with manylinux2014, glibc 2.17.
_OLDEST_GLIBC_MINOR = {Architecture.X86_64: 5, Architecture.I686: 5}
_OLDEST_GLIBC_MINOR_ELSEWHERE = 17

_PYMALLOC_FLAG_GONE = (3, 8, 0)

_PREFIXES = {
    OperatingSystem.MACOS: ("macosx_",),
    OperatingSystem.LINUX: ("manylinux", "musllinux", "linux_"),
    OperatingSystem.WINDOWS: ("win",),
    OperatingSystem.ANDROID: ("android_",),
    OperatingSystem.IOS: ("ios_",),
}


def is_platform_of(platform: str, system: OperatingSystem) -> bool:
    """Return whether a platform tag (`manylinux_2_28_aarch64`) is one of a system's."""
    return platform.startswith(_PREFIXES[system])


def python_abis(target: Target) -> tuple[str, ...]:
    """Return the ABI tags of the interpreter itself, most preferred first (`cp313t`, `cp36m`).

    Stable ABIs are not included: whether they apply follows from these.
    """
    python = target.python
    if python.implementation == "pypy":
        return (f"pypy{python.nodot}_pp{_pypy_abi(python)}",)
    if python.free_threaded:
        return (f"cp{python.nodot}t",)
    flags = "" if python.version >= _PYMALLOC_FLAG_GONE else "m"
    # Python 2 on Linux is built with four-byte Unicode by distributions and manylinux alike.
    if python.version[0] == 2 and target.operating_system is OperatingSystem.LINUX:  # noqa: PLR2004 - Python 2
        flags += "u"
    return (f"cp{python.nodot}{flags}",)


def _pypy_abi(python: PythonTarget) -> str:
    major, minor, _ = python.implementation_version or (7, 3, 0)
    return f"{major}{minor}"


@lru_cache(maxsize=64)
def platform_tags(target: Target) -> tuple[str, ...]:
    """Return the platform part of the target's tags, most preferred first, no repeats."""
    name = target.architecture_name
    platforms: Iterable[str]
    match target.operating_system:
        case OperatingSystem.WINDOWS:
            platforms = ("win32",) if name == "x86" else (f"win_{name}",)
        case OperatingSystem.LINUX:
            platforms = _linux_platforms(target)
        case _:
            platforms = _platforms_of_packaging(target, name)
    return tuple(dict.fromkeys(platforms))


def _platforms_of_packaging(target: Target, name: str) -> Iterable[str]:
    from packaging import tags  # 10 ms to import, and not needed for Linux and Windows

    match target.operating_system:
        case OperatingSystem.ANDROID:
            return tags.android_platforms(target.floor[0], name)
        case OperatingSystem.IOS:
            kind = "iphonesimulator" if target.simulator else "iphoneos"
            return tags.ios_platforms(target.floor, f"{name}_{kind}")
        case _:
            # For `universal2`, packaging leaves out tags that only one machine could load.
            return tags.mac_platforms(target.floor, name)


def _linux_platforms(target: Target) -> Iterator[str]:
    architecture = target.architectures[0]
    machine = spelled(architecture, OperatingSystem.LINUX)
    # `linux_<machine>` comes first since packaging 26.3 (its issue 160).
    yield f"linux_{machine}"
    major, newest = target.floor
    if target.libc is Libc.MUSL:
        for minor in range(newest, -1, -1):
            yield f"musllinux_{major}_{minor}_{machine}"
        return
    oldest = _OLDEST_GLIBC_MINOR.get(architecture, _OLDEST_GLIBC_MINOR_ELSEWHERE)
    for minor in range(newest, oldest - 1, -1):
        yield f"manylinux_{major}_{minor}_{machine}"
        if legacy := _LEGACY_MANYLINUX.get((major, minor)):
            yield f"{legacy}_{machine}"
