"""The file name endings by which a target's interpreter knows its extension modules."""

from functools import lru_cache

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets.model import Target
from archpip.targets.tags import platform_tags, python_abis

# The multiarch name that CPython's configure puts into EXT_SUFFIX, around the name of the libc.
_LINUX_MULTIARCH: dict[Architecture, tuple[str, str]] = {
    Architecture.X86_64: ("x86_64-linux-", ""),
    Architecture.ARM64: ("aarch64-linux-", ""),
    Architecture.I686: ("i386-linux-", ""),
    Architecture.ARMV7L: ("arm-linux-", "eabihf"),
    Architecture.PPC64LE: ("powerpc64le-linux-", ""),
    Architecture.S390X: ("s390x-linux-", ""),
    Architecture.RISCV64: ("riscv64-linux-", ""),
    Architecture.LOONGARCH64: ("loongarch64-linux-", ""),
}

_ANDROID_MULTIARCH: dict[Architecture, str] = {
    Architecture.ARM64: "aarch64-linux-android",
    Architecture.X86_64: "x86_64-linux-android",
    Architecture.ARMV7L: "arm-linux-androideabi",
    Architecture.I686: "i686-linux-android",
}

_PYTHON_3 = (3, 0, 0)
_ABI3T_SINCE = (3, 15, 0)


@lru_cache(maxsize=64)
def extension_suffixes(target: Target) -> tuple[str, ...]:
    """Return the endings of importable extension modules, in importlib's order, no repeats.

    A file with an ending that is not here is never imported as a module, whatever it holds. iOS
    reads its `.fwork` files first, which an app's packaging makes from these and no wheel has.

    Source: `_PyImport_DynLoadFiletab` in CPython's `dynload_shlib.c` and `dynload_win.c`; PEP 3149;
    PEP 803 for `.abi3t.so`.
    """
    python = target.python
    windows = target.operating_system is OperatingSystem.WINDOWS
    plain = ".pyd" if windows else ".so"
    if python.version < _PYTHON_3:
        return (plain,) if windows else (plain, "module.so")
    tagged = f".{_soabi(target)}{plain}"
    if windows:
        return (tagged, plain)
    if python.implementation == "pypy":
        return (tagged, plain)
    stable: tuple[str, ...] = () if python.free_threaded else (".abi3.so",)
    if python.version >= _ABI3T_SINCE:
        stable = (*stable, ".abi3t.so")
    return (tagged, *stable, plain)


def _soabi(target: Target) -> str:
    """Return what stands between module name and `.so`: `cpython-311-x86_64-linux-gnu`."""
    abi = python_abis(target)[0]
    if target.operating_system is OperatingSystem.WINDOWS:
        return f"{abi}-{platform_tags(target)[0]}"
    if target.python.implementation == "pypy":
        head = abi.replace("_", "-")
    else:
        head = f"cpython-{abi.removeprefix('cp')}"
    return f"{head}-{_multiarch(target)}"


def _multiarch(target: Target) -> str:
    architecture = target.architectures[0]
    match target.operating_system:
        case OperatingSystem.LINUX:
            start, end = _LINUX_MULTIARCH[architecture]
            return f"{start}{'musl' if target.libc is Libc.MUSL else 'gnu'}{end}"
        case OperatingSystem.ANDROID:
            return _ANDROID_MULTIARCH[architecture]
        case OperatingSystem.IOS:
            return "iphonesimulator" if target.simulator else "iphoneos"
        case _:
            return "darwin"
