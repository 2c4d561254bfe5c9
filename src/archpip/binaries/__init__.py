"""Binaries: bytes to facts. Mach-O, ELF and PE are read from as few bytes as possible."""

from archpip.binaries.model import (
    Binary,
    BinaryFormat,
    BinaryKind,
    ByteSource,
    NeededLibrary,
    Platform,
    Slice,
    UnboundSymbols,
    VersionNeed,
)

__all__ = [
    "Binary",
    "BinaryFormat",
    "BinaryKind",
    "ByteSource",
    "NeededLibrary",
    "Platform",
    "Slice",
    "UnboundSymbols",
    "VersionNeed",
]
