from dataclasses import replace

import pytest
from msgspec import structs

from archpip.architecture import Architecture
from archpip.binaries import (
    BinaryKind,
    BytesSource,
    Depth,
    PrefixSource,
    UnboundSymbols,
    read_binary,
)
from fake_index.binaries import Archive, write_archive
from fake_index.macho import (
    Dylib,
    FatMachO,
    FatMember,
    MachO,
    MachOKind,
    defined,
    flat,
    undefined,
    write_fat,
    write_macho,
)
from tests.unit.binaries.reads import WatchedSource, read, read_prefix, read_slice

SYSTEM = Dylib(name="/usr/lib/libSystem.B.dylib")
PYTHON = flat("_PyModule_Create2")
COMPLETE = MachO(architecture="x86_64", dylibs=(SYSTEM,), symbols=(PYTHON, defined("_amqp_open")))
HOLLOW = MachO(architecture="arm64", dylibs=(SYSTEM,), symbols=(PYTHON, flat("_amqp_open")))


def unbound_of(*parts: MachO | FatMember) -> list[UnboundSymbols | None]:
    return [one.unbound for one in read(write_fat(FatMachO(slices=parts))).slices]


def test_a_slice_lacks_what_the_other_defines() -> None:
    """uamqp 1.6.1: the library was compiled for one architecture only."""
    assert unbound_of(COMPLETE, HOLLOW) == [
        None,
        UnboundSymbols(
            count=1, examples=("_amqp_open",), counterpart=Architecture.X86_64, provider=None
        ),
    ]


def test_a_slice_lacks_what_the_other_binds_to_a_bundled_library() -> None:
    """psycopg2-binary 2.9.5: libpq was there for one architecture only."""
    libpq = Dylib(name="@loader_path/.dylibs/libpq.5.dylib")
    complete = replace(
        COMPLETE, dylibs=(SYSTEM, libpq), symbols=(PYTHON, undefined("_PQexec", ordinal=2))
    )
    hollow = replace(HOLLOW, symbols=(PYTHON, flat("_PQexec")))
    (_, unbound) = unbound_of(complete, hollow)
    assert unbound is not None
    assert (unbound.count, unbound.provider) == (1, libpq.name)


def test_what_both_look_up_flat_is_by_design() -> None:
    """samplerate, pyobjc, mpi4py and setproctitle do so in both slices."""
    assert unbound_of(replace(HOLLOW, architecture="x86_64"), HOLLOW) == [None, None]


def test_what_the_system_has_may_be_looked_up_flat() -> None:
    """pyqt6 binds `_objc_msgSend` in one slice and looks it up in the other."""
    bound = replace(COMPLETE, symbols=(undefined("_objc_msgSend", ordinal=1),))
    assert unbound_of(bound, replace(HOLLOW, symbols=(flat("_objc_msgSend"),))) == [None, None]


def test_a_weak_reference_may_stay_unbound() -> None:
    weak = replace(HOLLOW, symbols=(flat("_amqp_open", weak=True),))
    assert unbound_of(COMPLETE, weak) == [None, None]


def test_in_a_flat_namespace_every_undefined_symbol_is_looked_up_flat() -> None:
    image = replace(HOLLOW, two_level=False, symbols=(undefined("_amqp_open", ordinal=1),))
    unbound = unbound_of(COMPLETE, image)[1]
    assert unbound is not None
    assert unbound.examples == ("_amqp_open",)
    bound = replace(image, two_level=True)
    assert unbound_of(COMPLETE, bound) == [None, None]


def test_a_thin_file_has_no_other_slice_and_so_its_symbols_are_left_unread() -> None:
    source = WatchedSource(write_macho(HOLLOW))
    binary = read_binary(source, depth=Depth.SYMBOLS)
    assert binary is not None
    assert source.reads == [(0, source.size)]
    (one,) = binary.slices
    assert one.depth is Depth.SYMBOLS
    assert one.unbound is None


def test_an_archive_among_the_slices_is_an_object() -> None:
    archive = write_archive(Archive(members=(("a.o", b"object"),)))
    content = write_fat(
        FatMachO(slices=(FatMember(architecture="arm64", content=archive), COMPLETE))
    )
    arm, intel = read(content).slices
    assert (arm.kind, arm.architecture) == (BinaryKind.OBJECT, Architecture.ARM64)
    assert (intel.kind, intel.depth) == (BinaryKind.BUNDLE, Depth.SYMBOLS)
    assert read(content, Depth.HEADERS).architectures == {Architecture.ARM64, Architecture.X86_64}


@pytest.mark.parametrize("content", [b"BC\xc0\xde" + bytes(60), b"", b"abc"])
def test_a_slice_of_something_else_is_another_kind(content: bytes) -> None:
    part = FatMember(architecture="arm64", content=content)
    arm, _ = read(write_fat(FatMachO(slices=(part, COMPLETE)))).slices
    assert arm.kind is BinaryKind.OTHER


def test_a_fat_slice_reads_as_the_thin_file_that_it_is() -> None:
    fat = write_fat(FatMachO(slices=(COMPLETE, HOLLOW)))
    for one, part in zip(read(fat, Depth.LINKS).slices, (COMPLETE, HOLLOW), strict=True):
        thin = read_slice(write_macho(part), Depth.LINKS)
        assert structs.replace(one, offset=0) == thin


@pytest.mark.parametrize("depth", [Depth.LINKS, Depth.SYMBOLS])
def test_a_prefix_gives_what_it_holds_slice_by_slice(depth: Depth) -> None:
    content = write_fat(FatMachO(slices=(COMPLETE, HOLLOW)))
    whole = read(content, Depth.LINKS)
    second = whole.slices[1].offset
    headers = read(content, Depth.HEADERS)
    assert read_prefix(content, 64, depth) == headers
    partly = read_prefix(content, second, depth)
    assert partly.slices == (whole.slices[0], headers.slices[1])
    assert partly.depth is Depth.HEADERS
    assert read_prefix(content, len(content), Depth.LINKS) == whole


def test_symbols_of_one_slice_alone_do_not_settle_what_it_lacks() -> None:
    long = replace(HOLLOW, symbols=tuple(flat(f"_f{number}") for number in range(2000)))
    content = write_fat(FatMachO(slices=(COMPLETE, long)))
    cut = read(content).slices[1].offset + 5000
    assert [one.depth for one in read_prefix(content, cut, Depth.SYMBOLS).slices] == [
        Depth.LINKS,
        Depth.LINKS,
    ]


def test_links_are_read_from_the_start_of_each_slice() -> None:
    big = (replace(COMPLETE, code_bytes=300_000), replace(HOLLOW, code_bytes=300_000))
    source = WatchedSource(write_fat(FatMachO(slices=big)))
    assert read_binary(source, depth=Depth.LINKS) is not None
    starts = [one.offset for one in read(write_fat(FatMachO(slices=big))).slices]
    assert source.reads == [(0, 1024), (starts[0], 4096), (starts[1], 4096)]


def test_a_refused_read_says_how_much_more_is_needed() -> None:
    many = tuple(Dylib(name=f"@rpath/library-{number:060}.dylib") for number in range(100))
    content = write_macho(replace(COMPLETE, dylibs=many, code_bytes=100_000))
    prefix = PrefixSource(content[:4096], size=len(content))
    short = read_binary(prefix, depth=Depth.LINKS)
    assert short is not None
    assert short.depth is Depth.HEADERS
    assert 4096 < prefix.wanted < 16_384
    longer = PrefixSource(content[: prefix.wanted], size=len(content))
    assert read_binary(longer, depth=Depth.LINKS) == read_binary(
        BytesSource(content), depth=Depth.LINKS
    )


def test_an_executable_is_compared_as_well() -> None:
    kinds = (replace(COMPLETE, kind=MachOKind.EXECUTE), replace(HOLLOW, kind=MachOKind.EXECUTE))
    assert unbound_of(*kinds)[1] is not None
