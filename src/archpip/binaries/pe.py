"""PE: Windows programs and libraries, .NET assemblies among them.

Source: https://learn.microsoft.com/windows/win32/debug/pe-format; the CLR header is ECMA-335
II.25.3.3, the CHPE metadata of ARM64EC and ARM64X stands in `winnt.h`,
`IMAGE_LOAD_CONFIG_DIRECTORY64`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from struct import Struct

from archpip.architecture import Architecture
from archpip.binaries.errors import (
    BytesNotHeldError,
    MalformedBinaryError,
    TruncatedBinaryError,
    UnsupportedBinaryError,
)
from archpip.binaries.limits import MAX_NEEDED_LIBRARIES, MAX_SECTION_HEADERS
from archpip.binaries.model import (
    Binary,
    BinaryFormat,
    BinaryKind,
    Depth,
    NeededLibrary,
    Platform,
    Slice,
)
from archpip.binaries.window import Window

DOS_MAGIC = b"MZ"
_PE_MAGIC = b"PE\0\0"
_LFANEW_OFFSET = 0x3C

_MACHINES = {
    0x014C: ("IMAGE_FILE_MACHINE_I386", Architecture.I686, 32),
    0x0200: ("IMAGE_FILE_MACHINE_IA64", Architecture.IA64, 64),
    0x01C0: ("IMAGE_FILE_MACHINE_ARM", Architecture.ARMV7L, 32),
    0x01C2: ("IMAGE_FILE_MACHINE_THUMB", Architecture.ARMV7L, 32),
    0x01C4: ("IMAGE_FILE_MACHINE_ARMNT", Architecture.ARMV7L, 32),
    0x5064: ("IMAGE_FILE_MACHINE_RISCV64", Architecture.RISCV64, 64),
    0x6264: ("IMAGE_FILE_MACHINE_LOONGARCH64", Architecture.LOONGARCH64, 64),
    0x8664: ("IMAGE_FILE_MACHINE_AMD64", Architecture.X86_64, 64),
    0xA641: ("IMAGE_FILE_MACHINE_ARM64EC", Architecture.ARM64EC, 64),
    0xA64E: ("IMAGE_FILE_MACHINE_ARM64X", Architecture.ARM64, 64),
    0xAA64: ("IMAGE_FILE_MACHINE_ARM64", Architecture.ARM64, 64),
}
_COFF_HEADER = Struct("<2H3I2H")  # Machine Sections Time Symbols SymbolCount OptionalSize Flags
_IMAGE_FILE_DLL = 0x2000

_PE32, _PE32_PLUS = 0x10B, 0x20B
_EFI_SUBSYSTEMS = frozenset((10, 11, 12, 13))

_EXPORT, _IMPORT, _LOAD_CONFIG, _DELAY_IMPORT, _CLR = 0, 1, 10, 13, 14

_SECTION = Struct("<8s4I")  # Name VirtualSize VirtualAddress SizeOfRawData PointerToRawData
_SECTION_BYTES = 40
_DIRECTORY = Struct("<2I")  # VirtualAddress Size
_IMPORT_DESCRIPTOR = Struct("<5I")  # OriginalFirstThunk Time Forwarder Name FirstThunk
_DELAY_DESCRIPTOR = Struct("<8I")  # Attributes Name Module IAT INT BoundIAT Unload Time

_CHPE_METADATA_OFFSET = 200  # IMAGE_LOAD_CONFIG_DIRECTORY64.CHPEMetadataPointer
_COMIMAGE_FLAGS_OFFSET = 16
_COMIMAGE_FLAGS_ILONLY = 0x1
_COMIMAGE_FLAGS_32BITREQUIRED = 0x2
_COMIMAGE_FLAGS_32BITPREFERRED = 0x20000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Where a part of the loaded image lies in the file."""

    address: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """The headers behind the DOS stub."""

    machine: int
    is_library: bool
    is_wide: bool
    """PE32+, with 64-bit addresses."""
    subsystem: int
    subsystem_version: tuple[int, int]
    directories: tuple[tuple[int, int], ...]
    """(address, size) of each data directory."""
    sections: tuple[_Section, ...]

    def directory(self, number: int) -> tuple[int, int]:
        """Return (address, size) of a data directory; zeros where there is none."""
        return self.directories[number] if number < len(self.directories) else (0, 0)

    def offset_of(self, address: int) -> int:
        """Return where a relative virtual address lies in the file."""
        for section in self.sections:
            if 0 <= address - section.address < section.size:
                return section.offset + address - section.address
        return address  # the headers are loaded where they stand


def read_pe(window: Window, depth: Depth) -> Binary:
    """Read a PE file, or tell that what begins like one is an older DOS program.

    Raises:
        TruncatedBinaryError: A structure runs past the end of the file.
        MalformedBinaryError: The optional header is of no kind that exists.
        UnsupportedBinaryError: A count goes beyond the limits.
        BytesNotHeldError: The source does not hold the headers.
    """
    start = _find_pe_header(window)
    if start is None:
        return Binary(format=BinaryFormat.DOS, slices=(_dos_program(window.size),))
    machine, section_count, _, _, _, optional_bytes, flags = window.unpack(
        _COFF_HEADER, start + len(_PE_MAGIC), "COFF header"
    )
    only = _describe(machine, flags, window.size)
    if depth > Depth.HEADERS and optional_bytes:
        optional = start + len(_PE_MAGIC) + _COFF_HEADER.size
        try:
            image = _read_image(
                window,
                machine=machine,
                flags=flags,
                start=optional,
                size=optional_bytes,
                section_count=section_count,
            )
            only = replace(_read_links(window, image, only), depth=depth)
        except BytesNotHeldError:
            pass
    return Binary(format=BinaryFormat.PE, slices=(only,))


def _find_pe_header(window: Window) -> int | None:
    """Return where the PE magic stands; `None` in 16-bit programs, which have no such place."""
    try:
        (start,) = window.unpack(Struct("<I"), _LFANEW_OFFSET, "DOS header")
        return start if window.read(start, 4, "PE magic") == _PE_MAGIC else None
    except TruncatedBinaryError:
        return None


def _dos_program(size_bytes: int) -> Slice:
    return Slice(
        architecture=None,
        machine="MZ",
        kind=BinaryKind.EXECUTABLE,
        bits=16,
        depth=Depth.SYMBOLS,
        size_bytes=size_bytes,
    )


def _describe(machine: int, flags: int, size_bytes: int) -> Slice:
    name, architecture, bits = _MACHINES.get(machine, (f"machine {machine:#06x}", None, 0))
    return Slice(
        architecture=architecture,
        machine=name,
        kind=BinaryKind.LIBRARY if flags & _IMAGE_FILE_DLL else BinaryKind.EXECUTABLE,
        bits=bits,
        platform=Platform.WINDOWS,
        size_bytes=size_bytes,
    )


def _read_image(
    window: Window, *, machine: int, flags: int, start: int, size: int, section_count: int
) -> _Image:
    """Read the optional header, which is `size` bytes long, and the section table behind it."""
    (magic,) = window.unpack(Struct("<H"), start, "optional header")
    if magic not in (_PE32, _PE32_PLUS):
        raise MalformedBinaryError(
            what="optional header", offset=start, reason=f"has magic {magic:#x}, which is none"
        )
    is_wide = magic == _PE32_PLUS
    major, minor = window.unpack(Struct("<2H"), start + 48, "subsystem version")
    (subsystem,) = window.unpack(Struct("<H"), start + 68, "subsystem")
    count_at = start + (108 if is_wide else 92)
    (count,) = window.unpack(Struct("<I"), count_at, "data directory count")
    room = max(start + size - count_at - 4, 0) // _DIRECTORY.size
    directories = tuple(
        window.unpack(_DIRECTORY, count_at + 4 + number * _DIRECTORY.size, "data directory")
        for number in range(min(count, room, 16))
    )
    return _Image(
        machine=machine,
        is_library=bool(flags & _IMAGE_FILE_DLL),
        is_wide=is_wide,
        subsystem=subsystem,
        subsystem_version=(major, minor),
        directories=tuple((address, size) for address, size in directories),
        sections=tuple(_iter_sections(window, start + size, section_count)),
    )


def _iter_sections(window: Window, start: int, count: int) -> Iterator[_Section]:
    if count > MAX_SECTION_HEADERS:
        raise UnsupportedBinaryError(what="sections", found=count, limit=MAX_SECTION_HEADERS)
    for number in range(count):
        content = window.read(start + number * _SECTION_BYTES, _SECTION_BYTES, "section header")
        _, virtual_size, address, size, offset = _SECTION.unpack_from(content)
        yield _Section(address=address, offset=offset, size=max(size, virtual_size))


def _read_links(window: Window, image: _Image, only: Slice) -> Slice:
    architecture, subtype = _settle_machine(window, image, only.architecture)
    is_efi = image.subsystem in _EFI_SUBSYSTEMS
    return replace(
        only,
        architecture=architecture,
        subtype=subtype,
        platform=Platform.EFI if is_efi else Platform.WINDOWS,
        minimum_os=(*image.subsystem_version, 0),
        managed=_is_managed(window, image),
        install_name=_read_export_name(window, image),
        needed=(
            *_iter_imports(window, image, _IMPORT, _IMPORT_DESCRIPTOR, 3, weak=False),
            *_iter_imports(window, image, _DELAY_IMPORT, _DELAY_DESCRIPTOR, 1, weak=True),
        ),
    )


def _settle_machine(
    window: Window, image: _Image, architecture: Architecture | None
) -> tuple[Architecture | None, str]:
    """Tell ARM64EC, whose header says AMD64, and ARM64X, whose header says ARM64.

    Both have CHPE metadata: tables of which code is of which kind.
    """
    address, size = image.directory(_LOAD_CONFIG)
    if not address or not image.is_wide:
        return architecture, ""
    start = image.offset_of(address)
    (declared,) = window.unpack(Struct("<I"), start, "load configuration")
    if min(declared, max(size, declared)) < _CHPE_METADATA_OFFSET + 8:
        return architecture, ""
    (metadata,) = window.unpack(Struct("<Q"), start + _CHPE_METADATA_OFFSET, "CHPE metadata")
    if not metadata:
        return architecture, ""
    if architecture is Architecture.X86_64:
        return Architecture.ARM64EC, "arm64ec"
    return architecture, "arm64x" if architecture is Architecture.ARM64 else ""


def _is_managed(window: Window, image: _Image) -> bool:
    """Tell assemblies of IL only, which any CPU's .NET runs, by the CLR header's flags."""
    address, _ = image.directory(_CLR)
    if not address:
        return False
    place = image.offset_of(address) + _COMIMAGE_FLAGS_OFFSET
    (flags,) = window.unpack(Struct("<I"), place, "CLR header")
    only_32_bit = flags & _COMIMAGE_FLAGS_32BITREQUIRED and not (
        flags & _COMIMAGE_FLAGS_32BITPREFERRED
    )
    return bool(flags & _COMIMAGE_FLAGS_ILONLY) and not only_32_bit


def _read_export_name(window: Window, image: _Image) -> str | None:
    address, _ = image.directory(_EXPORT)
    if not address:
        return None
    (name,) = window.unpack(Struct("<I"), image.offset_of(address) + 12, "export directory")
    return window.string(image.offset_of(name), "export name") if name else None


def _iter_imports(
    window: Window, image: _Image, directory: int, layout: Struct, name_index: int, *, weak: bool
) -> Iterator[NeededLibrary]:
    """Yield the libraries of an import table, which a descriptor without a name ends."""
    address, _ = image.directory(directory)
    if not address:
        return
    start = image.offset_of(address)
    for number in range(MAX_NEEDED_LIBRARIES):
        fields = window.unpack(layout, start + number * layout.size, "import descriptor")
        name = fields[name_index]
        if not name:
            return
        yield NeededLibrary(
            name=window.string(image.offset_of(name), "imported library"), weak=weak
        )
    raise UnsupportedBinaryError(
        what="imported libraries", found=MAX_NEEDED_LIBRARIES + 1, limit=MAX_NEEDED_LIBRARIES
    )
