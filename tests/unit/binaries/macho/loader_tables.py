"""The tables by which dyld binds and exports, written by hand: of stripped files, all there is."""

import struct

DYLD_INFO, DYLD_INFO_ONLY = 0x22, 0x80000022
EXPORTS_TRIE, CHAINED_FIXUPS = 0x80000033, 0x80000034
LIBRARIES = ("/usr/lib/libSystem.B.dylib", "@rpath/libx.dylib")


def library(name: str) -> bytes:
    text = name.encode().ljust(40, b"\0")
    return struct.pack("<6I", 0xC, 24 + len(text), 24, 0, 0, 0) + text


def stripped(number: int, *blobs: bytes, two_level: bool = True) -> bytes:
    """Write an arm64 bundle without symbols; its last command points at the blobs behind it."""
    loads = b"".join(map(library, LIBRARIES))
    # LC_DYLD_INFO has five (offset, size) pairs: rebase, bind, weak bind, lazy bind, export.
    size = 8 + 8 * len(blobs)
    place = 32 + len(loads) + size
    command = struct.pack("<2I", number, size)
    for blob in blobs:
        command += struct.pack("<2I", place, len(blob))
        place += len(blob)
    flags = 0x85 if two_level else 0x5
    header = struct.pack(
        "<8I", 0xFEEDFACF, 0x0100000C, 0, 8, len(LIBRARIES) + 1, len(loads) + size, flags, 0
    )
    return header + loads + command + b"".join(blobs)


def fixups(*imports: int, form: int = 1, compression: int = 0) -> bytes:
    names = b"\0_open\0_free\0_x\0"
    layout = {1: "<I", 2: "<I4x", 3: "<Q8x"}.get(form, "<I")
    table = b"".join(struct.pack(layout, packed) for packed in imports)
    header = struct.pack("<7I", 0, 28, 28, 28 + len(table), len(imports), form, compression)
    return header + table + names


OPEN, FREE, X = 1, 7, 13


def symbol(name: str, *, weak: bool = False) -> bytes:
    return bytes([0x40 | weak]) + name.encode() + b"\0"


DO_BIND = b"\x90"
FLAT = b"\x3e"  # BIND_OPCODE_SET_DYLIB_SPECIAL_IMM, -2
PROGRAM = (
    b"\x51\x72\x80\x01\x11" + symbol("_free") + DO_BIND * 3
    + b"\x20\x02" + symbol("_x") + b"\xa0\x08"
    + b"\x60\x7f"  # addend
    + FLAT + symbol("_open") + b"\xc0\x02\x08"
    + symbol("_maybe", weak=True) + b"\xb1"
    + b"\x30" + symbol("_self") + DO_BIND
    + b"\x3f" + symbol("_main") + DO_BIND
    + b"\x80\x10" + symbol("_never_bound")
)  # fmt: skip
LAZY = (
    b"\x70\x00" + FLAT + symbol("_late") + DO_BIND + b"\0\x70\x08\x11" + symbol("_malloc") + DO_BIND
)


def trie_node(*edges: tuple[bytes, int], terminal: bool = False) -> bytes:
    return (b"\x02\0\x10" if terminal else b"\0") + bytes([len(edges)]) + b"".join(
        label + b"\0" + bytes([child]) for label, child in edges
    )  # fmt: skip


ROOT = trie_node((b"_Py", 16), (b"_open", 32)).ljust(16, b"\0")
MIDDLE = trie_node((b"Init_x", 32), terminal=True).ljust(16, b"\0")
LEAF = trie_node(terminal=True)
