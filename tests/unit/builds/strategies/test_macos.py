"""Held against what cibuildwheel sets for each slice: `cibuildwheel/platforms/macos.py`."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem
from archpip.builds import BuildPlan, BuildSettings, Interpreter
from archpip.builds.backends import Backend
from archpip.builds.plan import BuildTools, PlanRequest
from archpip.builds.planning import plan_build
from archpip.targets import Target

MakeTarget = Callable[..., Target]
MakePlan = Callable[..., BuildPlan]


@pytest.fixture(name="plan_on_mac")
def _plan_on_mac(make_request: Callable[..., PlanRequest], interpreter: Interpreter) -> MakePlan:
    """Plan a build on a Mac that is neither of the targets' architectures alone."""

    def plan(
        target: Target,
        backend: Backend = Backend.SETUPTOOLS,
        settings: BuildSettings | None = None,
    ) -> BuildPlan:
        other = Architecture.ARM64 if "x86_64" in target.name else Architecture.X86_64
        here = replace(
            interpreter.target,
            operating_system=OperatingSystem.MACOS,
            architectures=(other,),
            libc=None,
            floor=(14, 0),
        )
        tools = BuildTools(interpreters=(replace(interpreter, target=here),))
        return plan_build(make_request(target, backend, settings, tools))

    return plan


@pytest.mark.parametrize(
    ("name", "floor", "expected"),
    [
        (
            "macos-arm64",
            (11, 0),
            {
                "ARCHFLAGS": "-arch arm64",
                "CARGO_BUILD_TARGET": "aarch64-apple-darwin",
                "CMAKE_OSX_ARCHITECTURES": "arm64",
                "CMAKE_OSX_DEPLOYMENT_TARGET": "11.0",
                "MACOSX_DEPLOYMENT_TARGET": "11.0",
                "_PYTHON_HOST_PLATFORM": "macosx-11.0-arm64",
            },
        ),
        (
            "macos-x86_64",
            (10, 9),
            {
                "ARCHFLAGS": "-arch x86_64",
                "CARGO_BUILD_TARGET": "x86_64-apple-darwin",
                "CMAKE_OSX_ARCHITECTURES": "x86_64",
                "CMAKE_OSX_DEPLOYMENT_TARGET": "10.9",
                "MACOSX_DEPLOYMENT_TARGET": "10.9",
                "_PYTHON_HOST_PLATFORM": "macosx-10.9-x86_64",
            },
        ),
        (
            "macos-universal2",
            (10, 9),
            {
                "ARCHFLAGS": "-arch arm64 -arch x86_64",
                "CMAKE_OSX_ARCHITECTURES": "arm64;x86_64",
                "CMAKE_OSX_DEPLOYMENT_TARGET": "10.9",
                "MACOSX_DEPLOYMENT_TARGET": "10.9",
                "_PYTHON_HOST_PLATFORM": "macosx-10.9-universal2",
            },
        ),
    ],
)
def test_every_variable(
    make_target: MakeTarget,
    plan_on_mac: MakePlan,
    name: str,
    floor: tuple[int, int],
    expected: dict[str, str],
) -> None:
    plan = plan_on_mac(make_target(name, floor=floor))
    assert dict(plan.environment) == expected
    assert plan.files == ()
    assert plan.config_settings == ()


def test_arm64_begins_with_macos_11_whatever_the_floor(
    make_target: MakeTarget, plan_on_mac: MakePlan
) -> None:
    plan = plan_on_mac(make_target("macos-arm64", floor=(10, 13)))
    assert dict(plan.environment)["MACOSX_DEPLOYMENT_TARGET"] == "11.0"


def test_the_sdk_is_the_users_where_one_is_set(
    make_target: MakeTarget, plan_on_mac: MakePlan
) -> None:
    plan = plan_on_mac(make_target("macos-arm64"))
    assert ("SDKROOT", "macosx") not in plan.environment


def test_maturin_joins_the_slices_itself(make_target: MakeTarget, plan_on_mac: MakePlan) -> None:
    plan = plan_on_mac(make_target("macos-universal2"), Backend.MATURIN)
    assert plan.config_settings == (("build-args", ("--target universal2-apple-darwin",)),)
    assert "CARGO_BUILD_TARGET" not in dict(plan.environment)
