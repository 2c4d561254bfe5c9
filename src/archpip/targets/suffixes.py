"""The file name suffixes of the extension modules that a target's interpreter imports."""

from functools import lru_cache

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets.model import Target
from archpip.targets.platforms import platform_tags, python_abis

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
# Before 3.11, configure took musl for glibc; abi3t and machines in stable names came with 3.15.
_MUSL_NAMED_SINCE = (3, 11, 0)
_STABLE_NAMES_MACHINE_SINCE = (3, 15, 0)


@lru_cache(maxsize=64)
def extension_suffixes(target: Target) -> tuple[str, ...]:
    """Return the suffixes of importable extension modules, in importlib's order, no repeats.

    A file with another suffix is never imported as a module, whatever its content. iOS reads its
    `.fwork` files first, which an app's packaging makes from these and no wheel has.

    Source: `_PyImport_DynLoadFiletab` in CPython's `dynload_shlib.c` and `dynload_win.c`; PEP 3149;
    PEP 803 for `.abi3t.so`; CPython issue 122931 for `.abi3-x86_64-linux-gnu.so`; for PyPy, which
    imports no plainly named `.so`, `extension_suffixes` in its `interp_imp.py`.
    """
    python = target.python
    windows = target.operating_system is OperatingSystem.WINDOWS
    plain = ".pyd" if windows else ".so"
    if python.version < _PYTHON_3:
        return (plain,) if windows else (plain, "module.so")
    tagged = f".{_soabi(target)}{plain}"
    if python.implementation == "pypy":
        # Its own name of the machine, and since 7.3.13 the multiarch one too (PyPy issue 3834).
        return tuple(dict.fromkeys((tagged.replace("-powerpc64le-", "-ppc_64-"), tagged)))
    if windows:
        return (tagged, plain)
    return (tagged, *_stable_suffixes(target), plain)


def _stable_suffixes(target: Target) -> tuple[str, ...]:
    """Return the suffixes of the stable ABIs, on systems where those have their own."""
    python = target.python
    # One with a GIL loads abi3t too (PEP 803). Before 3.15, one without looked for abi3, if only to
    # crash: see https://github.com/mesonbuild/meson/issues/15637 and CPython issue 120901.
    without_gil = python.free_threaded and python.version >= _STABLE_NAMES_MACHINE_SINCE
    stable = () if without_gil else ("abi3",)
    if python.version < _STABLE_NAMES_MACHINE_SINCE:
        return tuple(f".{abi}.so" for abi in stable)
    machine = _multiarch(target)
    return tuple(
        ending for abi in (*stable, "abi3t") for ending in (f".{abi}-{machine}.so", f".{abi}.so")
    )


def _soabi(target: Target) -> str:
    """Return the part between module name and `.so`: `cpython-311-x86_64-linux-gnu`."""
    windows = target.operating_system is OperatingSystem.WINDOWS
    head = python_abis(target)[0].replace("_", "-")
    if target.python.implementation == "cpython":
        # PYD_TAGGED_SUFFIX in CPython's dynload_win.c never had the `m` of pymalloc.
        head = head.removesuffix("m") if windows else f"cpython-{head.removeprefix('cp')}"
    return f"{head}-{platform_tags(target)[0] if windows else _multiarch(target)}"


def _multiarch(target: Target) -> str:
    architecture = target.architectures[0]
    match target.operating_system:
        case OperatingSystem.LINUX:
            return _linux_multiarch(target, architecture)
        case OperatingSystem.ANDROID:
            return _ANDROID_MULTIARCH[architecture]
        case OperatingSystem.IOS:
            return "iphonesimulator" if target.simulator else "iphoneos"
        case _:
            return "darwin"


def _linux_multiarch(target: Target, architecture: Architecture) -> str:
    python = target.python
    start, end = _LINUX_MULTIARCH[architecture]
    if python.implementation == "pypy":
        start = start.replace("i386", "x86")
    musl = target.libc is Libc.MUSL and python.version >= _MUSL_NAMED_SINCE
    return f"{start}{'musl' if musl else 'gnu'}{end}"
