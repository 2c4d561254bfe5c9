"""COFF objects and members of import libraries: input of Windows linkers, never loaded.

Source: "PE Format": COFF File Header, Import Library Format; LLVM's `COFF.h` for `BigObjHeader`.
"""

import sys
from struct import Struct

from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, Slice
from archpip.binaries.pe.header import COFF_HEADER
from archpip.binaries.pe.machines import find_machine, is_known_machine
from archpip.binaries.window import Window

# An object has a machine number where this has 0 and 0xFFFF: import descriptions, objects with very
# many sections, and objects for link-time code generation. All have their machine at byte 6.
_ANONYMOUS = b"\0\0\xff\xff"
_ANONYMOUS_HEADER = Struct("<4H")  # Sig1, Sig2, Version, Machine

_SECTION_BYTES = 40
_SYMBOL_BYTES = 18
_IMAGE_ONLY_FLAGS = 0xF000  # IMAGE_FILE_SYSTEM, _DLL, _UP_SYSTEM_ONLY: images only


def is_object(head: bytes, *, size: int = sys.maxsize) -> bool:
    """Return whether a file with this head, and `size` bytes long, is a COFF object.

    Objects have no magic number, only two bytes of machine number, so every other field of the
    header has to be plausible as well, or text would be taken for one.
    """
    if len(head) < COFF_HEADER.size:
        return False
    if head.startswith(_ANONYMOUS):
        return is_known_machine(_ANONYMOUS_HEADER.unpack_from(head)[3])
    machine, sections, _, symbols_offset, symbols, optional_size, flags = COFF_HEADER.unpack_from(
        head
    )
    tables_end = COFF_HEADER.size + sections * _SECTION_BYTES
    return (
        is_known_machine(machine)
        and optional_size == 0
        and not flags & _IMAGE_ONLY_FLAGS
        and 0 < tables_end <= size
        and (symbols == 0 or tables_end <= symbols_offset)
        and symbols_offset + symbols * _SYMBOL_BYTES <= size
    )


def read_object(file: Window, head: bytes) -> Binary:
    """Read the machine of an object; the caller has checked `is_object`."""
    anonymous = head.startswith(_ANONYMOUS)
    number = (
        _ANONYMOUS_HEADER.unpack_from(head)[3] if anonymous else COFF_HEADER.unpack_from(head)[0]
    )
    machine, bits, architecture = find_machine(number)
    only = Slice(
        architecture=architecture,
        machine=machine,
        kind=BinaryKind.OBJECT,
        bits=bits,
        depth=Depth.SYMBOLS,
        size_bytes=file.size,
    )
    return Binary(format=BinaryFormat.COFF, slices=(only,))
