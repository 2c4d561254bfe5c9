"""Write Windows PE files from a frozen description: imports, exports, .NET, ARM64EC and ARM64X.

Source: Microsoft, "PE Format"; `winnt.h` for the load configuration, `IMAGE_COR20_HEADER` and
`IMAGE_ARM64EC_METADATA`; ECMA-335 §II.24.2.1 for the metadata root.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

from fake_index.filler import align, filler, pad

MACHINES = {
    "x86": 0x014C,
    "arm": 0x01C4,
    "ia64": 0x0200,
    "ebc": 0x0EBC,
    "amd64": 0x8664,
    "arm64": 0xAA64,
    # In files, both hybrids use the number of the processes that they were made for.
    "arm64ec": 0x8664,
    "arm64x": 0xAA64,
}
"""`IMAGE_FILE_MACHINE_*` by name; any number may be given in place of a name."""

_NARROW = frozenset({"x86", "arm"})  # PE32; all else is PE32+

SECTION_ALIGNMENT = 0x1000
FILE_ALIGNMENT = 0x200
HEADERS_SIZE = 0x400
PE_OFFSET = 0x80

IMAGE_FILE_EXECUTABLE_IMAGE = 0x0002
IMAGE_FILE_LARGE_ADDRESS_AWARE = 0x0020
IMAGE_FILE_32BIT_MACHINE = 0x0100
IMAGE_FILE_DLL = 0x2000

DIRECTORY_EXPORT = 0
DIRECTORY_IMPORT = 1
DIRECTORY_LOAD_CONFIG = 10
DIRECTORY_DELAY_IMPORT = 13
DIRECTORY_CLR = 14

COMIMAGE_FLAGS_ILONLY = 0x1
COMIMAGE_FLAGS_32BITREQUIRED = 0x2
COMIMAGE_FLAGS_32BITPREFERRED = 0x20000


class PeKind(StrEnum):
    """What the characteristics say a file is."""

    EXE = "exe"
    DLL = "dll"


class Clr(StrEnum):
    """What a .NET header says of the processor."""

    ANY_CPU = "any-cpu"  # IL only
    PREFER_32 = "prefer-32"  # IL only; a 32-bit process where there is a choice
    X86 = "x86"  # IL only, and only in a 32-bit process
    MIXED = "mixed"  # C++/CLI: IL beside native code


CLR_FLAGS = {
    Clr.ANY_CPU: COMIMAGE_FLAGS_ILONLY,
    Clr.PREFER_32: COMIMAGE_FLAGS_ILONLY
    | COMIMAGE_FLAGS_32BITREQUIRED
    | COMIMAGE_FLAGS_32BITPREFERRED,
    Clr.X86: COMIMAGE_FLAGS_ILONLY | COMIMAGE_FLAGS_32BITREQUIRED,
    Clr.MIXED: 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeImport:
    """One DLL that a file imports from."""

    dll: str
    names: tuple[str, ...] = ("DllMain",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pe:
    """One PE file."""

    machine: str | int
    """A key of `MACHINES`, or the number itself."""
    kind: PeKind = PeKind.DLL
    imports: tuple[PeImport, ...] = ()
    delay_imports: tuple[PeImport, ...] = ()
    export_name: str | None = None
    """What the file calls itself in its export table."""
    exports: tuple[str, ...] = ()
    clr: Clr | None = None
    subsystem: int = 3
    """2 Windows GUI, 3 Windows console, 10 EFI application."""
    subsystem_version: tuple[int, int] = (6, 0)
    code_bytes: int = 64


class _Data:
    """The `.rdata` section as it grows; every address is relative to the image."""

    def __init__(self, start: int) -> None:
        self._start = start
        self.content = b""

    @property
    def here(self) -> int:
        """The address of what is added next, which is a multiple of 8."""
        return self._start + align(len(self.content), 8)

    def add(self, content: bytes) -> int:
        """Add bytes and return their address."""
        address = self.here
        self.content = pad(self.content, 8) + content
        return address

    def text(self, text: str) -> int:
        """Add a C string and return its address."""
        return self.add(text.encode() + b"\0")


class _Writer:
    """Writes one file: `.text` with filler, then `.rdata` with all that the headers point at."""

    def __init__(self, description: Pe) -> None:
        self._it = description
        self._wide = description.machine not in {*_NARROW, MACHINES["x86"], MACHINES["arm"]}
        self._base = 0x180000000 if self._wide else 0x10000000
        code_size = align(description.code_bytes, SECTION_ALIGNMENT) or SECTION_ALIGNMENT
        self._data_address = SECTION_ALIGNMENT + code_size
        self._data = _Data(self._data_address)
        self._directories: dict[int, tuple[int, int]] = {}

    def write(self) -> bytes:
        """Return the file's bytes."""
        self._fill_data()
        code = pad(filler(self._it.code_bytes, str(self._it.machine)), FILE_ALIGNMENT)
        data = pad(self._data.content or b"\0", FILE_ALIGNMENT)
        head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", PE_OFFSET)
        head = head.ljust(PE_OFFSET, b"\0") + b"PE\0\0"
        head += self._coff_header() + self._optional_header(len(code), len(data))
        head += self._section(b".text", SECTION_ALIGNMENT, self._it.code_bytes, HEADERS_SIZE, code)
        head += self._section(
            b".rdata",
            self._data_address,
            len(self._data.content) or 1,
            HEADERS_SIZE + len(code),
            data,
        )
        return head.ljust(HEADERS_SIZE, b"\0") + code + data

    def _fill_data(self) -> None:
        it = self._it
        if it.imports:
            self._import_table()
        if it.delay_imports:
            self._delay_import_table()
        if it.export_name is not None or it.exports:
            self._export_table()
        if it.machine in {"arm64ec", "arm64x"}:
            self._hybrid_metadata()
        if it.clr is not None:
            self._clr_header(CLR_FLAGS[it.clr])

    def _coff_header(self) -> bytes:
        it = self._it
        machine = MACHINES[it.machine] if isinstance(it.machine, str) else it.machine
        flags = IMAGE_FILE_EXECUTABLE_IMAGE
        flags |= IMAGE_FILE_LARGE_ADDRESS_AWARE if self._wide else IMAGE_FILE_32BIT_MACHINE
        if it.kind is PeKind.DLL:
            flags |= IMAGE_FILE_DLL
        return struct.pack("<HHIIIHH", machine, 2, 0, 0, 0, 240 if self._wide else 224, flags)

    def _optional_header(self, code_size: int, data_size: int) -> bytes:
        word = "Q" if self._wide else "I"
        image_size = self._data_address + align(data_size, SECTION_ALIGNMENT)
        header = struct.pack(
            "<HBBIIIII",
            0x20B if self._wide else 0x10B,
            14,
            0,
            code_size,
            data_size,
            0,
            0x1000,
            0x1000,
        )
        if not self._wide:
            header += struct.pack("<I", self._data_address)  # BaseOfData
        header += struct.pack(
            f"<{word}II6HIIIIHH4{word}II",
            self._base,
            SECTION_ALIGNMENT,
            FILE_ALIGNMENT,
            6,
            0,
            0,
            0,
            *self._it.subsystem_version,
            0,
            image_size,
            HEADERS_SIZE,
            0,
            self._it.subsystem,
            0x160,  # high-entropy addresses, dynamic base, no-execute
            0x100000,
            0x1000,
            0x100000,
            0x1000,
            0,
            16,
        )
        for number in range(16):
            header += struct.pack("<II", *self._directories.get(number, (0, 0)))
        return header

    @staticmethod
    def _section(name: bytes, address: int, size: int, offset: int, content: bytes) -> bytes:
        flags = 0x60000020 if name == b".text" else 0x40000040
        return struct.pack(
            "<8sIIIIIIHHI", name, size, address, len(content), offset, 0, 0, 0, 0, flags
        )

    def _thunks(self, names: tuple[str, ...]) -> bytes:
        """Add hint/name entries, and return the table that points at them."""
        addresses = [self._data.add(b"\0\0" + name.encode() + b"\0") for name in names]
        word = "Q" if self._wide else "I"
        return struct.pack(f"<{len(names) + 1}{word}", *addresses, 0)

    def _import_table(self) -> None:
        rows = b""
        for imported in self._it.imports:
            thunks = self._thunks(imported.names)
            lookup, bound = self._data.add(thunks), self._data.add(thunks)
            rows += struct.pack("<5I", lookup, 0, 0, self._data.text(imported.dll), bound)
        rows += bytes(20)
        self._directories[DIRECTORY_IMPORT] = (self._data.add(rows), len(rows))

    def _delay_import_table(self) -> None:
        rows = b""
        for imported in self._it.delay_imports:
            thunks = self._thunks(imported.names)
            lookup, bound = self._data.add(thunks), self._data.add(thunks)
            handle = self._data.add(bytes(8))
            # Attributes 1: the fields are addresses relative to the image.
            name = self._data.text(imported.dll)
            rows += struct.pack("<8I", 1, name, handle, bound, lookup, 0, 0, 0)
        rows += bytes(32)
        self._directories[DIRECTORY_DELAY_IMPORT] = (self._data.add(rows), len(rows))

    def _export_table(self) -> None:
        names = sorted(self._it.exports)  # the loader looks names up by bisection
        count = len(names)
        functions = self._data.add(struct.pack(f"<{count}I", *(SECTION_ALIGNMENT,) * count))
        pointers = self._data.add(
            struct.pack(f"<{count}I", *(self._data.text(name) for name in names))
        )
        ordinals = self._data.add(struct.pack(f"<{count}H", *range(count)))
        own = self._data.text(self._it.export_name or "")
        row = struct.pack(
            "<IIHHIIIIIII", 0, 0, 0, 0, own, 1, count, count, functions, pointers, ordinals
        )
        self._directories[DIRECTORY_EXPORT] = (self._data.add(row), len(row))

    def _hybrid_metadata(self) -> None:
        """Write the load configuration whose CHPEMetadataPointer makes a file a hybrid.

        ARM64EC files carry the number of amd64, ARM64X files that of arm64: the pointer is what
        tells them from ordinary ones. The code map says which kind of code lies where, in the low
        two bits of each start: 0 arm64, 1 arm64ec, 2 amd64.
        """
        size = self._it.code_bytes
        starts = [SECTION_ALIGNMENT | 1]
        if self._it.machine == "arm64x":
            starts = [SECTION_ALIGNMENT, SECTION_ALIGNMENT + size // 2 | 1]
        code_map = self._data.add(
            b"".join(struct.pack("<II", start, size // len(starts)) for start in starts)
        )
        metadata = self._data.add(struct.pack("<23I", 1, code_map, len(starts), *(0,) * 20))
        # CHPEMetadataPointer is an address, not relative, 0xC8 bytes into the structure.
        config = struct.pack("<I", 0x140).ljust(0xC8, b"\0")
        config = (config + struct.pack("<Q", self._base + metadata)).ljust(0x140, b"\0")
        self._directories[DIRECTORY_LOAD_CONFIG] = (self._data.add(config), len(config))

    def _clr_header(self, flags: int) -> None:
        version = pad(b"v4.0.30319\0", 4)
        root = b"BSJB" + struct.pack("<HHII", 1, 1, 0, len(version)) + version
        root += struct.pack("<HH", 0, 0)  # no streams
        metadata = self._data.add(root)
        row = struct.pack("<IHHIIII", 72, 2, 5, metadata, len(root), flags, 0).ljust(72, b"\0")
        self._directories[DIRECTORY_CLR] = (self._data.add(row), len(row))


def write_pe(description: Pe) -> bytes:
    """Write a PE file."""
    return _Writer(description).write()
