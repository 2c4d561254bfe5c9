"""Read an ELF file as a `Binary` from its parts."""

from contextlib import suppress

from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.binaries.elf.attributes import find_arm_hard_float
from archpip.binaries.elf.dynamic import read_dynamic
from archpip.binaries.elf.header import MAGIC, ElfHeader, Segment, read_elf_header, read_segments
from archpip.binaries.elf.image import PT_INTERP, DynamicTable, Image
from archpip.binaries.elf.machines import (
    find_architecture,
    find_foreign,
    find_subtype,
    is_arm_float_unstated,
    spell_machine,
)
from archpip.binaries.elf.notes import read_platform
from archpip.binaries.elf.symbols import read_dynamic_symbols
from archpip.binaries.errors import BytesNotHeldError
from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, Platform, Slice
from archpip.binaries.symbols import SymbolTable
from archpip.binaries.window import Window
from archpip.errors import BinaryFormatError

_ET_REL = 1
_ET_EXEC = 2
_ET_DYN = 3

_OS_ABI_PLATFORMS = {
    1: Platform.OTHER_UNIX,  # HP-UX
    2: Platform.OTHER_UNIX,  # NetBSD
    3: Platform.LINUX,
    6: Platform.OTHER_UNIX,  # Solaris
    7: Platform.OTHER_UNIX,  # AIX
    9: Platform.FREEBSD,
    12: Platform.OTHER_UNIX,  # OpenBSD
}
# The paths of Android's dynamic linkers, for files without its note.
_ANDROID_INTERPRETERS = ("/system/bin/linker", "/apex/com.android.runtime/bin/linker")
# Bionic versions its symbols by these names, and no other C library does.
_BIONIC_VERSIONS = {"LIBC", "LIBC_N", "LIBC_O", "LIBC_P", "LIBC_Q", "LIBC_R"}


def is_elf(head: bytes) -> bool:
    """Return whether the first four bytes are an ELF file's."""
    return head[:4] == MAGIC


def read_elf(file: Window, *, depth: Depth) -> Binary:
    """Read an ELF file to `depth`, or as deep as the source has its bytes.

    Raises:
        BinaryFormatError: A subclass of it, if a fact within `depth` is invalid.
    """
    return Binary(format=BinaryFormat.ELF, slices=(_read_slice(file, depth),))


def read_elf_symbols(file: Window, *, among: frozenset[bytes] | None = None) -> SymbolTable:
    """Read the dynamic symbols of a file; with `among`, of the defined ones only these."""
    header = read_elf_header(file)
    table = DynamicTable(Image(file, header, read_segments(file, header)))
    return read_dynamic_symbols(table, _architecture(header), among=among)


def _architecture(header: ElfHeader) -> Architecture | None:
    return find_architecture(
        header.machine, bits=header.bits, big_endian=header.order == ">", flags=header.flags
    )


def _read_slice(file: Window, depth: Depth) -> Slice:
    header = read_elf_header(file)
    try:
        segments = read_segments(file, header)
    except BytesNotHeldError:
        return _describe(file, header, _kind(header))
    image = Image(file, header, segments)
    known = _describe(file, header, _kind(header, segments), _find_interpreter(image))
    if depth is Depth.HEADERS:
        return known
    try:
        # Every lookup of ELF is flat, so its symbols tell nothing without another file's.
        return _read_links(known, DynamicTable(image), depth)
    except BytesNotHeldError:
        return known


def _describe(
    file: Window, header: ElfHeader, kind: BinaryKind | None, interpreter: str | None = None
) -> Slice:
    return Slice(
        architecture=_architecture(header),
        machine=spell_machine(header.machine),
        subtype=find_subtype(header.machine, bits=header.bits, flags=header.flags),
        foreign=find_foreign(header.machine),
        kind=kind,
        interpreter=interpreter,
        bits=header.bits,
        big_endian=header.order == ">",
        size_bytes=file.size,
    )


def _kind(header: ElfHeader, segments: tuple[Segment, ...] | None = None) -> BinaryKind | None:
    """Return the kind of the file; without its segments, libraries and programs look alike."""
    if header.type == _ET_REL:
        return BinaryKind.OBJECT
    if header.type == _ET_EXEC:
        return BinaryKind.EXECUTABLE
    if header.type != _ET_DYN:
        return BinaryKind.OTHER
    if segments is None:
        return None
    is_program = any(segment.type == PT_INTERP for segment in segments)
    return BinaryKind.EXECUTABLE if is_program else BinaryKind.LIBRARY


def _read_links(known: Slice, table: DynamicTable, depth: Depth) -> Slice:
    dynamic = read_dynamic(table)
    interpreter = _read_interpreter(table.image)
    platform, minimum_os = read_platform(table.image)
    if platform is None and (
        (interpreter or "").startswith(_ANDROID_INTERPRETERS)
        or any(need.version in _BIONIC_VERSIONS for need in dynamic.version_needs)
    ):
        platform = Platform.ANDROID
    kind = known.kind
    if kind in {BinaryKind.LIBRARY, BinaryKind.EXECUTABLE} and table.image.header.type == _ET_DYN:
        # Some libraries can be run (libc.so.6 can); they have a soname, and a program has none.
        is_program = dynamic.is_program or (interpreter is not None and dynamic.soname is None)
        kind = BinaryKind.EXECUTABLE if is_program else BinaryKind.LIBRARY
    return replace(
        _settle_float_abi(known, table.image, platform),
        kind=kind,
        platform=platform or _OS_ABI_PLATFORMS.get(table.image.header.os_abi),
        minimum_os=minimum_os,
        needed=dynamic.needed,
        run_paths=dynamic.run_paths,
        run_paths_inherited=dynamic.run_paths_inherited,
        install_name=dynamic.soname,
        interpreter=interpreter,
        version_needs=dynamic.version_needs,
        depth=depth,
    )


def _find_interpreter(image: Image) -> str | None:
    """Return the interpreter, mostly right after the program headers, if it is at hand."""
    with suppress(BinaryFormatError):
        return _read_interpreter(image)
    return None


def _read_interpreter(image: Image) -> str | None:
    segment = image.find_segment(PT_INTERP)
    if segment is None:
        return None
    # The size counts the zero byte, so the text ends with the segment at the latest.
    return image.file.sub(segment.offset, segment.size).string(0, "interpreter's path")


def _settle_float_abi(known: Slice, image: Image, platform: Platform | None) -> Slice:
    """Distinguish hard-float ARM from soft-float if the flags of the header leave it open.

    Android's `armeabi-v7a` passes floats in integer registers, says so nowhere, and is the one
    32-bit ARM that Android has: it counts as `armv7l`, as its platform tag says.
    """
    if not is_arm_float_unstated(image.header.machine, flags=image.header.flags):
        return known
    if platform is Platform.ANDROID:
        return replace(known, subtype="")
    hard = find_arm_hard_float(image.file, image.header)
    if hard is None or known.architecture is None:
        return known
    return replace(
        known, architecture=Architecture.ARMV7L if hard else Architecture.ARMEL, subtype=""
    )
