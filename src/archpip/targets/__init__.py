"""Targets: the machine and Python to resolve for, and the tags and markers that follow.

A `Target` is parsed from text once; its tags, marker environment and extension suffixes are pure
functions of it. Only `host.py` reads this machine.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.targets.errors import (
        InterpreterUnusableError,
        InvalidFloorError,
        InvalidPythonError,
        InvalidTargetError,
    )
    from archpip.targets.floors import Floors, floor_arguments, parse_floor
    from archpip.targets.host import count_cores, detect_host, probe_interpreter
    from archpip.targets.markers import machine_name, marker_environment, marker_environments
    from archpip.targets.model import FIRST_ARM64_MACOS, PythonTarget, Target
    from archpip.targets.parsing import looks_like_target, parse_target
    from archpip.targets.platforms import is_platform_of, platform_tags, python_abis
    from archpip.targets.pythons import parse_python
    from archpip.targets.spellings import KNOWN_NAMES, OTHER_NAMES
    from archpip.targets.suffixes import extension_suffixes
    from archpip.targets.tags import compatible_tags
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "FIRST_ARM64_MACOS",
    "KNOWN_NAMES",
    "OTHER_NAMES",
    "Floors",
    "InterpreterUnusableError",
    "InvalidFloorError",
    "InvalidPythonError",
    "InvalidTargetError",
    "PythonTarget",
    "Target",
    "compatible_tags",
    "count_cores",
    "detect_host",
    "extension_suffixes",
    "floor_arguments",
    "is_platform_of",
    "looks_like_target",
    "machine_name",
    "marker_environment",
    "marker_environments",
    "parse_floor",
    "parse_python",
    "parse_target",
    "platform_tags",
    "probe_interpreter",
    "python_abis",
]
