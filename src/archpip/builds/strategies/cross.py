"""Builds with a cross compiler and a sysroot: native tools, the target's headers and libraries."""

from shlex import quote

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
from archpip.builds.strategies.crossing import (
    PYTHON_FOLDER,
    SEARCH_PATH,
    crossing_build_requires,
    crossing_config_settings,
    crossing_files,
    crossing_variables,
)
from archpip.builds.strategies.user_settings import (
    DEFAULTS,
    with_user_config_settings,
    with_user_environment,
)
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
    profile = cross_profile(request, toolchain, python, floor)
    cmake_file = _text(toolchain.cmake_toolchain_file)
    variables = crossing_variables(profile, cmake_toolchain_file=cmake_file)
    config = crossing_config_settings(
        request, cross_file=_text(toolchain.py_build_cmake_cross_file)
    )
    files = crossing_files(profile, cmake_toolchain_file=cmake_file)
    wrappers = _wrappers(toolchain, floor)
    return BuildPlan(
        strategy=Strategy.CROSS,
        target=request.target,
        backend=request.backend,
        interpreter=interpreter,
        environment=with_user_environment(variables, request.settings),
        defaults=DEFAULTS,
        search_path=SEARCH_PATH,
        config_settings=with_user_config_settings(config, request.settings),
        build_requires=crossing_build_requires(request),
        files=tuple(sorted((*files, *wrappers), key=lambda file: file.path)),
        floor_libraries=floor,
        python_path=PYTHON_FOLDER,
        uses=f"{toolchain.name}: {toolchain.origin or toolchain.c}",
    )


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
