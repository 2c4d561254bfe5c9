"""Builds on Windows for another machine of Windows. Planned and tested as text; never run by us.

Microsoft's compiler makes code for every machine. setuptools' own distutils finds it by
VSCMD_ARG_TGT_ARCH and `plat_name`; the extension suffix it takes from SETUPTOOLS_EXT_SUFFIX, having
no other way to know it. The import libraries of the target's Python must be named by the user.
These are the variables that cibuildwheel sets for win_arm64.
"""

from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.builds.plan import BuildPlan, Interpreter, PlannedFile, PlanRequest, Strategy
from archpip.builds.profile import FILES, python_platform, rust_triple
from archpip.builds.strategies.user_settings import make_plan
from archpip.builds.toolchains.model import Toolchain
from archpip.builds.writers.distutils_config import write_distutils_config
from archpip.targets import extension_suffixes

_MICROSOFT_NAMES = {
    Architecture.X86_64: "x64",
    Architecture.ARM64: "arm64",
    Architecture.I686: "x86",
}
_CMAKE_NAMES = {
    Architecture.X86_64: "x64",
    Architecture.ARM64: "ARM64",
    Architecture.I686: "Win32",
}


def plan_windows(request: PlanRequest, interpreter: Interpreter, libraries: Toolchain) -> BuildPlan:
    """Plan a build for another machine, with the import libraries of the target's Python."""
    target = request.target
    architecture = target.architectures[0]
    platform = python_platform(target)
    variables = {
        "DIST_EXTRA_CONFIG": f"{FILES}/extra-setup.cfg",
        "SETUPTOOLS_EXT_SUFFIX": extension_suffixes(target)[0],
        "SETUPTOOLS_USE_DISTUTILS": "local",
        "VSCMD_ARG_TGT_ARCH": _MICROSOFT_NAMES[architecture],
        "_PYTHON_HOST_PLATFORM": platform,
        "CMAKE_GENERATOR_PLATFORM": _CMAKE_NAMES[architecture],
        "CARGO_BUILD_TARGET": rust_triple(target),
        "PYO3_CROSS_LIB_DIR": str(libraries.library_folder),
    }
    config = write_distutils_config(platform, library_folders=(str(libraries.library_folder),))
    plan = make_plan(
        request,
        interpreter,
        strategy=Strategy.WINDOWS,
        uses=f"Microsoft's compiler for {_MICROSOFT_NAMES[architecture]}",
        variables=variables,
    )
    return replace(plan, files=(PlannedFile(path="extra-setup.cfg", content=config),))
