"""Binaries: bytes to facts. Mach-O, ELF and PE are read from as few bytes as possible.

`reading` is the entry point. Each format is a package: its `header` and `machines`, its links, and
`slices`, which builds the `Binary`. All of them read through a `Window`, which checks bounds, and
enforce `limits`.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.binaries.errors import (
        BytesNotHeldError,
        MalformedBinaryError,
        TruncatedBinaryError,
        UnsupportedBinaryError,
    )
    from archpip.binaries.model import (
        Binary,
        BinaryFormat,
        BinaryKind,
        ByteSource,
        Depth,
        ForeignProcessor,
        NeededLibrary,
        Platform,
        Slice,
        UnboundSymbols,
        VersionNeed,
    )
    from archpip.binaries.reading import looks_native, read_binary, read_symbols
    from archpip.binaries.sources import BytesSource, FileSource, PrefixSource
    from archpip.binaries.symbols import SymbolTable, find_unbound
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "Binary",
    "BinaryFormat",
    "BinaryKind",
    "ByteSource",
    "BytesNotHeldError",
    "BytesSource",
    "Depth",
    "FileSource",
    "ForeignProcessor",
    "MalformedBinaryError",
    "NeededLibrary",
    "Platform",
    "PrefixSource",
    "Slice",
    "SymbolTable",
    "TruncatedBinaryError",
    "UnboundSymbols",
    "UnsupportedBinaryError",
    "VersionNeed",
    "find_unbound",
    "looks_native",
    "read_binary",
    "read_symbols",
]
