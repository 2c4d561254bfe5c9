"""Programs in one file as Nuitka leaves them: a bootstrap with all of the files in its constants.

Source: `OnefileCompressor.py` and `OnefileBootstrap.c` of Nuitka 4.3. Every number is
little-endian.
"""

import struct

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def write_program(
    bootstrap: bytes,
    content: bytes,
    *,
    compressed: bool = False,
    archive: bool = False,
    encoding: str = "utf-8",
) -> bytes:
    """Return a one-file program with one file in it.

    Args:
        bootstrap: The program that unpacks the rest.
        content: The file.
        compressed: Whether it is compressed; only the first bytes of that are true.
        archive: Whether each file is compressed by itself, or all together.
        encoding: That of the name, `utf-16le` on Windows.
    """
    packed = ZSTD_MAGIC + content[len(ZSTD_MAGIC) :] if compressed else content
    size = struct.pack("<QI", len(packed), 0) if archive else struct.pack("<Q", len(packed))
    head = "app.bin\0".encode(encoding) + size
    if compressed and not archive:
        packed = packed[: len(ZSTD_MAGIC)] + head + packed
        head = b""
    letter = b"Y" if compressed else b"X"
    return bootstrap + b"KA" + letter + head + packed + bytes(64)
