"""Limits on counts and sizes in a file, above which archpip calls the file unsupported.

Every count and size below is read from the file, and a hostile file may have any number. Each limit
is far above real files (the largest seen among 10,000 popular wheels is given where it was
measured), and keeps memory and time of one read negligible.
"""

from archpip.binaries.errors import UnsupportedBinaryError

MAX_FAT_SLICES = 44
"""Slices of a fat Mach-O file. Java class files have the same magic, and a version, 45 or more, in
place of the count."""

MAX_LOAD_COMMANDS = 10_000
"""Load commands of one Mach-O slice."""

MAX_LOAD_COMMANDS_BYTES = 1 << 20
"""Size of all of them; real ones take up to 32 KiB."""

MAX_PROGRAM_HEADERS = 2_000
"""ELF segments; real files have 4 to 15."""

MAX_SECTION_HEADERS = 65_536
"""ELF sections that are searched: all that the header can count."""

MAX_PE_SECTIONS = 96
"""PE sections: as many as the Windows loader accepts."""

MAX_DYNAMIC_BYTES = 1 << 20
"""Size of an ELF dynamic table: 65,536 entries of 16 bytes."""

MAX_NEEDED_LIBRARIES = 2_000
"""Libraries that one slice needs, and import descriptors of PE."""

MAX_RUN_PATHS = 500
"""Folders in which one slice's libraries are searched; those of a build system are dozens."""

MAX_VERSION_NEEDS = 5_000
"""Symbol versions that one ELF slice needs."""

MAX_NAME_BYTES = 4_096
"""A library's name or one folder: PATH_MAX of the systems that load it."""

MAX_SEARCH_PATH_BYTES = 1 << 16
"""All folders of an ELF search path: those of a build system's workspace are dozens."""

MAX_NOTE_BYTES = 1 << 16
"""One ELF note segment."""

MAX_NOTES = 1_000
"""Notes of one ELF file, in all of its segments, which may overlap."""

MAX_SYMBOLS = 4_000_000
"""Symbols of one slice; libtorch_cpu has about 600,000."""

MAX_SYMBOL_NAME_BYTES = 1 << 16
"""One symbol's name: mangled C++ names reach some thousands."""

MAX_SYMBOL_NAMES_BYTES = 256 << 20
"""Memory for one kind of a slice's names; the private ones of libtensorflow_cc take 168 MB."""

MAX_NAMES_PER_BYTE = 8
"""Bytes of names for each byte of their string table: few names share their ends."""

MAX_EXPORTS_PER_BYTE = 100
"""Bytes of names for each byte of an export trie, where names share their starts."""

MAX_STRING_TABLE_BYTES = 512 << 20
"""A symbol table's names; read in windows, never held whole."""

MAX_BINDING_BYTES = 8 << 20
"""A Mach-O slice's program of bind opcodes, its chained fixups or its export trie."""

MAX_ARCHIVE_MEMBERS = 16
"""Members of a static archive that are read to find its machine."""


def check_limit(what: str, found: int, limit: int) -> None:
    """Raise an error if a count or size is above its limit.

    Raises:
        UnsupportedBinaryError: It is; `what` names it.
    """
    if found > limit:
        raise UnsupportedBinaryError(what=what, found=found, limit=limit)
