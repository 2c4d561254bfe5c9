"""Wheels: one interface over local and remote archives, and the inspection of one."""

from archpip.wheels.model import (
    READER_VERSION,
    BinaryMember,
    Inspection,
    Problem,
    ProblemKind,
    RangeReader,
    ReadingCost,
    WheelSource,
)

__all__ = [
    "READER_VERSION",
    "BinaryMember",
    "Inspection",
    "Problem",
    "ProblemKind",
    "RangeReader",
    "ReadingCost",
    "WheelSource",
]
