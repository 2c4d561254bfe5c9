"""Locking: resolutions to PEP 751 lockfiles with evidence, and back.

`to_pylock` and `render_lockfile` write a lockfile; `read_lockfile`, `read_graph` and
`select_locked` read one. `check_lockfile` compares it with what is asked for now, offline: the
`Evidence` of each package says what its wheels hold.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.locking.changes import Change, ChangeKind, find_changes
    from archpip.locking.checking import check_lockfile
    from archpip.locking.checks.lockfile import Discrepancy
    from archpip.locking.conversion import to_pylock
    from archpip.locking.environments import environment_markers
    from archpip.locking.errors import (
        InvalidLockfileError,
        LockfileMismatchError,
        LockfileNameError,
        LockWriteError,
        NotLockedError,
        PreferencesError,
        UnfitLockfileError,
        UnhashedFileError,
    )
    from archpip.locking.evidence import Evidence, Refusals
    from archpip.locking.files import (
        check_lockfile_name,
        locked_refusals,
        locked_versions,
        lockfile_name,
        read_evidence,
        read_lockfile,
        read_target,
        render_lockfile,
        write_lockfile,
    )
    from archpip.locking.graph import LockedProject, LockGraph, read_graph
    from archpip.locking.preferences import read_preferences
    from archpip.locking.selection import select_locked
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "Change",
    "ChangeKind",
    "Discrepancy",
    "Evidence",
    "InvalidLockfileError",
    "LockGraph",
    "LockWriteError",
    "LockedProject",
    "LockfileMismatchError",
    "LockfileNameError",
    "NotLockedError",
    "PreferencesError",
    "Refusals",
    "UnfitLockfileError",
    "UnhashedFileError",
    "check_lockfile",
    "check_lockfile_name",
    "environment_markers",
    "find_changes",
    "locked_refusals",
    "locked_versions",
    "lockfile_name",
    "read_evidence",
    "read_graph",
    "read_lockfile",
    "read_preferences",
    "read_target",
    "render_lockfile",
    "select_locked",
    "to_pylock",
    "write_lockfile",
]
