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
from archpip.builds.sdists import unpack_sdist

__all__ = [
    "BackendMissingError",
    "BuildFailedError",
    "BuildNotApprovedError",
    "BuildOptions",
    "BuildReporter",
    "BuildSettings",
    "BuildStep",
    "BuildTimeoutError",
    "BuiltForWrongTargetError",
    "FloorTooHighError",
    "IndexOptions",
    "Installer",
    "InvalidBuildSystemError",
    "InvalidSdistError",
    "Patch",
    "PatchError",
    "PureWheelError",
    "SilentReporter",
    "SourceBuilder",
    "TagMismatchError",
    "ToolchainMissingError",
    "unpack_sdist",
]
