"""The module that `sysconfig` reads about the target's Python: `_sysconfigdata_*.py`.

distutils, setuptools, meson's and CMake's look for Python, and PyO3 all ask `sysconfig`. The hooks
get to see this module in place of the host's through `_PYTHON_SYSCONFIGDATA_NAME`, as CPython's own
cross builds do.

Source: CPython `Lib/sysconfig.py`, `_init_posix`; `configure.ac`, for the meaning of the variables.
"""

import pprint

from archpip.architecture import Libc, OperatingSystem
from archpip.builds.profile import TargetProfile, macos_floor

_MACHDEP = {OperatingSystem.MACOS: "darwin", OperatingSystem.WINDOWS: "win32"}


def sysconfigdata_name(profile: TargetProfile) -> str:
    """Return the module's name; PyO3 looks for files that begin as CPython's do."""
    triple = "darwin" if profile.cmake_system == "Darwin" else profile.gnu_triple
    return f"_sysconfigdata__{_machdep(profile)}_{triple}"


def write_sysconfigdata(profile: TargetProfile) -> str:
    """Return the module's text."""
    table = pprint.pformat(build_time_variables(profile))
    comment = "# The target's Python, for build tools that run on another machine."
    return f"{comment}\nbuild_time_vars = {table}\n"


def build_time_variables(profile: TargetProfile) -> dict[str, str | int]:
    """Return the variables that build tools are known to ask for."""
    return {
        **_compiler_variables(profile),
        **_location_variables(profile),
        **_identity_variables(profile),
    }


def _compiler_variables(profile: TargetProfile) -> dict[str, str | int]:
    compilers = profile.compilers
    shared = " ".join(profile.shared_flags)
    c_flags = " ".join(("-DNDEBUG", "-fwrapv", "-O2", "-Wall", *profile.c_flags))
    return {
        "AR": compilers.archiver,
        "ARFLAGS": "rcs",
        "BLDSHARED": f"{compilers.c} {shared}",
        "CC": compilers.c,
        "CCSHARED": "" if profile.cmake_system == "Windows" else "-fPIC",
        "CFLAGS": c_flags,
        "CPPFLAGS": "",
        "CXX": compilers.cxx,
        "LDCXXSHARED": f"{compilers.cxx} {shared}",
        "LDFLAGS": " ".join(profile.link_flags),
        "LDSHARED": f"{compilers.c} {shared}",
        "OPT": c_flags,
        "PY_CFLAGS": c_flags,
        "RANLIB": compilers.ranlib,
    }


def _location_variables(profile: TargetProfile) -> dict[str, str | int]:
    version = profile.target.python.short_version
    include = profile.include_folders[0]
    return {
        # sysconfig's own paths hang on this one; without it, `include` would be the host's.
        "installed_base": profile.prefix,
        "installed_platbase": profile.prefix,
        "CONFINCLUDEPY": include,
        "INCLUDEPY": include,
        "INCLUDEDIR": f"{profile.prefix}/include",
        "LIBDIR": profile.library_folder,
        "LIBPL": profile.library_folder,
        "LDLIBRARY": f"libpython{version}.a",
        "LIBRARY": f"libpython{version}.a",
        "LIBS": "",
        "LIBM": "" if profile.cmake_system == "Windows" else "-lm",
        "SYSLIBS": "",
    }


def _identity_variables(profile: TargetProfile) -> dict[str, str | int]:
    python = profile.target.python
    abi_flags = "t" if python.free_threaded else ""
    variables: dict[str, str | int] = {
        "ABIFLAGS": abi_flags,
        "EXT_SUFFIX": profile.extension_suffix,
        "HOST_GNU_TYPE": profile.gnu_triple,
        "LDVERSION": python.short_version + abi_flags,
        "MACHDEP": _machdep(profile),
        "Py_DEBUG": 0,
        # Extension modules leave the interpreter's symbols open, so there is no libpython to link.
        "Py_ENABLE_SHARED": 0,
        "Py_GIL_DISABLED": int(python.free_threaded),
        "SHLIB_SUFFIX": ".so",
        "SIZEOF_VOID_P": profile.machine.bits // 8,
        "SOABI": profile.soabi,
        "VERSION": python.short_version,
        "WITH_PYMALLOC": 1,
    }
    if profile.target.libc in {Libc.GLIBC, Libc.MUSL}:
        variables["MULTIARCH"] = profile.soabi.partition(f"{python.nodot}-")[2]
    if profile.cmake_system == "Darwin":
        variables["MACOSX_DEPLOYMENT_TARGET"] = macos_floor(profile.target)
    return variables


def _machdep(profile: TargetProfile) -> str:
    return _MACHDEP.get(profile.target.operating_system, "linux")
