"""Locking: resolutions to PEP 751 lockfiles with evidence, and back."""

from archpip.locking.checking import Discrepancy, check_lockfile
from archpip.locking.conversion import to_pylock
from archpip.locking.environments import environment_markers
from archpip.locking.errors import (
    InvalidLockfileError,
    LockfileMismatchError,
    LockfileNameError,
    LockWriteError,
    UnhashedFileError,
)
from archpip.locking.evidence import Evidence
from archpip.locking.files import (
    locked_versions,
    lockfile_name,
    read_evidence,
    read_lockfile,
    read_target,
    render_lockfile,
    write_lockfile,
)

__all__ = [
    "Discrepancy",
    "Evidence",
    "InvalidLockfileError",
    "LockWriteError",
    "LockfileMismatchError",
    "LockfileNameError",
    "UnhashedFileError",
    "check_lockfile",
    "environment_markers",
    "locked_versions",
    "lockfile_name",
    "read_evidence",
    "read_lockfile",
    "read_target",
    "render_lockfile",
    "to_pylock",
    "write_lockfile",
]
