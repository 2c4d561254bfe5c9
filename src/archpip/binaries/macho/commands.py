"""The load commands of one Mach-O slice: its libraries, install name and platform.

Source: `<mach-o/loader.h>`; for `dylib_use_command` its 2024 edition.
"""

from collections.abc import Iterator
from struct import Struct

import msgspec

from archpip.binaries.errors import MalformedBinaryError
from archpip.binaries.limits import (
    MAX_LOAD_COMMANDS,
    MAX_LOAD_COMMANDS_BYTES,
    MAX_NEEDED_LIBRARIES,
    MAX_RUN_PATHS,
    check_limit,
)
from archpip.binaries.macho.header import MachHeader
from archpip.binaries.model import NeededLibrary, Platform
from archpip.binaries.window import Window

_PREFIX_BYTES = 8  # every command begins with its number and its size
_REQUIRED = 0x8000_0000  # LC_REQ_DYLD: a loader that does not know the command must give up
_SYMTAB = 0x2
_LOAD_DYLIB = 0xC
_ID_DYLIB = 0xD
_LOAD_WEAK_DYLIB = 0x18 | _REQUIRED
_RPATH = 0x1C | _REQUIRED
_REEXPORT_DYLIB = 0x1F | _REQUIRED
_LAZY_LOAD_DYLIB = 0x20
_DYLD_INFO = {0x22, 0x22 | _REQUIRED}
_LOAD_UPWARD_DYLIB = 0x23 | _REQUIRED
_BUILD_VERSION = 0x32
_DYLD_EXPORTS_TRIE = 0x33 | _REQUIRED
_DYLD_CHAINED_FIXUPS = 0x34 | _REQUIRED

_LOADS = {_LOAD_DYLIB, _LOAD_WEAK_DYLIB, _REEXPORT_DYLIB, _LAZY_LOAD_DYLIB, _LOAD_UPWARD_DYLIB}

# `dylib_use_command` is an LC_LOAD_DYLIB or LC_LOAD_WEAK_DYLIB whose timestamp is this marker and
# whose name lies behind a word of flags.
_USE_MARKER = 0x1A74_1800
_USE_NAME_OFFSET = 28
_USE_WEAK = 0x1
_USE_REEXPORT = 0x2

_VERSION_MINIMUM = {
    0x24: Platform.MACOS,
    0x25: Platform.IOS,
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
_INTEL = {"CPU_TYPE_I386", "CPU_TYPE_X86_64"}


class Blob(msgspec.Struct, frozen=True):
    """A region of the slice, in bytes from its start."""

    offset: int
    size: int


class SymbolTableCommand(msgspec.Struct, frozen=True):
    """LC_SYMTAB; offsets are bytes from the start of the slice."""

    symbols_offset: int
    symbol_count: int
    strings_offset: int
    strings_size: int


class Commands(msgspec.Struct, frozen=True):
    """The facts from the load commands of one slice."""

    needed: tuple[NeededLibrary, ...]
    """In the order of their commands: the n-th, from 1, is library ordinal n."""
    run_paths: tuple[str, ...]
    install_name: str | None
    platform: Platform | None
    minimum_os: tuple[int, int, int] | None
    symbols: SymbolTableCommand | None
    bindings: tuple[Blob, ...]
    """Programs of bind opcodes: ordinary, then lazy."""
    exports: Blob | None
    """The trie of exported names."""
    fixups: Blob | None
    """Chained fixups, which take the place of bind opcodes since macOS 12."""


class _Collected(msgspec.Struct):
    """The commands seen so far."""

    needed: list[NeededLibrary] = msgspec.field(default_factory=list)
    run_paths: list[str] = msgspec.field(default_factory=list)
    versions: dict[Platform, tuple[int, int, int]] = msgspec.field(default_factory=dict)
    install_name: str | None = None
    symbols: SymbolTableCommand | None = None
    bindings: tuple[Blob, ...] = ()
    exports: Blob | None = None
    fixups: Blob | None = None


class _Command(msgspec.Struct, frozen=True):
    """One load command."""

    number: int
    content: bytes
    """All of it, with the eight bytes of number and size."""
    offset: int
    """From the start of the file, for messages."""
    order: str

    def words(self, count: int, start: int = _PREFIX_BYTES) -> tuple[int, ...]:
        """Return `count` 32-bit fields from `start` bytes into the command."""
        layout = Struct(f"{self.order}{count}I")
        if start + layout.size > len(self.content):
            raise self.malformed(f"is too short for its kind ({len(self.content)} bytes)")
        return layout.unpack_from(self.content, start)

    def text(self) -> str:
        """Return the string whose offset into the command is its first field (`union lc_str`)."""
        (start,) = self.words(1)
        if not _PREFIX_BYTES < start < len(self.content):
            raise self.malformed(f"has its name at {start}, outside itself")
        # The header requires a zero byte; dyld accepts the end of the command as well.
        return self.content[start:].partition(b"\0")[0].decode("utf-8", "backslashreplace")

    def malformed(self, reason: str) -> MalformedBinaryError:
        """Return the error for this command."""
        what = f"load command {self.number:#x}"
        return MalformedBinaryError(what=what, offset=self.offset, reason=reason)


def read_commands(part: Window, header: MachHeader) -> Commands:
    """Read the load commands behind the header, a few KB in one go.

    Raises:
        TruncatedBinaryError: They run past the end of the slice.
        MalformedBinaryError: A command's size or string contradicts its place.
        UnsupportedBinaryError: They are more, or longer, than any real file's.
    """
    seen = _Collected()
    for command in _iter_commands(part, header):
        _collect(seen, command)
    check_limit("needed libraries", len(seen.needed), MAX_NEEDED_LIBRARIES)
    check_limit("run paths", len(seen.run_paths), MAX_RUN_PATHS)
    platform = _select_platform(seen.versions, intel=header.machine.machine in _INTEL)
    return Commands(
        needed=tuple(seen.needed),
        run_paths=tuple(seen.run_paths),
        install_name=seen.install_name,
        platform=platform[0],
        minimum_os=platform[1],
        symbols=seen.symbols,
        bindings=seen.bindings,
        exports=seen.exports,
        fixups=seen.fixups,
    )


def _iter_commands(part: Window, header: MachHeader) -> Iterator[_Command]:
    check_limit("load commands", header.command_count, MAX_LOAD_COMMANDS)
    check_limit("bytes of load commands", header.commands_size, MAX_LOAD_COMMANDS_BYTES)
    start = header.commands_offset
    content = part.read(start, header.commands_size, "load commands")
    layout = Struct(f"{header.order}2I")
    position = 0
    for _ in range(header.command_count):
        offset = part.start + start + position
        if position + layout.size > len(content):
            reason = f"holds fewer than the {header.command_count} that the header counts"
            raise MalformedBinaryError(what="load commands", offset=offset, reason=reason)
        number, size = layout.unpack_from(content, position)
        command = _Command(number, content[position : position + size], offset, header.order)
        if size < layout.size or len(command.content) < size:
            raise command.malformed(f"claims {size} bytes, which does not fit")
        yield command
        position += size


def _collect(seen: _Collected, command: _Command) -> None:
    number = command.number
    if number in _LOADS:
        seen.needed.append(_needed(command))
    elif number == _RPATH:
        seen.run_paths.append(command.text())
    elif number == _ID_DYLIB:
        seen.install_name = command.text()
    elif number == _BUILD_VERSION:
        platform, minimum = command.words(2)
        known = _PLATFORMS.get(platform, Platform.OTHER_APPLE)
        seen.versions.setdefault(known, _version(minimum))
    elif number in _VERSION_MINIMUM:
        (minimum,) = command.words(1)
        seen.versions.setdefault(_VERSION_MINIMUM[number], _version(minimum))
    else:
        _collect_link_edit(seen, command)


def _collect_link_edit(seen: _Collected, command: _Command) -> None:
    """Record the positions of the symbols and of the loader's own tables."""
    number = command.number
    if number == _SYMTAB:
        symbols_offset, count, strings_offset, strings_size = command.words(4)
        seen.symbols = SymbolTableCommand(
            symbols_offset=symbols_offset,
            symbol_count=count,
            strings_offset=strings_offset,
            strings_size=strings_size,
        )
    elif number in _DYLD_INFO:
        # rebase, bind, weak_bind, lazy_bind, export: each an offset and a size
        words = command.words(10)
        _, bind, _, lazy, exports = (
            Blob(offset=words[i], size=words[i + 1]) for i in range(0, 10, 2)
        )
        seen.bindings = (bind, lazy)
        seen.exports = exports
    elif number == _DYLD_EXPORTS_TRIE:
        offset, size = command.words(2)
        seen.exports = Blob(offset=offset, size=size)
    elif number == _DYLD_CHAINED_FIXUPS:
        offset, size = command.words(2)
        seen.fixups = Blob(offset=offset, size=size)


def _needed(command: _Command) -> NeededLibrary:
    name_offset, timestamp = command.words(2)
    flags = 0
    if timestamp == _USE_MARKER and name_offset == _USE_NAME_OFFSET:
        (flags,) = command.words(1, start=24)
    # A lazily loaded library is opened at its first use, so the slice loads without it.
    weak = command.number in {_LOAD_WEAK_DYLIB, _LAZY_LOAD_DYLIB} or bool(flags & _USE_WEAK)
    reexported = command.number == _REEXPORT_DYLIB or bool(flags & _USE_REEXPORT)
    return NeededLibrary(name=command.text(), weak=weak, reexported=reexported)


def _version(packed: int) -> tuple[int, int, int]:
    """Unpack `xxxx.yy.zz` nibbles."""
    return packed >> 16, packed >> 8 & 0xFF, packed & 0xFF


def _select_platform(
    versions: dict[Platform, tuple[int, int, int]], *, intel: bool
) -> tuple[Platform | None, tuple[int, int, int] | None]:
    """Select the one platform that a slice is for.

    A zippered library names macOS and Mac Catalyst; macOS is what a Python loads it on. Before
    LC_BUILD_VERSION a simulator binary was an iOS binary for an Intel processor.
    """
    if not versions:
        return None, None
    platform = Platform.MACOS if Platform.MACOS in versions else next(iter(versions))
    minimum = versions[platform]
    if platform is Platform.IOS and intel:
        platform = Platform.IOS_SIMULATOR
    return platform, minimum
