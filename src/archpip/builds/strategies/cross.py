"""Builds with a cross compiler and a sysroot: native tools, the target's headers and libraries."""

from shlex import quote

from msgspec.structs import replace

from archpip.architecture import Libc
from archpip.builds.plan import (
    BuildPlan,
    FloorLibraries,
    Interpreter,
    PlannedFile,
    PlanRequest,
    Strategy,
)
from archpip.builds.profile import FILES, Compilers, TargetProfile
from archpip.builds.strategies.crossing import crossing_plan
from archpip.builds.toolchains.model import CrossPython, Toolchain

# What a compiler is called through: no build may forget the sysroot.
_WRAPPER = """\
#!/bin/sh
exec {compiler} --sysroot={sysroot} "$@"
"""

# The same where a wheel's floor is below the sysroot's C library. The stand-ins come before all
# other folders; libraries of the sysroot may want more than they have. GCC's own C++ library would
# be asked for in its newest version too, so it is linked in.
_LOWERING_WRAPPER = """\
#!/bin/sh
exec {compiler} --sysroot={sysroot} -L{floor}/lib "$@" {options} -Wl,--allow-shlib-undefined
"""


def plan_cross(
    request: PlanRequest, interpreter: Interpreter, toolchain: Toolchain, python: CrossPython
) -> BuildPlan:
    """Plan a build by a toolchain whose sysroot has the target's Python headers."""
    floor = _floor_libraries(request, toolchain)
    plan = crossing_plan(
        request,
        interpreter,
        cross_profile(request, toolchain, python, floor),
        strategy=Strategy.CROSS,
        uses=f"{toolchain.name}: {toolchain.origin or toolchain.c}",
        files=_wrappers(toolchain, floor),
        cmake_toolchain_file=_text(toolchain.cmake_toolchain_file),
        py_build_cmake_cross_file=_text(toolchain.py_build_cmake_cross_file),
    )
    return replace(plan, floor_libraries=floor)


def _floor_libraries(request: PlanRequest, toolchain: Toolchain) -> FloorLibraries | None:
    """Say which stand-ins are needed: none where the sysroot is as old as the floor."""
    floor = request.target.floor
    if toolchain.libc is not Libc.GLIBC or toolchain.floors_folder is None:
        return None
    if toolchain.libc_version is None or toolchain.libc_version <= floor:
        return None
    folder = toolchain.floors_folder / f"{floor[0]}.{floor[1]}"
    return FloorLibraries(toolchain=toolchain, floor=floor, folder=folder)


def _wrappers(toolchain: Toolchain, floor: FloorLibraries | None) -> tuple[PlannedFile, ...]:
    compilers = {"cc": (toolchain.c, ""), "c++": (toolchain.cxx, "-static-libstdc++")}
    return tuple(
        PlannedFile(
            path=f"bin/{name}",
            content=(_WRAPPER if floor is None else _LOWERING_WRAPPER).format(
                compiler=quote(str(compiler)),
                sysroot=quote(str(toolchain.sysroot)),
                floor="" if floor is None else quote(str(floor.folder)),
                options=options,
            ),
            executable=True,
        )
        for name, (compiler, options) in compilers.items()
    )


def cross_profile(
    request: PlanRequest,
    toolchain: Toolchain,
    python: CrossPython,
    floor: FloorLibraries | None = None,
) -> TargetProfile:
    """Return the target as this toolchain serves it."""
    return TargetProfile(
        target=request.target,
        compilers=Compilers(
            c=f"{FILES}/bin/cc",
            cxx=f"{FILES}/bin/c++",
            archiver=str(toolchain.archiver),
            ranlib=str(toolchain.ranlib),
            strip=_text(toolchain.strip),
        ),
        include_folders=tuple(str(folder) for folder in python.include_folders),
        prefix=str(toolchain.sysroot / "usr"),
        library_folder=str(toolchain.library_folder),
        sysroot=str(toolchain.sysroot),
        find_roots=() if floor is None else (str(floor.folder),),
        emulator=toolchain.emulator,
    )


def _text(path: object | None) -> str | None:
    return None if path is None else str(path)
