"""Builds: a source distribution becomes a wheel for the target, and is checked before it counts.

`SourceBuilder` is the entry point. It plans (`planning.py` chooses a strategy, purely), runs the
backend behind one PEP 517 front end (`frontend.py`), and checks the wheel (`checking.py`). The
build environment is always native to this machine; settings for the target are passed only to the
backend's hooks. `ToolchainShelf` stores compilers for other machines.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.builds.builder import BuiltWheel, SourceBuilder
    from archpip.builds.checking import CheckedWheel
    from archpip.builds.environment import pip_environment
    from archpip.builds.errors import (
        BackendMissingError,
        BuildFailedError,
        BuildNotApprovedError,
        BuildTimeoutError,
        BuiltForWrongTargetError,
        FloorTooHighError,
        InvalidBuildSettingsError,
        InvalidBuildSystemError,
        InvalidSdistError,
        InvalidToolchainError,
        PatchError,
        PureWheelError,
        TagMismatchError,
        ToolchainFailedError,
        ToolchainMissingError,
        UnknownToolchainError,
    )
    from archpip.builds.interpreters import find_build_pythons
    from archpip.builds.model import (
        BuildOptions,
        BuildReporter,
        BuildSettings,
        BuildStep,
        IndexOptions,
        Installer,
        Patch,
        SilentReporter,
    )
    from archpip.builds.plan import BuilderChoice, BuildPlan, Interpreter, Strategy, Zig
    from archpip.builds.profile import FILES
    from archpip.builds.sdists import unpack_sdist
    from archpip.builds.settings import describe_settings, join_settings, parse_build_settings
    from archpip.builds.toolchains.doctor import Check, examine_toolchain, examine_zig
    from archpip.builds.toolchains.model import CrossPython, Toolchain
    from archpip.builds.toolchains.own import describe_toolchain
    from archpip.builds.toolchains.shelf import ShelvedToolchain, ToolchainShelf
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "FILES",
    "BackendMissingError",
    "BuildFailedError",
    "BuildNotApprovedError",
    "BuildOptions",
    "BuildPlan",
    "BuildReporter",
    "BuildSettings",
    "BuildStep",
    "BuildTimeoutError",
    "BuilderChoice",
    "BuiltForWrongTargetError",
    "BuiltWheel",
    "Check",
    "CheckedWheel",
    "CrossPython",
    "FloorTooHighError",
    "IndexOptions",
    "Installer",
    "Interpreter",
    "InvalidBuildSettingsError",
    "InvalidBuildSystemError",
    "InvalidSdistError",
    "InvalidToolchainError",
    "Patch",
    "PatchError",
    "PureWheelError",
    "ShelvedToolchain",
    "SilentReporter",
    "SourceBuilder",
    "Strategy",
    "TagMismatchError",
    "Toolchain",
    "ToolchainFailedError",
    "ToolchainMissingError",
    "ToolchainShelf",
    "UnknownToolchainError",
    "Zig",
    "describe_settings",
    "describe_toolchain",
    "examine_toolchain",
    "examine_zig",
    "find_build_pythons",
    "join_settings",
    "parse_build_settings",
    "pip_environment",
    "unpack_sdist",
]
