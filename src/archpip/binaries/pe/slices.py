"""Read a PE file as a `Binary` from its parts."""

from contextlib import suppress

from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.binaries.errors import BytesNotHeldError
from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, Platform, Slice
from archpip.binaries.pe.header import Image, find_pe_header, read_coff_header
from archpip.binaries.pe.hybrids import has_hybrid_metadata, is_managed
from archpip.binaries.pe.imports import read_export_name, read_needed
from archpip.binaries.pe.machines import find_machine
from archpip.binaries.window import Window

_EFI_SUBSYSTEMS = range(10, 14)  # IMAGE_SUBSYSTEM_EFI_APPLICATION to _EFI_ROM


def read_pe(file: Window, *, depth: Depth) -> Binary:
    """Read a PE file to `depth`, or as deep as the source has its bytes.

    A DOS file without a PE header (16-bit Windows, OS/2, plain DOS) has one slice of no
    architecture. There is nothing to read at `SYMBOLS`: every import names its library.

    Raises:
        BinaryFormatError: A subclass of it, if a fact within `depth` is invalid.
    """
    pe_offset = find_pe_header(file)
    if pe_offset is None:
        return Binary(format=BinaryFormat.DOS, slices=(_describe_dos(file),))
    coff = read_coff_header(file, pe_offset)
    machine, bits, architecture = find_machine(coff.machine)
    known = Slice(
        architecture=architecture,
        machine=machine,
        kind=BinaryKind.LIBRARY if coff.is_dll else BinaryKind.EXECUTABLE,
        bits=bits,
        platform=Platform.WINDOWS,
        size_bytes=file.size,
    )
    slices: tuple[Slice, ...] = (known,)
    if depth > Depth.HEADERS:
        with suppress(BytesNotHeldError):  # what the headers say stands
            slices = _read_links(known, Image(file, coff), depth)
    return Binary(format=BinaryFormat.PE, slices=slices)


def _describe_dos(file: Window) -> Slice:
    return Slice(
        architecture=None,
        machine="MZ",
        kind=BinaryKind.EXECUTABLE,
        bits=16,
        depth=Depth.SYMBOLS,
        size_bytes=file.size,
    )


def _read_links(known: Slice, image: Image, depth: Depth) -> tuple[Slice, ...]:
    is_x86 = known.architecture is Architecture.I686
    read = replace(
        known,
        platform=Platform.EFI if image.subsystem in _EFI_SUBSYSTEMS else Platform.WINDOWS,
        minimum_os=(*image.subsystem_version, 0),
        needed=read_needed(image),
        install_name=read_export_name(image),
        managed=is_managed(image, is_x86=is_x86),
        depth=depth,
    )
    if not has_hybrid_metadata(image):
        return (read,)
    if known.architecture is Architecture.X86_64:
        return (replace(read, architecture=Architecture.ARM64EC, subtype="arm64ec"),)
    if known.architecture is Architecture.ARM64:
        # One file for two kinds of process; both views share nearly all of it.
        native = replace(read, subtype="arm64x")
        return (native, replace(native, architecture=Architecture.ARM64EC))
    return (replace(read, subtype="hybrid"),)
