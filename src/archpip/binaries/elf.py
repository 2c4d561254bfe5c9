"""ELF: 32 and 64 bit, both byte orders, with or without section headers.

What loads a file looks at program headers only, so this does too; sections are asked one question,
the float convention of 32-bit ARM.

Source: the System V gABI, chapters 4 and 5 (http://www.sco.com/developers/gabi/latest/contents.html),
and the processor supplements named beside each constant.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from struct import Struct

from archpip.architecture import Architecture
from archpip.binaries.errors import (
    BytesNotHeldError,
    MalformedBinaryError,
    UnsupportedBinaryError,
)
from archpip.binaries.limits import (
    MAX_DYNAMIC_BYTES,
    MAX_NEEDED_LIBRARIES,
    MAX_NOTE_BYTES,
    MAX_PROGRAM_HEADERS,
    MAX_VERSION_NEEDS,
)
from archpip.binaries.model import (
    Binary,
    BinaryFormat,
    BinaryKind,
    Depth,
    ForeignProcessor,
    NeededLibrary,
    Platform,
    Slice,
    VersionNeed,
)
from archpip.binaries.window import Window

ELF_MAGIC = b"\x7fELF"

_ELFCLASS32, _ELFCLASS64 = 1, 2
_ELFDATA2LSB, _ELFDATA2MSB = 1, 2

# e_machine with class and byte order: (name, {(bits, big-endian): architecture}).
_MACHINES: dict[int, tuple[str, dict[tuple[int, bool], Architecture]]] = {
    2: ("EM_SPARC", {(32, True): Architecture.SPARC}),
    3: ("EM_386", {(32, False): Architecture.I686}),
    8: (
        "EM_MIPS",
        {
            (bits, big): Architecture.MIPS if bits == 32 else Architecture.MIPS64  # noqa: PLR2004
            for bits in (32, 64)
            for big in (False, True)
        },
    ),
    18: ("EM_SPARC32PLUS", {(32, True): Architecture.SPARC}),
    20: ("EM_PPC", {(32, True): Architecture.PPC}),
    21: ("EM_PPC64", {(64, True): Architecture.PPC64, (64, False): Architecture.PPC64LE}),
    22: ("EM_S390", {(64, True): Architecture.S390X, (32, True): Architecture.S390}),
    40: ("EM_ARM", {(32, False): Architecture.ARMEL}),
    43: ("EM_SPARCV9", {(64, True): Architecture.SPARC64}),
    50: ("EM_IA_64", {(64, False): Architecture.IA64}),
    62: ("EM_X86_64", {(64, False): Architecture.X86_64, (32, False): Architecture.X32}),
    183: ("EM_AARCH64", {(64, False): Architecture.ARM64}),
    243: ("EM_RISCV", {(64, False): Architecture.RISCV64, (32, False): Architecture.RISCV32}),
    258: ("EM_LOONGARCH", {(64, False): Architecture.LOONGARCH64}),
    0x9026: ("EM_ALPHA", {(64, False): Architecture.ALPHA}),
}
_EM_ARM = 40
_EM_PPC64 = 21

_FOREIGN = {
    53: ("EM_MCORE", ForeignProcessor.MICROCONTROLLER),
    83: ("EM_AVR", ForeignProcessor.MICROCONTROLLER),
    94: ("EM_XTENSA", ForeignProcessor.MICROCONTROLLER),
    105: ("EM_MSP430", ForeignProcessor.MICROCONTROLLER),
    140: ("EM_TI_C6000", ForeignProcessor.DSP),
    164: ("EM_QDSP6", ForeignProcessor.DSP),
    190: ("EM_CUDA", ForeignProcessor.NVIDIA_GPU),
    205: ("EM_INTELGT", ForeignProcessor.INTEL_GPU),
    224: ("EM_AMDGPU", ForeignProcessor.AMD_GPU),
    247: ("EM_BPF", ForeignProcessor.BPF),
}

# ARM ELF ABI (IHI 0044), e_flags.
_EF_ARM_ABI_FLOAT_SOFT = 0x200
_EF_ARM_ABI_FLOAT_HARD = 0x400
# OpenPOWER ELF ABI: which of its two calling conventions.
_EF_PPC64_ABI = 0x3

_KINDS = {1: BinaryKind.OBJECT, 2: BinaryKind.EXECUTABLE, 3: BinaryKind.LIBRARY}
_ET_DYN = 3

_OS_ABIS = {0x03: Platform.LINUX, 0x09: Platform.FREEBSD}  # ELFOSABI_GNU, ELFOSABI_FREEBSD
_OTHER_UNIX_ABIS = frozenset(
    (0x01, 0x02, 0x06, 0x08, 0x0C)
)  # HP-UX, NetBSD, Solaris, IRIX, OpenBSD

_PT_LOAD, _PT_DYNAMIC, _PT_INTERP, _PT_NOTE = 1, 2, 3, 4

_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_SONAME, _DT_RPATH = 0, 1, 5, 14, 15
_DT_RUNPATH = 29
_DT_FLAGS_1 = 0x6FFFFFFB
_DF_1_PIE = 0x08000000
_DT_VERNEED, _DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF

_VER_FLG_WEAK = 0x2

_SHT_ARM_ATTRIBUTES = 0x70000003
_TAG_ABI_VFP_ARGS = 28
_VFP_ARGS_REGISTERS = 1

_NT_ANDROID_IDENT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """`Elf32_Ehdr` or `Elf64_Ehdr`, the fields that matter."""

    bits: int
    big_endian: bool
    os_abi: int
    type: int
    machine: int
    flags: int
    segments_offset: int
    segment_bytes: int
    segment_count: int
    sections_offset: int
    section_bytes: int
    section_count: int

    @property
    def order(self) -> str:
        """The byte order as `struct` writes it."""
        return ">" if self.big_endian else "<"

    @property
    def word(self) -> str:
        """An address or offset as `struct` writes it."""
        return "Q" if self.bits == 64 else "I"  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """`Elf32_Phdr` or `Elf64_Phdr`."""

    type: int
    offset: int
    address: int
    file_bytes: int


def read_elf(window: Window, depth: Depth) -> Binary:
    """Read an ELF file.

    Raises:
        TruncatedBinaryError: A structure runs past the end of the file.
        MalformedBinaryError: Class or byte order is none, or a table contradicts itself.
        UnsupportedBinaryError: A count goes beyond the limits.
        BytesNotHeldError: The source does not hold the header.
    """
    header = _read_header(window)
    only = _describe(header, window.size)
    try:
        segments = tuple(_iter_segments(window, header))
        interpreter = _read_interpreter(window, segments)
        only = _with_kind(only, header, interpreter=interpreter)
        if depth >= Depth.LINKS:
            only = _read_links(window, header, segments, only)
            only = replace(only, depth=depth)
    except BytesNotHeldError:
        pass
    return Binary(format=BinaryFormat.ELF, slices=(only,))


def _read_header(window: Window) -> _Header:
    ident = window.read(0, 16, "ELF identification")
    kind, data, os_abi = ident[4], ident[5], ident[7]
    if kind not in (_ELFCLASS32, _ELFCLASS64) or data not in (_ELFDATA2LSB, _ELFDATA2MSB):
        raise MalformedBinaryError(
            what="ELF identification",
            offset=window.start,
            reason=f"has class {kind} and byte order {data}, which do not exist",
        )
    bits = 32 * kind
    order, word = ">" if data == _ELFDATA2MSB else "<", "Q" if kind == _ELFCLASS64 else "I"
    # e_type e_machine e_version e_entry e_phoff e_shoff e_flags e_ehsize e_phentsize e_phnum
    # e_shentsize e_shnum e_shstrndx
    layout = Struct(f"{order}HHI{word}{word}{word}I6H")
    fields = window.unpack(layout, 16, "ELF header")
    return _Header(
        bits=bits,
        big_endian=data == _ELFDATA2MSB,
        os_abi=os_abi,
        type=fields[0],
        machine=fields[1],
        flags=fields[6],
        segments_offset=fields[4],
        segment_bytes=fields[8],
        segment_count=fields[9],
        sections_offset=fields[5],
        section_bytes=fields[10],
        section_count=fields[11],
    )


def _describe(header: _Header, size_bytes: int) -> Slice:
    """Turn the header's numbers into words."""
    name, by_shape = _MACHINES.get(header.machine, (f"e_machine {header.machine}", {}))
    foreign = None
    if header.machine in _FOREIGN:
        name, foreign = _FOREIGN[header.machine]
    architecture = by_shape.get((header.bits, header.big_endian))
    if header.machine == _EM_ARM and header.flags & _EF_ARM_ABI_FLOAT_HARD:
        architecture = Architecture.ARMV7L
    subtype = ""
    if header.machine == _EM_PPC64 and header.flags & _EF_PPC64_ABI:
        subtype = f"elfv{header.flags & _EF_PPC64_ABI}"
    return Slice(
        architecture=architecture,
        machine=name,
        subtype=subtype,
        foreign=foreign,
        kind=_KINDS.get(header.type, BinaryKind.OTHER),
        bits=header.bits,
        big_endian=header.big_endian,
        platform=_platform(header.os_abi),
        size_bytes=size_bytes,
    )


def _platform(os_abi: int) -> Platform | None:
    if os_abi in _OTHER_UNIX_ABIS:
        return Platform.OTHER_UNIX
    return _OS_ABIS.get(os_abi)


def _with_kind(only: Slice, header: _Header, *, interpreter: str | None) -> Slice:
    """Tell position-independent programs, which are ET_DYN like libraries, by their interpreter."""
    if header.type == _ET_DYN and interpreter is not None:
        only = replace(only, kind=BinaryKind.EXECUTABLE)
    return replace(only, interpreter=interpreter)


def _iter_segments(window: Window, header: _Header) -> Iterator[_Segment]:
    if header.segment_count > MAX_PROGRAM_HEADERS:
        raise UnsupportedBinaryError(
            what="program headers", found=header.segment_count, limit=MAX_PROGRAM_HEADERS
        )
    if header.bits == 64:  # noqa: PLR2004
        # p_type p_flags p_offset p_vaddr p_paddr p_filesz p_memsz p_align
        layout, places = Struct(f"{header.order}2I6Q"), (0, 2, 3, 5)
    else:
        # p_type p_offset p_vaddr p_paddr p_filesz p_memsz p_flags p_align
        layout, places = Struct(f"{header.order}8I"), (0, 1, 2, 4)
    if header.segment_count and header.segment_bytes < layout.size:
        raise MalformedBinaryError(
            what="program header",
            offset=window.start + header.segments_offset,
            reason=f"is {header.segment_bytes} bytes long, {layout.size} are due",
        )
    for number in range(header.segment_count):
        place = header.segments_offset + number * header.segment_bytes
        fields = window.unpack(layout, place, "program header")
        kind, offset, address, file_bytes = (fields[index] for index in places)
        yield _Segment(type=kind, offset=offset, address=address, file_bytes=file_bytes)


def _read_interpreter(window: Window, segments: tuple[_Segment, ...]) -> str | None:
    for segment in segments:
        if segment.type == _PT_INTERP:
            return window.string(segment.offset, "PT_INTERP")
    return None


def _read_links(
    window: Window, header: _Header, segments: tuple[_Segment, ...], only: Slice
) -> Slice:
    """Read the dynamic table and what hangs on it."""
    dynamic = _read_dynamic(window, header, segments)
    strings = _offset_of(dynamic.get(_DT_STRTAB, [0])[0], segments)

    def text(place: int) -> str:
        return window.string(strings + place, "dynamic string")

    needed = dynamic.get(_DT_NEEDED, [])
    if len(needed) > MAX_NEEDED_LIBRARIES:
        raise UnsupportedBinaryError(
            what="needed libraries", found=len(needed), limit=MAX_NEEDED_LIBRARIES
        )
    # gABI: where DT_RUNPATH stands, DT_RPATH is ignored.
    runpath, rpath = dynamic.get(_DT_RUNPATH, []), dynamic.get(_DT_RPATH, [])
    soname = dynamic.get(_DT_SONAME)
    is_program = only.kind is BinaryKind.LIBRARY and bool(
        dynamic.get(_DT_FLAGS_1, [0])[0] & _DF_1_PIE
    )
    android = _read_android_level(window, header, segments)
    return replace(
        only,
        architecture=_settle_float(window, header, only.architecture),
        kind=BinaryKind.EXECUTABLE if is_program else only.kind,
        platform=Platform.ANDROID if android is not None else only.platform,
        minimum_os=(android, 0, 0) if android else None,
        needed=tuple(NeededLibrary(name=text(place)) for place in needed),
        run_paths=tuple(
            path for place in runpath or rpath for path in text(place).split(":") if path
        ),
        run_paths_inherited=bool(rpath) and not runpath,
        install_name=text(soname[0]) if soname else None,
        version_needs=tuple(_iter_version_needs(window, header, segments, dynamic, text)),
    )


def _read_dynamic(
    window: Window, header: _Header, segments: tuple[_Segment, ...]
) -> dict[int, list[int]]:
    """Return the dynamic table: the values of each tag, in order."""
    table: dict[int, list[int]] = {}
    for segment in segments:
        if segment.type != _PT_DYNAMIC:
            continue
        if segment.file_bytes > MAX_DYNAMIC_BYTES:
            raise UnsupportedBinaryError(
                what="bytes of dynamic table", found=segment.file_bytes, limit=MAX_DYNAMIC_BYTES
            )
        layout = Struct(f"{header.order}{header.word}{header.word}")
        length = segment.file_bytes - segment.file_bytes % layout.size
        content = window.read(segment.offset, length, "dynamic table")
        for tag, value in layout.iter_unpack(content):
            if tag == _DT_NULL:
                break
            table.setdefault(tag, []).append(value)
    return table


def _offset_of(address: int, segments: tuple[_Segment, ...]) -> int:
    """Return where an address of the loaded image lies in the file."""
    for segment in segments:
        if segment.type == _PT_LOAD and 0 <= address - segment.address < segment.file_bytes:
            return segment.offset + address - segment.address
    return address  # a file without load segments, such as separate debug information


def _iter_version_needs(
    window: Window,
    header: _Header,
    segments: tuple[_Segment, ...],
    dynamic: dict[int, list[int]],
    text: Callable[[int], str],
) -> Iterator[VersionNeed]:
    """Yield what `.gnu.version_r` asks for.

    Source: Linux Standard Base, Symbol Versioning: `Elfxx_Verneed`, `Elfxx_Vernaux`.
    """
    if _DT_VERNEED not in dynamic:
        return
    place = _offset_of(dynamic[_DT_VERNEED][0], segments)
    need = Struct(f"{header.order}2H3I")  # vn_version vn_cnt vn_file vn_aux vn_next
    aux = Struct(f"{header.order}I2H2I")  # vna_hash vna_flags vna_other vna_name vna_next
    seen = 0
    for _ in range(dynamic.get(_DT_VERNEEDNUM, [0])[0]):
        _, count, file, first, following = window.unpack(need, place, "version need")
        library, entry = text(file), place + first
        for _ in range(count):
            seen += 1
            if seen > MAX_VERSION_NEEDS:
                raise UnsupportedBinaryError(
                    what="version needs", found=seen, limit=MAX_VERSION_NEEDS
                )
            _, flags, _, name, next_entry = window.unpack(aux, entry, "version need")
            yield VersionNeed(library=library, version=text(name), weak=bool(flags & _VER_FLG_WEAK))
            if not next_entry:
                break
            entry += next_entry
        if not following:
            return
        place += following


def _read_android_level(
    window: Window, header: _Header, segments: tuple[_Segment, ...]
) -> int | None:
    """Return the API level that `.note.android.ident` names.

    Source: bionic's libc/arch-common/bionic/crtbrand.S.
    """
    layout = Struct(f"{header.order}3I")  # n_namesz n_descsz n_type
    for segment in segments:
        if segment.type != _PT_NOTE or segment.file_bytes > MAX_NOTE_BYTES:
            continue
        content = window.read(segment.offset, segment.file_bytes, "note")
        place = 0
        while place + layout.size <= len(content):
            name_bytes, description_bytes, kind = layout.unpack_from(content, place)
            name = content[place + layout.size :][:name_bytes]
            start = place + layout.size + (name_bytes + 3) // 4 * 4
            if name == b"Android\0" and kind == _NT_ANDROID_IDENT:
                level = content[start : start + 4]
                return int.from_bytes(level, "big" if header.big_endian else "little")
            place = start + (description_bytes + 3) // 4 * 4
    return None


def _settle_float(
    window: Window, header: _Header, architecture: Architecture | None
) -> Architecture | None:
    """Ask `.ARM.attributes` for the float convention where the header's flags are silent."""
    said = header.flags & (_EF_ARM_ABI_FLOAT_SOFT | _EF_ARM_ABI_FLOAT_HARD)
    if header.machine != _EM_ARM or said or architecture is not Architecture.ARMEL:
        return architecture
    # sh_name sh_type sh_flags sh_addr sh_offset sh_size …
    layout = Struct(f"{header.order}6I")
    for number in range(header.section_count):
        place = header.sections_offset + number * header.section_bytes
        _, kind, _, _, offset, size = window.unpack(layout, place, "section header")
        if kind == _SHT_ARM_ATTRIBUTES and size <= MAX_NOTE_BYTES:
            content = window.read(offset, size, ".ARM.attributes")
            # Every tag before this one is smaller, and its value one byte: the pair cannot be a
            # string's, whose bytes are letters.
            if bytes((_TAG_ABI_VFP_ARGS, _VFP_ARGS_REGISTERS)) in content:
                return Architecture.ARMV7L
    return architecture
