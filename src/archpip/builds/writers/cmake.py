"""A CMake toolchain file, and what it includes.

Source: https://cmake.org/cmake/help/latest/manual/cmake-toolchains.7.html, "Cross Compiling";
https://cmake.org/cmake/help/latest/command/cmake_language.html, "Dependency Providers".
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from archpip.builds.profile import FILES, TargetProfile, macos_floor

FIND_PYTHON_NAME = "find_python.cmake"

# FindPython forgets a suffix that was set before, and in a cross build whose find_package also asks
# for the interpreter it finds none (CMake 4.4): modules would be called `x.so`. By CMP0190, which
# projects for CMake 4.1 and newer set, it would run the build environment's interpreter through the
# target's emulator. https://cmake.org/cmake/help/latest/policy/CMP0190.html
_FIND_PYTHON = """\
macro(archpip_find_package method package)
  if("${{package}}" MATCHES "^Python3?$")
    cmake_policy(PUSH)
    if(POLICY CMP0190)
      cmake_policy(SET CMP0190 OLD)
    endif()
    find_package(${{package}} ${{ARGN}} BYPASS_PROVIDER)
    cmake_policy(POP)
    if(NOT ${{package}}_SOABI)
      set(${{package}}_SOABI "{soabi}")
    endif()
  else()
    find_package(${{package}} ${{ARGN}} BYPASS_PROVIDER)
  endif()
endmacro()
cmake_language(SET_DEPENDENCY_PROVIDER archpip_find_package SUPPORTED_METHODS FIND_PACKAGE)
"""


def write_find_python(profile: TargetProfile) -> str:
    """Return the text of a file that completes what CMake finds of the target's Python."""
    return _FIND_PYTHON.format(soabi=profile.soabi)


def write_cmake_toolchain(profile: TargetProfile) -> str:
    """Return the text of a toolchain file, which includes `FIND_PYTHON_NAME`."""
    return "".join(f"{line}\n" for line in _iter_lines(profile))


def _iter_lines(profile: TargetProfile) -> Iterator[str]:
    compilers = profile.compilers
    yield _set("CMAKE_SYSTEM_NAME", profile.cmake_system)
    yield _set("CMAKE_SYSTEM_PROCESSOR", _processor(profile))
    yield _set("CMAKE_C_COMPILER", compilers.c)
    yield _set("CMAKE_CXX_COMPILER", compilers.cxx)
    yield _set("CMAKE_AR", compilers.archiver)
    yield _set("CMAKE_RANLIB", compilers.ranlib)
    if compilers.strip is not None:
        yield _set("CMAKE_STRIP", compilers.strip)
    if profile.sysroot is not None:
        yield _set("CMAKE_SYSROOT", profile.sysroot)
        multiarch = PurePosixPath(profile.library_folder).name
        if "-linux-" in multiarch:
            yield _set("CMAKE_LIBRARY_ARCHITECTURE", multiarch)
    if profile.cmake_system == "Darwin":
        yield _set("CMAKE_OSX_ARCHITECTURES", profile.target.architecture_name)
        yield _set("CMAKE_OSX_DEPLOYMENT_TARGET", macos_floor(profile.target))
        # zig brings what it needs of the SDK; CMake would look for Xcode's.
        yield _set("CMAKE_OSX_SYSROOT", "/")
    roots = (*profile.find_roots, profile.sysroot or profile.prefix)
    yield _set("CMAKE_FIND_ROOT_PATH", ";".join(roots))
    # Programs run here; libraries and headers are the target's. Packages may be either: pybind11
    # and nanobind are found in the build environment, OpenSSL in the sysroot.
    yield _set("CMAKE_FIND_ROOT_PATH_MODE_PROGRAM", "NEVER")
    yield _set("CMAKE_FIND_ROOT_PATH_MODE_LIBRARY", "ONLY")
    yield _set("CMAKE_FIND_ROOT_PATH_MODE_INCLUDE", "ONLY")
    yield _set("CMAKE_FIND_ROOT_PATH_MODE_PACKAGE", "BOTH")
    if profile.emulator:
        yield _set("CMAKE_CROSSCOMPILING_EMULATOR", ";".join(profile.emulator))
    yield from _iter_python(profile)


def _iter_python(profile: TargetProfile) -> Iterator[str]:
    """Answer FindPython and the older FindPythonLibs, which would look at the host."""
    for prefix in ("Python", "Python3"):
        yield _set(f"{prefix}_INCLUDE_DIR", profile.include_folders[0])
        yield _set(f"{prefix}_SOABI", profile.soabi)
        if profile.python_library is not None:
            yield _set(f"{prefix}_LIBRARY", profile.python_library)
    # Read by the first project() from CMake 3.24 on; a project's own files stay.
    name = "CMAKE_PROJECT_TOP_LEVEL_INCLUDES"
    yield f'set({name} "{FILES}/{FIND_PYTHON_NAME};${{{name}}}")'
    yield _set("PYTHON_INCLUDE_DIR", profile.include_folders[0])
    yield _set("PYTHON_MODULE_EXTENSION", profile.extension_suffix)


def _processor(profile: TargetProfile) -> str:
    """CMAKE_SYSTEM_PROCESSOR is what `uname -m` or Windows says on the target itself."""
    name = profile.target.architecture_name
    return name.upper() if profile.cmake_system == "Windows" else name


def _set(name: str, value: str) -> str:
    escaped = value.replace("\\", "/").replace('"', '\\"')
    return f'set({name} "{escaped}")'
