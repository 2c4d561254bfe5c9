"""A module for the process that runs a backend's hooks, so that a `setup.py` sees the target.

Build scripts choose sources and compiler flags by `platform.machine()` or `os.uname()`, and
backends a tag by `platform.mac_ver()`. Within the hook's own process, these answer for the target;
its children (cmake, meson, ninja) run on this machine and still see it as it is. The build
environment loads the module through a `.pth` file.
"""

from archpip.architecture import OperatingSystem
from archpip.builds.profile import TargetProfile, macos_floor

HOOK_MODULE_NAME = "_archpip_hook"

# Not f-strings: the module runs in the build environment's Python, which may be an older one.
_TEMPLATE = '''\
"""Answers for the target where a build script asks which machine it is on."""

import os
import platform
import sys


def _answer_for_target(machine, sysname, macos):
    real = os.uname()
    fields = list(real)
    fields[4] = machine
    if sysname:
        fields[0] = sysname
    answer = type(real)(fields)
    os.uname = lambda: answer
    if macos:
        platform.mac_ver = lambda *_, **__: (macos, ("", "", ""), machine)


# Only the process that pyproject_hooks starts; meson and cmake must know the machine they run on.
_arguments = getattr(sys, "orig_argv", sys.argv)
if any(argument.endswith("_in_process.py") for argument in _arguments) and hasattr(os, "uname"):
    _answer_for_target({machine!r}, {sysname!r}, {macos!r})
'''


def write_hook_module(profile: TargetProfile) -> str:
    """Return the module's text."""
    darwin = profile.target.operating_system is OperatingSystem.MACOS
    return _TEMPLATE.format(
        machine=profile.target.architecture_name,
        sysname="Darwin" if darwin else "",
        macos=macos_floor(profile.target) if darwin else "",
    )
