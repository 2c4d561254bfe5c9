"""Mach-O: thin and fat files, in either byte order, 32 and 64 bits wide.

Source: `<mach-o/loader.h>`, `<mach-o/fat.h>`, `<mach/machine.h>`; the names below are theirs.
https://github.com/apple-oss-distributions/xnu/tree/main/EXTERNAL_HEADERS/mach-o
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from struct import Struct

from archpip.architecture import Architecture
from archpip.binaries.errors import (
    BytesNotHeldError,
    MalformedBinaryError,
    UnsupportedBinaryError,
)
from archpip.binaries.limits import (
    MAX_FAT_SLICES,
    MAX_LOAD_COMMANDS,
    MAX_LOAD_COMMANDS_BYTES,
    MAX_NEEDED_LIBRARIES,
)
from archpip.binaries.model import (
    Binary,
    BinaryFormat,
    BinaryKind,
    Depth,
    NeededLibrary,
    Platform,
    Slice,
)
from archpip.binaries.symbols import SymbolTable, find_unbound, read_symbol_table
from archpip.binaries.window import Window

FAT_MAGIC = b"\xca\xfe\xba\xbe"
FAT_MAGIC_64 = b"\xca\xfe\xba\xbf"
FAT_MAGICS = frozenset((FAT_MAGIC, FAT_MAGIC_64))

# The magic number 0xFEEDFACE or 0xFEEDFACF as its bytes stand in the file: (byte order, bits).
THIN_MAGICS = {
    b"\xfe\xed\xfa\xce": (">", 32),
    b"\xce\xfa\xed\xfe": ("<", 32),
    b"\xfe\xed\xfa\xcf": (">", 64),
    b"\xcf\xfa\xed\xfe": ("<", 64),
}

_FAT_COUNT = Struct(">I")
_FAT_ARCH = Struct(">5I")  # cputype, cpusubtype, offset, size, align
_FAT_ARCH_64 = Struct(">2I2Q2I")  # the same with wide offset and size, and a reserved word
_FAT_HEADER_BYTES = 8

_CPU_TYPES = {
    0x00000007: ("CPU_TYPE_X86", Architecture.I686),
    0x01000007: ("CPU_TYPE_X86_64", Architecture.X86_64),
    0x0000000C: ("CPU_TYPE_ARM", Architecture.ARMV7L),
    0x0100000C: ("CPU_TYPE_ARM64", Architecture.ARM64),
    0x0200000C: ("CPU_TYPE_ARM64_32", Architecture.ARM64_32),
    0x00000012: ("CPU_TYPE_POWERPC", Architecture.PPC),
    0x01000012: ("CPU_TYPE_POWERPC64", Architecture.PPC64),
}
_CPU_ARCH_ABI64 = 0x01000000
_CPU_SUBTYPE_MASK = (
    0xFF000000  # capability bits, such as CPU_SUBTYPE_LIB64 and arm64e's ABI version
)
_SUBTYPES = {
    (0x01000007, 8): "x86_64h",  # CPU_SUBTYPE_X86_64_H
    (0x0100000C, 2): "arm64e",  # CPU_SUBTYPE_ARM64E
}

_FILE_TYPES = {
    0x1: BinaryKind.OBJECT,  # MH_OBJECT
    0x2: BinaryKind.EXECUTABLE,  # MH_EXECUTE
    0x6: BinaryKind.LIBRARY,  # MH_DYLIB
    0x8: BinaryKind.BUNDLE,  # MH_BUNDLE
    0x9: BinaryKind.OTHER,  # MH_DYLIB_STUB
    0xA: BinaryKind.OTHER,  # MH_DSYM
}
_MH_TWOLEVEL = 0x80

_LC_REQ_DYLD = 0x80000000
_LC_SYMTAB = 0x2
_LC_ID_DYLIB = 0xD
_LC_RPATH = 0x1C | _LC_REQ_DYLD
_LC_BUILD_VERSION = 0x32
_LC_LOAD_DYLIB = 0xC
_LC_LOAD_WEAK_DYLIB = 0x18 | _LC_REQ_DYLD
_LC_REEXPORT_DYLIB = 0x1F | _LC_REQ_DYLD
_LC_LAZY_LOAD_DYLIB = 0x20
_LC_LOAD_UPWARD_DYLIB = 0x23 | _LC_REQ_DYLD
_LOADS = frozenset(
    (
        _LC_LOAD_DYLIB,
        _LC_LOAD_WEAK_DYLIB,
        _LC_REEXPORT_DYLIB,
        _LC_LAZY_LOAD_DYLIB,
        _LC_LOAD_UPWARD_DYLIB,
    )
)
_VERSION_MINIMA = {
    0x24: Platform.MACOS,  # LC_VERSION_MIN_MACOSX
    0x25: Platform.IOS,  # LC_VERSION_MIN_IPHONEOS
    0x2F: Platform.TVOS,
    0x30: Platform.WATCHOS,
}
_PLATFORMS = {
    1: Platform.MACOS,
    2: Platform.IOS,
    3: Platform.TVOS,
    4: Platform.WATCHOS,
    6: Platform.MAC_CATALYST,
    7: Platform.IOS_SIMULATOR,
    10: Platform.DRIVERKIT,
    11: Platform.VISIONOS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """`mach_header` or `mach_header_64`."""

    cputype: int
    cpusubtype: int
    filetype: int
    command_count: int
    commands_bytes: int
    flags: int
    order: str
    bits: int

    @property
    def size(self) -> int:
        """The length in bytes; the wide one ends in a reserved word."""
        return 32 if self.bits == 64 else 28  # noqa: PLR2004


@dataclass(slots=True, kw_only=True)
class _Commands:
    """What the load commands of one slice say."""

    platform: Platform | None = None
    minimum_os: tuple[int, int, int] | None = None
    needed: list[NeededLibrary] = field(default_factory=list)
    run_paths: list[str] = field(default_factory=list)
    install_name: str | None = None
    symtab: tuple[int, int, int, int] | None = None
    """LC_SYMTAB: symoff, nsyms, stroff, strsize."""


def is_fat_header(head: bytes) -> bool:
    """Tell a fat file from a Java class file, which begins with the same four bytes.

    The next four are the slice count here, and a class file's version, 45 or more, there.
    """
    if len(head) < _FAT_HEADER_BYTES:
        return False
    count = int.from_bytes(head[4:_FAT_HEADER_BYTES], "big")
    return 0 < count <= MAX_FAT_SLICES


def read_macho(window: Window, depth: Depth) -> Binary:
    """Read a thin or fat Mach-O file.

    A fat file's table is read first; its slices are then read as deep as the source allows.

    Raises:
        TruncatedBinaryError: A structure runs past the end of the file or of its slice.
        MalformedBinaryError: Slices overlap, repeat or are no Mach-O.
        UnsupportedBinaryError: More load commands or symbols than the limits allow.
        BytesNotHeldError: The source does not hold the header.
    """
    if window.read(0, 4, "magic") in FAT_MAGICS:
        return _read_fat(window, depth)
    thin, _ = _read_slice(window, depth)
    return Binary(format=BinaryFormat.MACHO, slices=(thin,))


def _read_fat(window: Window, depth: Depth) -> Binary:
    slices: list[Slice] = []
    tables: list[SymbolTable] = []
    for entry in read_fat_header(window):
        if depth > Depth.HEADERS:
            part = window.part(entry.offset, entry.size_bytes)
            try:
                one, table = _read_slice(part, depth)
                _check_machine(entry, one)
                slices.append(replace(one, offset=entry.offset, size_bytes=entry.size_bytes))
                if table is not None:
                    tables.append(table)
                continue
            except BytesNotHeldError:
                pass  # the table names this slice all the same
        slices.append(entry)
    if depth is Depth.SYMBOLS and len(tables) == len(slices):
        slices = [
            replace(one, unbound=find_unbound(table, _others(tables, table)))
            for one, table in zip(slices, tables, strict=True)
        ]
    return Binary(format=BinaryFormat.MACHO, fat=True, slices=tuple(slices))


def _others(tables: list[SymbolTable], own: SymbolTable) -> tuple[SymbolTable, ...]:
    """Return every table but one's own."""
    return tuple(table for table in tables if table is not own)


def read_fat_header(window: Window) -> tuple[Slice, ...]:
    """Read what a fat file's table says of its slices: their architecture and place.

    Every field is big-endian whatever the slices are, and the count is four bytes wide even when
    the entries are the 64-bit kind.

    Raises:
        TruncatedBinaryError: The table or a slice runs past the end of the file.
        MalformedBinaryError: Two slices overlap or repeat a machine.

    Source: `<mach-o/fat.h>`: `fat_header`, `fat_arch`, `fat_arch_64`.
    """
    layout = _FAT_ARCH_64 if window.read(0, 4, "magic") == FAT_MAGIC_64 else _FAT_ARCH
    (count,) = window.unpack(_FAT_COUNT, 4, "fat slice count")
    entries = []
    for number in range(count):
        place = _FAT_HEADER_BYTES + number * layout.size
        cputype, cpusubtype, offset, size, *_ = window.unpack(layout, place, "fat slice table")
        window.check(offset, size, "fat slice")
        entries.append(replace(_describe(cputype, cpusubtype), offset=offset, size_bytes=size))
    _check_table(entries)
    return tuple(entries)


def _check_table(entries: list[Slice]) -> None:
    seen = set()
    end = 0
    for entry in sorted(entries, key=lambda e: e.offset):
        if entry.offset < end:
            raise MalformedBinaryError(
                what="fat slice", offset=entry.offset, reason="overlaps the one before it"
            )
        if (entry.machine, entry.subtype) in seen:
            raise MalformedBinaryError(
                what="fat slice", offset=entry.offset, reason=f"repeats {entry.machine}"
            )
        seen.add((entry.machine, entry.subtype))
        end = entry.offset + entry.size_bytes


def _check_machine(entry: Slice, one: Slice) -> None:
    if entry.machine != one.machine and one.architecture is not None:
        raise MalformedBinaryError(
            what="fat slice",
            offset=entry.offset,
            reason=f"is {one.machine}, but the table says {entry.machine}",
        )


def _describe(cputype: int, cpusubtype: int) -> Slice:
    name, architecture = _CPU_TYPES.get(cputype, (f"cputype {cputype:#x}", None))
    return Slice(
        architecture=architecture,
        machine=name,
        subtype=_SUBTYPES.get((cputype, cpusubtype & ~_CPU_SUBTYPE_MASK), ""),
        kind=None,
        bits=64 if cputype & _CPU_ARCH_ABI64 else 32,
    )


def _read_slice(window: Window, depth: Depth) -> tuple[Slice, SymbolTable | None]:
    """Read one thin image, as deep as asked for and as the source allows."""
    magic = window.read(0, 4, "Mach-O magic")
    if magic not in THIN_MAGICS:
        # A slice may be a static archive of objects; nothing loads those.
        archive = replace(_describe(0, 0), machine="archive", kind=BinaryKind.OBJECT)
        return replace(archive, depth=Depth.SYMBOLS, size_bytes=window.size), None
    header = _read_header(window, *THIN_MAGICS[magic])
    base = replace(
        _describe(header.cputype, header.cpusubtype),
        kind=_FILE_TYPES.get(header.filetype, BinaryKind.OTHER),
        bits=header.bits,
        big_endian=header.order == ">",
        size_bytes=window.size,
    )
    if depth is Depth.HEADERS:
        return base, None
    try:
        commands = _read_commands(window, header)
    except BytesNotHeldError:
        return base, None
    linked = replace(
        base,
        platform=commands.platform,
        minimum_os=commands.minimum_os,
        needed=tuple(commands.needed),
        run_paths=tuple(commands.run_paths),
        run_paths_inherited=True,
        install_name=commands.install_name,
        depth=Depth.LINKS,
    )
    if depth is Depth.LINKS:
        return linked, None
    try:
        table = read_symbol_table(
            window,
            commands.symtab or (0, 0, 0, 0),
            order=header.order,
            bits=header.bits,
            two_level=bool(header.flags & _MH_TWOLEVEL),
            libraries=tuple(library.name for library in commands.needed),
            architecture=base.architecture,
        )
    except BytesNotHeldError:
        return linked, None
    return replace(linked, depth=Depth.SYMBOLS), table


def _read_header(window: Window, order: str, bits: int) -> _Header:
    fields = window.unpack(Struct(f"{order}6I"), 4, "Mach-O header")
    cputype, cpusubtype, filetype, command_count, commands_bytes, flags = fields
    return _Header(
        cputype=cputype,
        cpusubtype=cpusubtype,
        filetype=filetype,
        command_count=command_count,
        commands_bytes=commands_bytes,
        flags=flags,
        order=order,
        bits=bits,
    )


def _read_commands(window: Window, header: _Header) -> _Commands:
    """Read the load commands, which stand behind the header."""
    found = _Commands()
    for command, content in _iter_commands(window, header):
        _apply_command(found, command, content, header.order)
    if len(found.needed) > MAX_NEEDED_LIBRARIES:
        raise UnsupportedBinaryError(
            what="needed libraries", found=len(found.needed), limit=MAX_NEEDED_LIBRARIES
        )
    return found


def _iter_commands(window: Window, header: _Header) -> Iterator[tuple[int, bytes]]:
    """Yield (cmd, the whole command's bytes), in file order."""
    for what, count, limit in (
        ("load commands", header.command_count, MAX_LOAD_COMMANDS),
        ("bytes of load commands", header.commands_bytes, MAX_LOAD_COMMANDS_BYTES),
    ):
        if count > limit:
            raise UnsupportedBinaryError(what=what, found=count, limit=limit)
    content = window.read(header.size, header.commands_bytes, "load commands")
    layout = Struct(f"{header.order}2I")
    offset = 0
    for _ in range(header.command_count):
        if offset + layout.size > len(content):
            raise MalformedBinaryError(
                what="load command",
                offset=window.start + header.size + offset,
                reason="runs past sizeofcmds",
            )
        command, size = layout.unpack_from(content, offset)
        if size < layout.size or offset + size > len(content):
            raise MalformedBinaryError(
                what="load command",
                offset=window.start + header.size + offset,
                reason=f"has an impossible size of {size} bytes",
            )
        yield command, content[offset : offset + size]
        offset += size


def _apply_command(found: _Commands, command: int, content: bytes, order: str) -> None:
    """Take in one load command; the layouts are those of the structs named."""
    if command in _LOADS:  # dylib_command
        library = NeededLibrary(
            name=_string_in(content, order),
            weak=command in (_LC_LOAD_WEAK_DYLIB, _LC_LAZY_LOAD_DYLIB),
            reexported=command == _LC_REEXPORT_DYLIB,
        )
        found.needed.append(library)
    elif command == _LC_ID_DYLIB:
        found.install_name = _string_in(content, order)
    elif command == _LC_RPATH:  # rpath_command
        found.run_paths.append(_string_in(content, order))
    elif command == _LC_BUILD_VERSION and len(content) >= 16:  # build_version_command  # noqa: PLR2004
        platform, minimum = Struct(f"{order}2I").unpack_from(content, 8)
        found.platform = _PLATFORMS.get(platform, Platform.OTHER_APPLE)
        found.minimum_os = _version(minimum)
    elif command in _VERSION_MINIMA and len(content) >= 12:  # version_min_command  # noqa: PLR2004
        (minimum,) = Struct(f"{order}I").unpack_from(content, 8)
        found.platform = _VERSION_MINIMA[command]
        found.minimum_os = _version(minimum)
    elif command == _LC_SYMTAB and len(content) >= 24:  # symtab_command  # noqa: PLR2004
        symoff, nsyms, stroff, strsize = Struct(f"{order}4I").unpack_from(content, 8)
        found.symtab = (symoff, nsyms, stroff, strsize)


def _string_in(content: bytes, order: str) -> str:
    """Return the text of a command whose third word says where in the command it begins."""
    if len(content) < 12:  # noqa: PLR2004  # cmd, cmdsize, offset
        return ""
    (offset,) = Struct(f"{order}I").unpack_from(content, 8)
    return content[offset:].split(b"\0", 1)[0].decode("utf-8", "backslashreplace")


def _version(packed: int) -> tuple[int, int, int]:
    """Unpack `xxxx.yy.zz`: sixteen bits and twice eight."""
    return packed >> 16, packed >> 8 & 0xFF, packed & 0xFF
