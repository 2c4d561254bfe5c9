"""The facts of one native binary, whatever its format.

They are read from bytes, and do not depend on a target, a wheel or a rule.
"""

from enum import IntEnum, StrEnum
from typing import Protocol

from msgspec import Struct

from archpip.architecture import Architecture


class ByteSource(Protocol):
    """Random access to the bytes of a file that may be remote or very large.

    Reads may be slow, and slower at higher offsets: a deflated zip member must be inflated from its
    start up to the needed byte. So readers read as little, and as near to the start, as they can.
    The opener closes a source. Only one thread may use it at a time.
    """

    @property
    def size(self) -> int:
        """The length in bytes."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes from `offset`; fewer than `length` only at the end of the source.

        Raises:
            BytesNotHeldError: The bytes exist, but this source does not have them, as when only
                the start of a file was fetched. Readers then return what they know so far.
        """
        ...


class Depth(IntEnum):
    """How much of a slice is to be read, or was read. Each depth includes those before it.

    Two architectures are settled only at `LINKS`: x86-64 PE files may turn out to be ARM64EC, and
    32-bit ARM ELF files whose flags do not name the float convention say it elsewhere.
    """

    HEADERS = 1
    """Settles `architecture`, `machine`, `subtype`, `foreign`, `bits`, `big_endian` and `kind`.

    ELF: the first 64 bytes and the program headers behind them. PE: the DOS stub and the COFF
    header behind it, some hundred bytes. Thin Mach-O: 32 bytes. Fat Mach-O: the slice table only,
    which is at the start and lists every slice; it does not have the `kind`.
    """

    LINKS = 2
    """Settles everything else except the field of `SYMBOLS`.

    Mach-O: the load commands at each slice's start, a few KB; the second slice of a fat file lies
    deep. ELF and PE: spread over the file, and often near its end.
    """

    SYMBOLS = 3
    """Settles `unbound`, for which the symbols of every slice of a fat Mach-O file are read.

    They lie near a slice's end. No other file has anything to read at this depth.
    """


class BinaryFormat(StrEnum):
    """The container format of a native binary."""

    MACHO = "mach-o"
    ELF = "elf"
    PE = "pe"
    COFF = "coff"  # an object file or import library member of Windows tools
    DOS = "dos"  # begins as PE does, but holds 16-bit or OS/2 code
    ARCHIVE = "archive"  # `!<arch>`: a static or import library
    WASM = "wasm"


class BinaryKind(StrEnum):
    """The purpose of a binary according to its header."""

    EXECUTABLE = "executable"
    LIBRARY = "library"  # ELF ET_DYN without interpreter, Mach-O MH_DYLIB, PE DLL
    BUNDLE = "bundle"  # Mach-O MH_BUNDLE: can be loaded, not linked against
    OBJECT = "object"  # relocatable: nothing loads it (also archives of objects)
    OTHER = "other"


class Platform(StrEnum):
    """The system that a binary declares; ELF files mostly do not."""

    MACOS = "macos"
    IOS = "ios"
    IOS_SIMULATOR = "ios-simulator"
    MAC_CATALYST = "mac-catalyst"
    TVOS = "tvos"
    WATCHOS = "watchos"
    VISIONOS = "visionos"
    DRIVERKIT = "driverkit"
    OTHER_APPLE = "other-apple"
    LINUX = "linux"
    ANDROID = "android"
    FREEBSD = "freebsd"
    OTHER_UNIX = "other-unix"
    WINDOWS = "windows"
    EFI = "efi"


class ForeignProcessor(StrEnum):
    """Processors that no Python interpreter runs on; files for them are data to a target."""

    NVIDIA_GPU = "nvidia-gpu"
    AMD_GPU = "amd-gpu"
    INTEL_GPU = "intel-gpu"
    BPF = "bpf"
    DSP = "dsp"
    MICROCONTROLLER = "microcontroller"
    VIRTUAL_MACHINE = "virtual-machine"


class NeededLibrary(Struct, frozen=True, kw_only=True):
    """A library that the loader must find before this slice can run."""

    name: str
    """As written: `@rpath/libfoo.dylib`, `libfoo.so.1`, `KERNEL32.dll`."""
    weak: bool = False
    """The slice loads without it (Mach-O weak, PE delay-loaded)."""
    reexported: bool = False


class VersionNeed(Struct, frozen=True, kw_only=True):
    """One symbol version that an ELF slice requires of a library (`.gnu.version_r`)."""

    library: str
    version: str
    """`GLIBC_2.17`, `CXXABI_1.3`."""
    weak: bool = False


class UnboundSymbols(Struct, frozen=True, kw_only=True):
    """Symbols that one Mach-O slice leaves to flat lookup while another slice has them.

    This is what makes a slice hollow: the symbol is undefined, not weak, bound by flat lookup
    (library ordinal 0xFE, or any undefined symbol of a flat-namespace image), and another slice of
    the same file either defines it or binds it to a library that is not the system's.
    """

    count: int
    examples: tuple[str, ...]
    """The first few by name, at most eight, sorted."""
    counterpart: Architecture | None
    """The slice that has them."""
    provider: str | None
    """The library that the counterpart binds most of them to; `None` if it defines most."""


class Slice(Struct, frozen=True, kw_only=True):
    """One architecture's part of a binary; a thin binary has exactly one.

    ARM64X files of Windows have two that share their bytes.
    """

    architecture: Architecture | None
    """`None` if the machine in the header is in no table; see `machine`."""
    machine: str
    """The header's name for it, for people: `EM_AARCH64`, `CPU_TYPE_ARM64`, `0x0000`."""
    subtype: str = ""
    """`arm64e`, `x86_64h`, `arm64x`, `elfv1`, `n32`; empty for the ordinary one."""
    foreign: ForeignProcessor | None = None
    """Set if the machine is known and no Python runs on it; `architecture` is then `None`."""
    kind: BinaryKind | None
    """`None` if not known from the bytes read: a fat table, or 64 bytes of an ELF library."""
    bits: int
    big_endian: bool = False
    platform: Platform | None = None
    minimum_os: tuple[int, int, int] | None = None
    """Mach-O `minos`; PE subsystem version, Android API level, the rest zero."""
    needed: tuple[NeededLibrary, ...] = ()
    """In the loader's order."""
    run_paths: tuple[str, ...] = ()
    """Mach-O LC_RPATH, ELF RUNPATH or else RPATH, split at colons, in search order."""
    run_paths_inherited: bool = False
    """Also searched for what the needed libraries need: Mach-O and ELF RPATH, not ELF RUNPATH."""
    install_name: str | None = None
    """Mach-O LC_ID_DYLIB, ELF DT_SONAME, PE export name: the name that others link."""
    interpreter: str | None = None
    """ELF PT_INTERP; known at `HEADERS` if it is beside them, where linkers put it."""
    version_needs: tuple[VersionNeed, ...] = ()
    managed: bool = False
    """A .NET assembly of IL only, which runs on any CPU whatever the PE header says."""
    unbound: UnboundSymbols | None = None
    depth: Depth = Depth.HEADERS
    """The depth that was read: fields of a greater depth have no meaning."""
    offset: int = 0
    """The start of the slice, in bytes from the start of the file."""
    size_bytes: int = 0


class Binary(Struct, frozen=True, kw_only=True):
    """One native file."""

    format: BinaryFormat
    fat: bool = False
    """A fat Mach-O file, even if its table has only one entry."""
    slices: tuple[Slice, ...]
    """In file order; at least one. No (machine, subtype) pair repeats in a fat file."""

    @property
    def architectures(self) -> frozenset[Architecture]:
        """The architectures that have a slice."""
        return frozenset(s.architecture for s in self.slices if s.architecture is not None)

    @property
    def depth(self) -> Depth:
        """The depth to which every slice was read."""
        return min(s.depth for s in self.slices)
