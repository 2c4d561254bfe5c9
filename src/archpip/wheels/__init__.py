"""Wheels: one interface over local and remote archives, and the inspection of one.

`open_wheel` and `RemoteWheel` return a `WheelSource`; `inspect_wheel` reads all facts from one,
whatever the target; `read_metadata` returns METADATA. Wheels may be hostile: `soundness.py` and
`member.py` refuse what two installers might read differently. No network and no store here: callers
pass in a `RangeReader`, and store inspections as JSON.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.wheels.archive import open_wheel
    from archpip.wheels.candidates import (
        DATA_SUFFIXES,
        Likelihood,
        estimate_likelihood,
        is_data_by_name,
        is_module_by_name,
        is_native_by_name,
    )
    from archpip.wheels.codec import inspection_from_json, inspection_to_json
    from archpip.wheels.errors import (
        InvalidInspectionError,
        InvalidWheelError,
        RangesUnsupportedError,
        WheelNameError,
        WheelUnreadableError,
    )
    from archpip.wheels.facts import inspect_unpacked, may_have_binaries
    from archpip.wheels.folders import folders_above
    from archpip.wheels.inspecting import inspect_wheel
    from archpip.wheels.metadata import read_metadata
    from archpip.wheels.model import (
        READER_VERSION,
        BinaryMember,
        Inspection,
        Member,
        MemberContent,
        Problem,
        ProblemKind,
        RangeReader,
        ReadingCost,
        Tail,
        WheelSource,
    )
    from archpip.wheels.paths import find_path_files, read_path_folders
    from archpip.wheels.remote import RemoteWheel
    from archpip.wheels.siblings import compare_siblings, find_sibling
    from archpip.wheels.soundness import find_unsafe_reason
    from archpip.wheels.wheel_files import parse_wheel_file
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "DATA_SUFFIXES",
    "READER_VERSION",
    "BinaryMember",
    "Inspection",
    "InvalidInspectionError",
    "InvalidWheelError",
    "Likelihood",
    "Member",
    "MemberContent",
    "Problem",
    "ProblemKind",
    "RangeReader",
    "RangesUnsupportedError",
    "ReadingCost",
    "RemoteWheel",
    "Tail",
    "WheelNameError",
    "WheelSource",
    "WheelUnreadableError",
    "compare_siblings",
    "estimate_likelihood",
    "find_path_files",
    "find_sibling",
    "find_unsafe_reason",
    "folders_above",
    "inspect_unpacked",
    "inspect_wheel",
    "inspection_from_json",
    "inspection_to_json",
    "is_data_by_name",
    "is_module_by_name",
    "is_native_by_name",
    "may_have_binaries",
    "open_wheel",
    "parse_wheel_file",
    "read_metadata",
    "read_path_folders",
]
