"""What fake_index writes is what archpip reads, for descriptions that nobody thought of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from archpip.binaries import BinaryKind, BytesSource, read_symbols
from fake_index import elf as elf_writer
from fake_index import macho as macho_writer
from fake_index.elf import Elf, ElfKind, ElfSymbol, VersionsNeeded, write_elf
from fake_index.macho import Dylib, DylibKind, FatMachO, MachO, MachOKind, write_fat, write_macho
from fake_index.pe import Pe, PeImport, PeKind, write_pe
from tests.unit.binaries.reads import read, read_slice

SETTINGS = settings(max_examples=150, derandomize=True, deadline=None)

# Names as file systems allow them: anything but the zero byte, and not too long for the limits.
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
)
PATHS = NAMES.filter(lambda path: ":" not in path)
VERSIONS = st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFF), st.integers(0, 0xFF))


_KINDS = {
    MachOKind.OBJECT: BinaryKind.OBJECT,
    MachOKind.EXECUTE: BinaryKind.EXECUTABLE,
    MachOKind.DYLIB: BinaryKind.LIBRARY,
    MachOKind.BUNDLE: BinaryKind.BUNDLE,
}

MACHOS = st.builds(
    MachO,
    architecture=st.sampled_from(sorted(macho_writer.MACHINES)),
    kind=st.sampled_from(MachOKind),
    platform=st.just("macos"),
    minimum_os=VERSIONS,
    old_version_command=st.booleans(),
    install_name=NAMES,
    dylibs=st.lists(st.builds(Dylib, name=NAMES, kind=st.sampled_from(DylibKind)), max_size=5).map(
        tuple
    ),
    run_paths=st.lists(PATHS, max_size=3).map(tuple),
    two_level=st.booleans(),
    big_endian=st.none() | st.booleans(),
)


@SETTINGS
@given(MACHOS)
def test_macho(description: MachO) -> None:
    one = read_slice(write_macho(description))
    assert one.kind is _KINDS[description.kind]
    assert one.bits == macho_writer.MACHINES[description.architecture].bits
    assert one.minimum_os == description.minimum_os
    assert [library.name for library in one.needed] == [dylib.name for dylib in description.dylibs]
    weak = {DylibKind.WEAK, DylibKind.LAZY}
    assert [library.weak for library in one.needed] == [
        dylib.kind in weak for dylib in description.dylibs
    ]
    assert one.run_paths == description.run_paths
    named = description.install_name if description.kind is MachOKind.DYLIB else None
    assert one.install_name == named


@SETTINGS
@given(
    st.lists(MACHOS, min_size=1, max_size=4, unique_by=lambda part: part.architecture),
    st.booleans(),
)
def test_fat_macho(parts: list[MachO], wide: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    binary = read(write_fat(FatMachO(slices=tuple(parts), wide=wide)))
    assert binary.fat
    assert len(binary.slices) == len(parts)
    for one, part in zip(binary.slices, parts, strict=True):
        thin = read_slice(write_macho(part))
        assert (one.architecture, one.subtype, one.needed) == (
            thin.architecture,
            thin.subtype,
            thin.needed,
        )


@SETTINGS
@given(
    st.builds(
        Elf,
        machine=st.sampled_from(sorted(elf_writer.MACHINES)),
        bits=st.sampled_from((32, 64)),
        big_endian=st.booleans(),
        kind=st.sampled_from((ElfKind.SHARED, ElfKind.EXECUTABLE)),
        interpreter=st.none() | NAMES,
        needed=st.lists(NAMES, max_size=5).map(tuple),
        soname=st.none() | NAMES,
        runpath=st.none() | st.lists(PATHS, min_size=1, max_size=3).map(":".join),
        version_needs=st.lists(
            st.builds(
                VersionsNeeded,
                library=NAMES,
                versions=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
                weak=st.booleans(),
            ),
            max_size=3,
            unique_by=lambda need: need.library,
        ).map(tuple),
        symbols=st.lists(
            st.builds(ElfSymbol, name=NAMES, defined=st.booleans(), weak=st.booleans()),
            max_size=6,
            unique_by=lambda symbol: symbol.name,
        ).map(tuple),
        sections=st.booleans(),
        load_address=st.sampled_from((0, 0x1000, 0x400000)),
    )
)
def test_elf(description: Elf) -> None:
    content = write_elf(description)
    one = read_slice(content)
    assert (one.bits, one.big_endian) == (description.bits, description.big_endian)
    assert tuple(library.name for library in one.needed) == description.needed
    assert (one.interpreter, one.install_name) == (description.interpreter, description.soname)
    assert ":".join(one.run_paths) == (description.runpath or "")
    assert [(need.library, need.version, need.weak) for need in one.version_needs] == [
        (need.library, version, need.weak)
        for need in description.version_needs
        for version in need.versions
    ]
    table = read_symbols(BytesSource(content), one)
    assert table is not None
    assert table.defined == {s.name.encode() for s in description.symbols if s.defined}
    assert table.flat == {
        s.name.encode() for s in description.symbols if not s.defined and not s.weak
    }


IMPORTS = st.lists(st.builds(PeImport, dll=NAMES), max_size=4).map(tuple)


@SETTINGS
@given(
    st.builds(
        Pe,
        machine=st.sampled_from(("amd64", "x86", "arm64", "arm64ec", "arm64x", "arm")),
        kind=st.sampled_from(PeKind),
        imports=IMPORTS,
        delay_imports=IMPORTS,
        export_name=st.none() | NAMES,
        subsystem_version=st.tuples(st.integers(0, 99), st.integers(0, 99)),
        code_bytes=st.integers(0, 5000),
    )
)
def test_pe(description: Pe) -> None:
    for one in read(write_pe(description)).slices:
        names = [(library.name, library.weak) for library in one.needed]
        assert names == [
            *((imported.dll, False) for imported in description.imports),
            *((imported.dll, True) for imported in description.delay_imports),
        ]
        assert one.install_name == description.export_name
        assert one.minimum_os == (*description.subsystem_version, 0)
