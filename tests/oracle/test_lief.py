"""LIEF reads the same of every file: another parser, in another language, by other people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import lief
import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat, Depth, FileSource, read_binary, read_symbols

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:.*is not a valid VISIBILITY:RuntimeWarning"),
]

N_STAB, N_TYPE, N_EXT, N_WEAK_REF, MH_TWOLEVEL, DYNAMIC_LOOKUP = 0xE0, 0x0E, 0x01, 0x40, 0x80, 0xFE

ARCHITECTURES = {
    "ARM64": Architecture.ARM64,
    "AARCH64": Architecture.ARM64,
    "X86_64": Architecture.X86_64,
    "AMD64": Architecture.X86_64,
    "X86": Architecture.I686,
    "I386": Architecture.I686,
    "ARM": Architecture.ARMV7L,
    "POWERPC": Architecture.PPC,
    "PPC": Architecture.PPC,
    "PPC64": Architecture.PPC64LE,
    "S390": Architecture.S390X,
    "RISCV": Architecture.RISCV64,
    "LOONGARCH": Architecture.LOONGARCH64,
}

# LIEF finds symbols without sense behind the last ones of 64-bit s390; LLVM agrees with archpip.
SYMBOLS_MISREAD = {Architecture.S390X}


@dataclass(frozen=True)
class Facts:
    """What both readers say of one slice."""

    architecture: Architecture | None
    needed: tuple[tuple[str, bool], ...]
    run_paths: tuple[str, ...] = ()
    name: str | None = None
    interpreter: str | None = None
    minimum_os: tuple[int, ...] | None = None
    versions: tuple[tuple[str, str], ...] = ()
    defined: frozenset[bytes] = frozenset()
    flat: frozenset[bytes] = frozenset()


def test_lief_says_the_same(binaries: tuple[Path, ...]) -> None:
    compared = 0
    differences = []
    for path in binaries:
        theirs = tuple(_read_with_lief(path))
        if theirs:
            compared += 1
            ours = tuple(_read_with_archpip(path))
            differences += [
                (path, *pair) for pair in zip(ours, theirs, strict=True) if len({*pair}) > 1
            ]
    assert compared >= len(binaries) // 2
    assert differences == []


def _read_with_archpip(path: Path) -> Iterator[Facts]:
    with FileSource(path) as source:
        binary = read_binary(source, depth=Depth.LINKS)
        assert binary is not None
        for one in binary.slices:
            misread = binary.format is BinaryFormat.ELF and one.architecture in SYMBOLS_MISREAD
            symbols = None if misread else read_symbols(source, one)
            is_macho = binary.format is BinaryFormat.MACHO
            yield Facts(
                architecture=one.architecture,
                needed=tuple((library.name, library.weak) for library in one.needed),
                run_paths=one.run_paths,
                name=one.install_name,
                interpreter=one.interpreter,
                minimum_os=one.minimum_os if is_macho else None,
                versions=tuple((need.library, need.version) for need in one.version_needs),
                defined=symbols.defined if symbols else frozenset(),
                flat=symbols.flat if symbols else frozenset(),
            )
            if binary.format is BinaryFormat.PE:
                return  # LIEF has one view of an ARM64X file


def _read_with_lief(path: Path) -> Iterator[Facts]:
    lief.logging.disable()
    # Each file must be held by a name: LIEF frees it under its own parts otherwise.
    if (fat := lief.MachO.parse(str(path)) if lief.is_macho(str(path)) else None) is not None:
        parts = (fat.at(index) for index in range(fat.size))
        yield from (_macho(part) for part in parts if part is not None)
    elif (elf := lief.ELF.parse(str(path)) if lief.is_elf(str(path)) else None) is not None:
        yield _elf(elf)
    elif (pe := lief.PE.parse(str(path)) if lief.is_pe(str(path)) else None) is not None:
        yield _pe(pe)


def _architecture(machine: object) -> Architecture | None:
    return ARCHITECTURES.get(str(machine).rpartition(".")[2])


def _bytes(name: str | bytes) -> bytes:
    return name.encode() if isinstance(name, str) else name


def _text(name: str | bytes) -> str:
    """LIEF gives text where it is UTF-8, and bytes elsewhere."""
    return name if isinstance(name, str) else name.decode("utf-8", "backslashreplace")


def _macho(one: lief.MachO.Binary) -> Facts:
    commands = lief.MachO.LoadCommand.TYPE
    weak = {commands.LOAD_WEAK_DYLIB, commands.LAZY_LOAD_DYLIB}
    libraries = [library for library in one.libraries if library.command != commands.ID_DYLIB]
    own = [library for library in one.libraries if library.command == commands.ID_DYLIB]
    minimum = one.build_version.minos if one.build_version is not None else None
    if one.version_min is not None:
        minimum = one.version_min.version
    two_level = bool(int(one.header.flags) & MH_TWOLEVEL)
    symbols = [s for s in one.symbols if s.origin == lief.MachO.Symbol.ORIGIN.SYMTAB]
    return Facts(
        architecture=_architecture(one.header.cpu_type),
        needed=tuple((_text(library.name), library.command in weak) for library in libraries),
        run_paths=tuple(_text(path.path) for path in one.rpaths),
        name=_text(own[0].name) if own else None,
        minimum_os=None if minimum is None else tuple(minimum),
        defined=frozenset(_macho_names(symbols, undefined=False)),
        flat=frozenset(_macho_names(symbols, undefined=True, two_level=two_level)),
    )


def _macho_names(
    symbols: Iterable[lief.MachO.Symbol], *, undefined: bool, two_level: bool = False
) -> Iterator[bytes]:
    for symbol in symbols:
        kind = symbol.raw_type
        if kind & N_STAB or not kind & N_EXT or undefined is bool(kind & N_TYPE):
            continue
        if undefined and symbol.description & N_WEAK_REF:
            continue
        if undefined and two_level and symbol.description >> 8 & 0xFF != DYNAMIC_LOOKUP:
            continue
        yield _bytes(symbol.name)


def _elf(one: lief.ELF.Binary) -> Facts:
    tags = lief.ELF.DynamicEntry.TAG
    entries = {entry.tag: entry for entry in reversed(list(one.dynamic_entries))}
    paths: list[str] = []
    for tag, attribute in ((tags.RPATH, "rpath"), (tags.RUNPATH, "runpath")):
        if tag in entries:
            paths = [path for path in getattr(entries[tag], attribute).split(":") if path]
    soname = entries.get(tags.SONAME)
    assert soname is None or isinstance(soname, lief.ELF.DynamicSharedObject)
    architecture = _architecture(one.header.machine_type)
    readable = architecture not in SYMBOLS_MISREAD
    return Facts(
        architecture=architecture,
        needed=tuple((_text(name), False) for name in one.libraries),
        run_paths=tuple(paths),
        name=None if soname is None else _text(soname.name),
        interpreter=_text(one.interpreter) if one.has_interpreter else None,
        versions=tuple(
            (_text(need.name), _text(version.name))
            for need in one.symbols_version_requirement
            for version in need.get_auxiliary_symbols()
        ),
        defined=frozenset(_elf_names(one, undefined=False) if readable else ()),
        flat=frozenset(_elf_names(one, undefined=True) if readable else ()),
    )


def _elf_names(one: lief.ELF.Binary, *, undefined: bool) -> Iterator[bytes]:
    bindings = lief.ELF.Symbol.BINDING
    weak = () if undefined else (bindings.WEAK, bindings.GNU_UNIQUE)
    for symbol in one.dynamic_symbols:
        hidden = str(symbol.visibility).rpartition(".")[2] in {"HIDDEN", "INTERNAL"}
        matches = (symbol.shndx == 0) is undefined and symbol.binding in {bindings.GLOBAL, *weak}
        if symbol.name and matches and not hidden:
            yield _bytes(symbol.name)


def _pe(one: lief.PE.Binary) -> Facts:
    exported = one.get_export()
    return Facts(
        architecture=_architecture(one.header.machine),
        needed=(
            *((_text(imported.name), False) for imported in one.imports),
            *((_text(imported.name), True) for imported in one.delay_imports),
        ),
        name=_text(exported.name) or None if exported is not None else None,
    )
