"""WebAssembly modules, including those that Pyodide names `.so`.

Source: WebAssembly Core Specification, chapter 5.5.16 "Modules".
"""

from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, ForeignProcessor, Slice
from archpip.binaries.window import Window

_MAGIC = b"\0asm"


def is_wasm(head: bytes) -> bool:
    """Return whether the first four bytes are a WebAssembly module's."""
    return head[:4] == _MAGIC


def read_wasm(file: Window) -> Binary:
    """Describe a module: no processor runs it, so it is data for every target."""
    only = Slice(
        architecture=None,
        machine="WebAssembly",
        foreign=ForeignProcessor.VIRTUAL_MACHINE,
        kind=BinaryKind.OTHER,
        bits=32,
        depth=Depth.SYMBOLS,
        size_bytes=file.size,
    )
    return Binary(format=BinaryFormat.WASM, slices=(only,))
