"""Builds on a Mac for the other slice, or for both. Planned and tested as text; never run by us.

Apple's compiler makes every slice. What each tool listens to, and cibuildwheel sets as well:
ARCHFLAGS (distutils, setuptools, meson-python, scikit-build-core, setuptools-rust, py-build-cmake),
CMAKE_OSX_ARCHITECTURES (CMake that a setup.py calls itself), `_PYTHON_HOST_PLATFORM` (the wheel's
tag), MACOSX_DEPLOYMENT_TARGET (the floor, for compiler, linker and tag), CARGO_BUILD_TARGET.
"""

from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem, spelled
from archpip.builds.backends import Backend
from archpip.builds.plan import BuildPlan, Interpreter, PlanRequest, Strategy
from archpip.builds.profile import find_machine, macos_floor, python_platform, rust_triple
from archpip.builds.strategies.user_settings import DEFAULTS, make_plan
from archpip.targets import Target


def plan_macos(request: PlanRequest, interpreter: Interpreter) -> BuildPlan:
    """Plan a build for another slice, or all of them, on this Mac."""
    target = request.target
    config: dict[str, tuple[str, ...]] = {}
    if request.backend is Backend.MATURIN and target.is_universal:
        # maturin joins two builds itself; a single CARGO_BUILD_TARGET cannot say that.
        config["build-args"] = ("--target universal2-apple-darwin",)
    plan = make_plan(
        request,
        interpreter,
        strategy=Strategy.MACOS,
        uses="Apple's compiler with -arch",
        variables=_variables(target),
        config_settings=config,
    )
    # The newest SDK that xcrun knows has every slice; only a user's own choice comes before.
    return replace(plan, defaults=(*DEFAULTS, ("SDKROOT", "macosx")))


def _variables(target: Target) -> dict[str, str]:
    names = [
        spelled(architecture, OperatingSystem.MACOS) for architecture in _list_machines(target)
    ]
    floor = macos_floor(target)
    variables = {
        "ARCHFLAGS": " ".join(f"-arch {name}" for name in names),
        "CMAKE_OSX_ARCHITECTURES": ";".join(names),
        "MACOSX_DEPLOYMENT_TARGET": floor,
        "CMAKE_OSX_DEPLOYMENT_TARGET": floor,
        "_PYTHON_HOST_PLATFORM": python_platform(target),
    }
    if not target.is_universal:
        variables["CARGO_BUILD_TARGET"] = rust_triple(target)
    return variables


def _list_machines(target: Target) -> list[Architecture]:
    return [architecture for architecture in target.architectures if find_machine(architecture)]
