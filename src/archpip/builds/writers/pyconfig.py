"""A `pyconfig.h` for a target whose own is not at hand: what CPython's headers and extensions ask.

It names what is true of every machine of the kind: sizes, byte order, the C99 library, threads.
What CPython's own sources alone ask for (hundreds of HAVE_…) is left out.

Source: CPython `pyconfig.h.in`, `PC/pyconfig.h` (the Windows part).
"""

import tomllib
from functools import cache
from importlib.resources import files

from archpip.architecture import Architecture, OperatingSystem
from archpip.builds.profile import Machine, find_machine
from archpip.targets import Target

_WINDOWS_TEXT = """\
#define MS_WIN32
#define MS_WINDOWS
#define NT_THREADS
#define HAVE_DYNAMIC_LOADING 1
#define HAVE_DECLSPEC_DLL
#define HAVE_WINDOWS_H 1
#define HAVE_IO_H 1
#define HAVE_PROCESS_H 1
#define HAVE_DIRECT_H 1
#define HAVE_SSIZE_T 1
#define HAVE_PY_SSIZE_T 1
#define Py_ENABLE_SHARED 1
#define PY_SUPPORT_TIER 3
#include <io.h>
#include <sys/types.h>
typedef intptr_t Py_ssize_t;
"""


def write_pyconfig(target: Target) -> str:
    """Return the header's text."""
    machine = find_machine(target.architectures[0])
    if machine is None:
        message = f"no sizes are known for {target.name}"
        raise ValueError(message)
    windows = target.operating_system is OperatingSystem.WINDOWS
    names = [*_names()["everywhere"], *(() if windows else _names()["posix"])]
    values = {**dict.fromkeys(names, 1), **_sizes(target, machine)}
    lines = [f"#define {name} {value}" for name, value in sorted(values.items())]
    if target.python.free_threaded:
        lines.append("#define Py_GIL_DISABLED 1")
    body = "\n".join(lines)
    system = _windows(machine) if windows else _posix(target, machine)
    return f"#ifndef Py_PYCONFIG_H\n#define Py_PYCONFIG_H\n{body}\n{system}#endif\n"


@cache
def _names() -> dict[str, list[str]]:
    text = files("archpip.builds.writers").joinpath("pyconfig.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _sizes(target: Target, machine: Machine) -> dict[str, int]:
    windows = target.operating_system is OperatingSystem.WINDOWS
    word = machine.bits // 8
    return {
        "SIZEOF_SHORT": 2,
        "SIZEOF_INT": 4,
        "SIZEOF_LONG": 4 if windows else word,
        "SIZEOF_LONG_LONG": 8,
        "SIZEOF_VOID_P": word,
        "SIZEOF_SIZE_T": word,
        "SIZEOF_UINTPTR_T": word,
        "SIZEOF_FLOAT": 4,
        "SIZEOF_DOUBLE": 8,
        "SIZEOF__BOOL": 1,
        "SIZEOF_OFF_T": 4 if windows else 8,
        "SIZEOF_TIME_T": 8,
        "SIZEOF_PID_T": 4,
        "SIZEOF_PTHREAD_T": word,
        "SIZEOF_WCHAR_T": 2 if windows else 4,
        "SIZEOF_LONG_DOUBLE": _long_double(target, machine),
        "ALIGNOF_LONG": 4 if windows else word,
        "ALIGNOF_SIZE_T": word,
        "ALIGNOF_MAX_ALIGN_T": 16 if machine.bits == 64 else 8,  # noqa: PLR2004  # word size in bits
    }


def _long_double(target: Target, machine: Machine) -> int:
    """Apple's arm64 and Windows' own ABI have no wider long double; zig's mingw has on x86."""
    x86 = target.architectures[0] in {Architecture.X86_64, Architecture.I686}
    if target.operating_system is not OperatingSystem.LINUX and not x86:
        return 8
    return 16 if machine.bits == 64 else 12  # noqa: PLR2004  # word size in bits


def _posix(target: Target, machine: Machine) -> str:
    order = "BIG" if machine.big_endian else "LITTLE"
    lines = [f"#define DOUBLE_IS_{order}_ENDIAN_IEEE754 1"]
    if machine.big_endian:
        lines.append("#define WORDS_BIGENDIAN 1")
    if target.operating_system is OperatingSystem.MACOS:
        lines += ["#define _DARWIN_C_SOURCE 1", '#define PLATLIBDIR "lib"']
    else:
        lines += ["#define _GNU_SOURCE 1", "#define _FILE_OFFSET_BITS 64"]
    return "".join(f"{line}\n" for line in lines)


def _windows(machine: Machine) -> str:
    wide = "#define MS_WIN64\n" if machine.bits == 64 else ""  # noqa: PLR2004  # word size in bits
    return f"#define DOUBLE_IS_LITTLE_ENDIAN_IEEE754 1\n{wide}{_WINDOWS_TEXT}"
