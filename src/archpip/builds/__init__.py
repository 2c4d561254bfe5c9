"""Builds: a source distribution becomes a wheel for the target, and is checked before it counts.

`SourceBuilder` is the door. The build environment is always native to this machine; what a target
needs is given to the build backend's hooks alone.
"""

from archpip.builds.builder import SourceBuilder
from archpip.builds.errors import (
    BackendMissingError,
    BuildFailedError,
    BuildNotApprovedError,
    BuildTimeoutError,
    BuiltForWrongTargetError,
    FloorTooHighError,
    InvalidBuildSystemError,
    InvalidSdistError,
    PatchError,
    PureWheelError,
    TagMismatchError,
    ToolchainMissingError,
)
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
from archpip.builds.plan import BuilderChoice, BuildPlan, Zig
from archpip.builds.sdists import unpack_sdist
from archpip.builds.toolchains.doctor import Check, examine_toolchain, examine_zig
from archpip.builds.toolchains.model import Toolchain
from archpip.builds.toolchains.shelf import ShelvedToolchain, ToolchainShelf

__all__ = [
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
    "Check",
    "FloorTooHighError",
    "IndexOptions",
    "Installer",
    "InvalidBuildSystemError",
    "InvalidSdistError",
    "Patch",
    "PatchError",
    "PureWheelError",
    "ShelvedToolchain",
    "SilentReporter",
    "SourceBuilder",
    "TagMismatchError",
    "Toolchain",
    "ToolchainMissingError",
    "ToolchainShelf",
    "Zig",
    "examine_toolchain",
    "examine_zig",
    "unpack_sdist",
]
