"""Builds with a cross compiler and a sysroot: native tools, the target's headers and libraries."""

from archpip.builds.plan import BuildPlan, Interpreter, PlanRequest, Strategy
from archpip.builds.profile import Compilers, TargetProfile
from archpip.builds.strategies.crossing import (
    PYTHON_FOLDER,
    crossing_build_requires,
    crossing_config_settings,
    crossing_files,
    crossing_variables,
)
from archpip.builds.strategies.settings import (
    DEFAULTS,
    with_user_config_settings,
    with_user_environment,
)
from archpip.builds.toolchains.model import CrossPython, Toolchain


def plan_cross(
    request: PlanRequest, interpreter: Interpreter, toolchain: Toolchain, python: CrossPython
) -> BuildPlan:
    """Plan a build by a toolchain whose sysroot has the target's Python headers."""
    profile = cross_profile(request, toolchain, python)
    cmake_file = _text(toolchain.cmake_toolchain_file)
    variables = crossing_variables(profile, cmake_toolchain_file=cmake_file)
    config = crossing_config_settings(
        request, cross_file=_text(toolchain.py_build_cmake_cross_file)
    )
    return BuildPlan(
        strategy=Strategy.CROSS,
        target=request.target,
        backend=request.backend,
        interpreter=interpreter,
        environment=with_user_environment(variables, request.settings),
        defaults=DEFAULTS,
        config_settings=with_user_config_settings(config, request.settings),
        build_requires=crossing_build_requires(request),
        files=crossing_files(profile, cmake_toolchain_file=cmake_file),
        python_path=PYTHON_FOLDER,
        uses=f"{toolchain.name}: {toolchain.origin or toolchain.c}",
    )


def cross_profile(request: PlanRequest, toolchain: Toolchain, python: CrossPython) -> TargetProfile:
    """Return the target as this toolchain serves it."""
    return TargetProfile(
        target=request.target,
        compilers=Compilers(
            c=str(toolchain.c),
            cxx=str(toolchain.cxx),
            archiver=str(toolchain.archiver),
            ranlib=str(toolchain.ranlib),
            strip=_text(toolchain.strip),
        ),
        include_folders=tuple(str(folder) for folder in python.include_folders),
        prefix=str(toolchain.sysroot / "usr"),
        library_folder=str(toolchain.library_folder),
        sysroot=str(toolchain.sysroot),
        emulator=toolchain.emulator,
    )


def _text(path: object | None) -> str | None:
    return None if path is None else str(path)
