"""What cross and zig builds share: one profile, written for every tool and named to the hooks."""

from msgspec.structs import replace

from archpip.architecture import OperatingSystem
from archpip.builds.backends import Backend
from archpip.builds.plan import BuildPlan, Interpreter, PlannedFile, PlanRequest, Strategy
from archpip.builds.profile import FILES, TargetProfile
from archpip.builds.strategies.hook_module import HOOK_MODULE_NAME, write_hook_module
from archpip.builds.strategies.user_settings import make_plan
from archpip.builds.writers.build_details import write_build_details
from archpip.builds.writers.cargo import cargo_variables
from archpip.builds.writers.cmake import (
    FIND_PYTHON_NAME,
    write_cmake_toolchain,
    write_find_python,
)
from archpip.builds.writers.meson import pkg_config_folders, write_meson_cross
from archpip.builds.writers.py_build_cmake import write_py_build_cmake_cross
from archpip.builds.writers.python_config import python_config_name, write_python_config
from archpip.builds.writers.sysconfigdata import sysconfigdata_name, write_sysconfigdata

_PYTHON_FOLDER = "python"
"""The planned folder that the build environment's Python sees."""

_SCRIPTS_FOLDER = "scripts"
"""The planned folder before the hooks' PATH: programs that this machine has for itself alone."""


def crossing_plan(
    request: PlanRequest,
    interpreter: Interpreter,
    profile: TargetProfile,
    *,
    strategy: Strategy,
    uses: str,
    files: tuple[PlannedFile, ...],
    cmake_toolchain_file: str | None = None,
    py_build_cmake_cross_file: str | None = None,
) -> BuildPlan:
    """Return the plan of a build by a profile's compilers.

    Args:
        request: The input of planning.
        interpreter: Runs the backend.
        profile: The target as its compilers serve it.
        strategy: The strategy.
        uses: The compiler, for messages.
        files: The strategy's own files, beside those that tell each tool about the target.
        cmake_toolchain_file: The toolchain's own, in place of one written from the profile.
        py_build_cmake_cross_file: Likewise.
    """
    plan = make_plan(
        request,
        interpreter,
        strategy=strategy,
        uses=uses,
        variables=_variables(profile, cmake_toolchain_file),
        config_settings=_config_settings(request, py_build_cmake_cross_file),
    )
    return replace(
        plan,
        search_path=(f"{FILES}/{_SCRIPTS_FOLDER}",),
        build_requires=_build_requires(request),
        files=tuple(
            sorted((*_files(profile, cmake_toolchain_file), *files), key=lambda file: file.path)
        ),
        python_path=_PYTHON_FOLDER,
    )


def _files(profile: TargetProfile, cmake_toolchain_file: str | None) -> tuple[PlannedFile, ...]:
    """Return every file that tells a tool about the target."""
    name = sysconfigdata_name(profile)
    texts = {
        "build-details.json": write_build_details(profile),
        "cross.ini": write_meson_cross(profile),
        "cross.toml": write_py_build_cmake_cross(profile, toolchain_file=cmake_toolchain_file),
        f"{_PYTHON_FOLDER}/{HOOK_MODULE_NAME}.py": write_hook_module(profile),
        f"{_PYTHON_FOLDER}/{name}.py": write_sysconfigdata(profile),
    }
    if cmake_toolchain_file is None:
        texts["toolchain.cmake"] = write_cmake_toolchain(profile)
        texts[FIND_PYTHON_NAME] = write_find_python(profile)
    scripts = {f"{_SCRIPTS_FOLDER}/{python_config_name(profile)}": write_python_config(profile)}
    files = {**texts, **scripts}
    return tuple(
        PlannedFile(path=path, content=content, executable=path in scripts)
        for path, content in files.items()
    )


def _variables(profile: TargetProfile, cmake_toolchain_file: str | None) -> dict[str, str]:
    """Return the variables that lead each tool to the target."""
    compilers = profile.compilers
    variables = {
        # CPython's own switches for cross builds: sysconfig then speaks of the target.
        "_PYTHON_SYSCONFIGDATA_NAME": sysconfigdata_name(profile),
        "_PYTHON_HOST_PLATFORM": profile.platform,
        # For tools that do not read sysconfig: Makefiles, configure scripts, cffi.
        "CC": compilers.c,
        "CXX": compilers.cxx,
        "AR": compilers.archiver,
        "RANLIB": compilers.ranlib,
        "LDSHARED": " ".join((compilers.c, *profile.shared_flags)),
        "CMAKE_TOOLCHAIN_FILE": cmake_toolchain_file or f"{FILES}/toolchain.cmake",
        **cargo_variables(profile),
    }
    if profile.sysroot is not None:
        variables["PKG_CONFIG_LIBDIR"] = ":".join(pkg_config_folders(profile))
        variables["PKG_CONFIG_SYSROOT_DIR"] = profile.sysroot
    if profile.target.operating_system is OperatingSystem.MACOS:
        variables["ARCHFLAGS"] = f"-arch {profile.target.architecture_name}"
    return variables


def _build_requires(request: PlanRequest) -> tuple[str, ...]:
    """Return what a cross build needs beside the project's own build requirements.

    Before CMake 3.26, FindPython drops the extension suffix in a cross build, and scikit-build-core
    takes any CMake that it finds on the machine.
    """
    return ("cmake>=3.26",) if request.backend is Backend.SCIKIT_BUILD_CORE else ()


def _config_settings(request: PlanRequest, cross_file: str | None) -> dict[str, tuple[str, ...]]:
    """Return what the backend must be told as config settings; only meson's and one more listen."""
    match request.backend:
        case Backend.MESON_PYTHON:
            return {"setup-args": (f"--cross-file={FILES}/cross.ini",)}
        case Backend.PY_BUILD_CMAKE:
            return {"cross": (cross_file or f"{FILES}/cross.toml",)}
        case _:
            return {}
