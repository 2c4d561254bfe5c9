"""Write a thin Mach-O file, or one slice of a fat one, from its description.

The file holds what loaders and tools look at (header, segments, load commands, symbol table) around
filler for code. It cannot be run, and is not signed.

Source: `<mach-o/loader.h>`, `<mach-o/nlist.h>`; names of constants are theirs.
"""

import struct
from dataclasses import dataclass

from fake_index.filler import align, filler, pad
from fake_index.macho.description import MACHINES, DylibKind, MachO, MachOKind, MachOSymbol

MH_MAGIC = 0xFEEDFACE
MH_MAGIC_64 = 0xFEEDFACF

MH_NOUNDEFS = 0x1
MH_DYLDLINK = 0x4
MH_TWOLEVEL = 0x80

LC_SEGMENT = 0x1
LC_SYMTAB = 0x2
LC_DYSYMTAB = 0xB
LC_LOAD_DYLIB = 0xC
LC_ID_DYLIB = 0xD
LC_LOAD_DYLINKER = 0xE
LC_LOAD_WEAK_DYLIB = 0x80000018
LC_SEGMENT_64 = 0x19
LC_UUID = 0x1B
LC_RPATH = 0x8000001C
LC_REEXPORT_DYLIB = 0x8000001F
LC_LAZY_LOAD_DYLIB = 0x20
LC_LOAD_UPWARD_DYLIB = 0x80000023
LC_MAIN = 0x80000028
LC_BUILD_VERSION = 0x32

N_STAB = 0xE0
N_UNDF_EXT = 0x01  # N_UNDF | N_EXT
N_SECT = 0x0E
N_EXT = 0x01
N_WEAK_REF = 0x0040
N_WEAK_DEF = 0x0080

FILE_TYPES = {
    MachOKind.OBJECT: 0x1,
    MachOKind.EXECUTE: 0x2,
    MachOKind.DYLIB: 0x6,
    MachOKind.BUNDLE: 0x8,
}

PLATFORMS = {
    "macos": 1,
    "ios": 2,
    "tvos": 3,
    "watchos": 4,
    "bridgeos": 5,
    "mac-catalyst": 6,
    "ios-simulator": 7,
    "tvos-simulator": 8,
    "watchos-simulator": 9,
    "driverkit": 10,
    "visionos": 11,
    "visionos-simulator": 12,
}
"""`PLATFORM_*` of LC_BUILD_VERSION."""

VERSION_MIN_COMMANDS = {"macos": 0x24, "ios": 0x25, "tvos": 0x2F, "watchos": 0x30}
"""`LC_VERSION_MIN_*`: what linkers wrote before 2018."""

DYLIB_COMMANDS = {
    DylibKind.LOAD: LC_LOAD_DYLIB,
    DylibKind.WEAK: LC_LOAD_WEAK_DYLIB,
    DylibKind.REEXPORT: LC_REEXPORT_DYLIB,
    DylibKind.UPWARD: LC_LOAD_UPWARD_DYLIB,
    DylibKind.LAZY: LC_LAZY_LOAD_DYLIB,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where the parts behind the load commands lie, in bytes from the start of the slice."""

    code: int = 0
    symbols: int = 0
    strings: int = 0
    end: int = 0


class _Writer:
    """Writes one slice. The commands are written twice: first to learn how long they are."""

    def __init__(self, description: MachO) -> None:
        self._it = description
        self._machine = MACHINES[description.architecture]
        big = self._machine.big_endian if description.big_endian is None else description.big_endian
        self._order = ">" if big else "<"
        self._wide = self._machine.bits == 64
        # LC_DYSYMTAB wants locals, then what is defined, then what is not.
        self._symbols = sorted(description.symbols, key=self._group)
        self._names, self._strings = self._string_table()

    @staticmethod
    def _group(symbol: MachOSymbol) -> int:
        if symbol.debug or not symbol.external:
            return 0
        return 1 if symbol.defined else 2

    def _pack(self, fields: str, *values: int | bytes) -> bytes:
        return struct.pack(self._order + fields, *values)

    def write(self) -> bytes:
        """Return the slice's bytes."""
        header_size = 32 if self._wide else 28
        commands_size = len(b"".join(self._commands(_Layout())))
        code = align(header_size + commands_size + self._it.header_padding, 16)
        symbols = align(code + self._it.code_bytes, 8)
        entry = 16 if self._wide else 12
        strings = symbols + entry * len(self._symbols)
        layout = _Layout(
            code=code, symbols=symbols, strings=strings, end=strings + len(self._strings)
        )
        commands = self._commands(layout)
        content = self._header(len(commands), commands_size) + b"".join(commands)
        content = content.ljust(code, b"\0") + filler(self._it.code_bytes, self._it.architecture)
        return content.ljust(symbols, b"\0") + self._symbol_table(layout) + self._strings

    def _header(self, count: int, size: int) -> bytes:
        flags = MH_DYLDLINK | (MH_TWOLEVEL if self._it.two_level else 0)
        if all(symbol.defined for symbol in self._symbols):
            flags |= MH_NOUNDEFS
        if self._it.kind is MachOKind.OBJECT:
            flags = 0
        header = self._pack(
            "7I",
            MH_MAGIC_64 if self._wide else MH_MAGIC,
            self._machine.cpu_type,
            self._machine.cpu_subtype,
            FILE_TYPES[self._it.kind],
            count,
            size,
            flags,
        )
        return header + (b"\0\0\0\0" if self._wide else b"")

    def _commands(self, layout: _Layout) -> tuple[bytes, ...]:
        it = self._it
        commands = [*self._segments(layout)]
        if it.kind is MachOKind.DYLIB:
            commands.append(self._dylib(LC_ID_DYLIB, it.install_name or "@rpath/lib.dylib"))
        if it.kind is MachOKind.EXECUTE:
            commands.append(self._string(LC_LOAD_DYLINKER, 12, b"", "/usr/lib/dyld"))
            commands.append(self._command(LC_MAIN, self._pack("QQ", layout.code, 0)))
        commands.extend(self._symbol_commands(layout))
        commands.append(self._command(LC_UUID, filler(16, f"uuid {it.architecture}")))
        commands.extend(self._version())
        commands.extend(self._dylib(DYLIB_COMMANDS[lib.kind], lib.name) for lib in it.dylibs)
        commands.extend(self._string(LC_RPATH, 12, b"", path) for path in it.run_paths)
        return tuple(commands)

    def _command(self, number: int, body: bytes) -> bytes:
        body = pad(body, 8 if self._wide else 4)
        return self._pack("II", number, 8 + len(body)) + body

    def _string(self, number: int, offset: int, fields: bytes, text: str) -> bytes:
        """Write a command that ends in a string, `offset` bytes from the command's start."""
        return self._command(number, self._pack("I", offset) + fields + text.encode() + b"\0")

    def _dylib(self, number: int, name: str) -> bytes:
        versions = self._pack("III", 2, 0x10000, 0x10000)  # timestamp, current, compatibility
        return self._string(number, 24, versions, name)

    def _version(self) -> tuple[bytes, ...]:
        platform = self._it.platform
        if platform is None:
            return ()
        major, minor, patch = self._it.minimum_os
        version = major << 16 | minor << 8 | patch
        if self._it.old_version_command:
            number = VERSION_MIN_COMMANDS[platform]
            return (self._command(number, self._pack("II", version, version)),)
        body = self._pack("IIII", PLATFORMS[platform], version, version, 0)
        return (self._command(LC_BUILD_VERSION, body),)

    def _segments(self, layout: _Layout) -> tuple[bytes, ...]:
        if self._it.kind is MachOKind.OBJECT:
            code_end = layout.code + self._it.code_bytes
            return (self._segment("", layout.code, code_end, code=layout.code),)
        return (
            self._segment("__TEXT", 0, layout.symbols, code=layout.code),
            self._segment("__LINKEDIT", layout.symbols, layout.end),
        )

    def _segment(self, name: str, start: int, stop: int, *, code: int | None = None) -> bytes:
        """Write a segment whose addresses are its offsets; `code` adds its one section."""
        word = "Q" if self._wide else "I"
        size = max(stop - start, 0)
        protection = 5 if code is not None else 1
        fields = self._pack(
            f"16s4{word}4I",
            name.encode(),
            start,
            align(size, 0x4000) if name else size,
            start,
            size,
            protection,
            protection,
            0 if code is None else 1,
            0,
        )
        if code is not None:
            fields += self._pack(
                f"16s16s2{word}7I",
                b"__text",
                b"__TEXT",
                code,
                self._it.code_bytes,
                code,
                4,
                0,
                0,
                0x80000400,  # S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS
                0,
                0,
            ) + (b"\0\0\0\0" if self._wide else b"")
        return self._command(LC_SEGMENT_64 if self._wide else LC_SEGMENT, fields)

    def _symbol_commands(self, layout: _Layout) -> tuple[bytes, bytes]:
        table = self._pack(
            "IIII", layout.symbols, len(self._symbols), layout.strings, len(self._strings)
        )
        groups = [self._group(symbol) for symbol in self._symbols]
        counts = [groups.count(group) for group in range(3)]
        ranges = (0, counts[0], counts[0], counts[1], counts[0] + counts[1], counts[2])
        dynamic = self._pack("18I", *ranges, *(0,) * 12)
        return self._command(LC_SYMTAB, table), self._command(LC_DYSYMTAB, dynamic)

    def _string_table(self) -> tuple[tuple[int, ...], bytes]:
        """Return where each symbol's name begins, and the table; offset 0 is the empty name."""
        table = b"\0"
        offsets = []
        for symbol in self._symbols:
            offsets.append(len(table))
            table += symbol.name.encode() + b"\0"
        return tuple(offsets), pad(table, 8)

    def _symbol_table(self, layout: _Layout) -> bytes:
        entries = (
            self._symbol(symbol, name, layout.code)
            for symbol, name in zip(self._symbols, self._names, strict=True)
        )
        return b"".join(entries)

    def _symbol(self, symbol: MachOSymbol, name: int, code: int) -> bytes:
        if symbol.debug:
            kind, section, description, value = N_STAB, 0, 0, 0
        elif symbol.defined:
            kind = N_SECT | (N_EXT if symbol.external else 0)
            section, description, value = 1, N_WEAK_DEF if symbol.weak else 0, code
        else:
            kind, section, value = N_UNDF_EXT, 0, 0
            # An object file's symbols have no library yet: the linker picks one.
            ordinal = 0 if self._it.kind is MachOKind.OBJECT else symbol.ordinal
            description = ordinal << 8 | (N_WEAK_REF if symbol.weak else 0)
        word = "Q" if self._wide else "I"
        return self._pack(f"IBBH{word}", name, kind, section, description, value)


def write_macho(description: MachO) -> bytes:
    """Write a thin Mach-O file."""
    return _Writer(description).write()
