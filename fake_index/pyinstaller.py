"""Programs as PyInstaller leaves them: a bootloader with an archive behind it.

Source: https://pyinstaller.org/en/stable/advanced-topics.html#carchive, and the structures of the
bootloader's `pyi_archive.h`. Every number is big-endian.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple


class PackedFile(NamedTuple):
    """One file of the archive."""

    name: str
    typecode: str
    """`b` a binary, `x` data, `m` and `s` modules and scripts, `z` the archive of modules."""
    content: bytes = b"content"


ONE_FILE = (PackedFile("hello", "s"), PackedFile("PYZ.pyz", "z"), PackedFile("libz.so.1", "b"))
ONE_FOLDER = ONE_FILE[:2]
"""What a program has behind it whose binaries lie in a folder beside it."""


def write_program(bootloader: bytes, files: Sequence[PackedFile], *, signature: int = 0) -> bytes:
    """Return a program: the bootloader, the archive, and as many bytes of a signature."""
    data = b"".join(file.content for file in files)
    table, offset = b"", 0
    for file in files:
        name = file.name.encode() + b"\0"
        name += bytes(-(18 + len(name)) % 16)
        size = len(file.content)
        head = (18 + len(name), offset, size, size, 0, file.typecode.encode())
        table += struct.pack("!IIIIBc", *head) + name
        offset += size
    length = len(data) + len(table) + 88
    cookie = (b"MEI\014\013\012\013\016", length, len(data), len(table), 311, b"libpython3.11.so")
    return bootloader + data + table + struct.pack("!8sIIII64s", *cookie) + bytes(signature)
