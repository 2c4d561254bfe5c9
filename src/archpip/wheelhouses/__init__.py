"""Wheels that are about to be installed: a folder of them, or those that a lockfile names.

They are judged as `archpip.environments` judges what is installed, one part for each wheel.
"""

from archpip.wheelhouses.lockfile_audit import audit_locked
from archpip.wheelhouses.lockfiles import find_stated_target, read_locked
from archpip.wheelhouses.wheelhouse import (
    audit_wheel_files,
    audit_wheels,
    rank_for_target,
)

__all__ = [
    "audit_locked",
    "audit_wheel_files",
    "audit_wheels",
    "find_stated_target",
    "rank_for_target",
    "read_locked",
]
