"""Held against what cibuildwheel sets for win_arm64: `cibuildwheel/platforms/windows.py`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem
from archpip.builds import Interpreter, Toolchain, ToolchainMissingError
from archpip.builds.plan import BuildTools, PlanRequest
from archpip.builds.planning import plan_build
from archpip.builds.profile import FILES
from archpip.targets import Target


@pytest.fixture(name="request_on_windows")
def _request_on_windows(
    make_target: Callable[..., Target],
    make_request: Callable[..., PlanRequest],
    interpreter: Interpreter,
) -> PlanRequest:
    here = replace(make_target("windows-amd64"), floor=(10, 0))
    tools = BuildTools(interpreters=(replace(interpreter, target=here),))
    return make_request(make_target("windows-arm64"), tools=tools)


def test_every_variable(request_on_windows: PlanRequest, toolchain: Toolchain) -> None:
    libraries = replace(
        toolchain,
        operating_system=OperatingSystem.WINDOWS,
        architecture=Architecture.ARM64,
        libc=None,
        library_folder=Path("C:/pythonarm64/libs"),
    )
    tools = replace(request_on_windows.tools, toolchains=(libraries,))
    plan = plan_build(replace(request_on_windows, tools=tools))
    assert dict(plan.environment) == {
        "CARGO_BUILD_TARGET": "aarch64-pc-windows-msvc",
        "CMAKE_GENERATOR_PLATFORM": "ARM64",
        "DIST_EXTRA_CONFIG": f"{FILES}/extra-setup.cfg",
        "PYO3_CROSS_LIB_DIR": str(Path("C:/pythonarm64/libs")),
        "SETUPTOOLS_EXT_SUFFIX": ".cp311-win_arm64.pyd",
        "SETUPTOOLS_USE_DISTUTILS": "local",
        "VSCMD_ARG_TGT_ARCH": "arm64",
        "_PYTHON_HOST_PLATFORM": "win-arm64",
    }
    [config] = plan.files
    assert config.content == (
        "[build]\nplat_name=win-arm64\n"
        f"[build_ext]\nlibrary_dirs={Path('C:/pythonarm64/libs')}\nplat_name=win-arm64\n"
        "[bdist_wheel]\nplat_name=win-arm64\n"
    )


def test_the_import_libraries_must_be_named(request_on_windows: PlanRequest) -> None:
    with pytest.raises(ToolchainMissingError, match="no toolchain for it is known"):
        plan_build(request_on_windows)
