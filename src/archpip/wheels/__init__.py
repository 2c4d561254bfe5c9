"""Wheels: one interface over local and remote archives, and the inspection of one."""

from archpip.wheels.errors import InvalidWheelError, RangesUnsupportedError, WheelUnreadableError
from archpip.wheels.model import (
    READER_VERSION,
    BinaryMember,
    Inspection,
    Member,
    Problem,
    ProblemKind,
    RangeReader,
    ReadingCost,
    Tail,
    WheelSource,
)

__all__ = [
    "READER_VERSION",
    "BinaryMember",
    "Inspection",
    "InvalidWheelError",
    "Member",
    "Problem",
    "ProblemKind",
    "RangeReader",
    "RangesUnsupportedError",
    "ReadingCost",
    "Tail",
    "WheelSource",
    "WheelUnreadableError",
]
