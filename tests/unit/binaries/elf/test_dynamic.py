import struct
from dataclasses import replace

import pytest

from archpip.binaries import (
    Depth,
    MalformedBinaryError,
    NeededLibrary,
    TruncatedBinaryError,
    UnsupportedBinaryError,
    VersionNeed,
)
from archpip.binaries.elf import dynamic, image
from fake_index.elf import Elf, ElfSymbol, VersionsNeeded, write_elf
from tests.unit.binaries.reads import read_prefix, read_slice

LIBRARY = Elf(
    machine="aarch64",
    needed=("libm.so.6", "libc.so.6"),
    soname="libx.so.1",
    runpath="$ORIGIN/../x.libs:/opt/lib",
    version_needs=(
        VersionsNeeded(library="libm.so.6", versions=("GLIBC_2.17",)),
        VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.17", "GLIBC_2.34")),
        VersionsNeeded(library="libgcc_s.so.1", versions=("GCC_3.0",), weak=True),
    ),
    symbols=(ElfSymbol(name="PyInit_x", defined=True),),
)
LAYOUTS = [(bits, big_endian) for bits in (32, 64) for big_endian in (False, True)]


@pytest.mark.parametrize("sections", [True, False], ids=["sections", "stripped"])
@pytest.mark.parametrize(("bits", "big_endian"), LAYOUTS)
def test_links_in_every_layout_with_and_without_sections(
    bits: int, *, big_endian: bool, sections: bool
) -> None:
    elf = replace(
        LIBRARY, bits=bits, big_endian=big_endian, sections=sections, load_address=0x10000
    )
    one = read_slice(write_elf(elf))
    assert one.needed == (NeededLibrary(name="libm.so.6"), NeededLibrary(name="libc.so.6"))
    assert one.install_name == "libx.so.1"
    assert one.run_paths == ("$ORIGIN/../x.libs", "/opt/lib")
    assert one.version_needs == (
        VersionNeed(library="libm.so.6", version="GLIBC_2.17"),
        VersionNeed(library="libc.so.6", version="GLIBC_2.17"),
        VersionNeed(library="libc.so.6", version="GLIBC_2.34"),
        VersionNeed(library="libgcc_s.so.1", version="GCC_3.0", weak=True),
    )


def test_search_path_of_many_folders_is_longer_than_any_path() -> None:
    folders = tuple(f"/home/builder/workspace/{number}/target/release" for number in range(200))
    one = read_slice(write_elf(replace(LIBRARY, runpath=":".join(folders))))
    assert one.run_paths == folders


@pytest.mark.parametrize(
    ("rpath", "runpath", "paths", "inherited"),
    [
        (None, None, (), False),
        ("/a:/b", None, ("/a", "/b"), True),
        (None, "/c", ("/c",), False),
        ("/a", "/c", ("/c",), False),
        ("", None, (), True),
        (None, ":/c::", ("/c",), False),
    ],
)
def test_a_runpath_hides_the_rpath_and_is_not_inherited(
    rpath: str | None, runpath: str | None, paths: tuple[str, ...], *, inherited: bool
) -> None:
    one = read_slice(write_elf(replace(LIBRARY, rpath=rpath, runpath=runpath)))
    assert one.run_paths == paths
    assert one.run_paths_inherited is inherited


def test_a_static_program_has_no_links() -> None:
    one = read_slice(write_elf(Elf(machine="x86_64", dynamic=False)))
    assert one.depth is Depth.SYMBOLS
    assert (one.needed, one.run_paths, one.install_name, one.version_needs) == ((), (), None, ())


def test_a_prefix_without_the_dynamic_table_gives_the_headers() -> None:
    content = write_elf(replace(LIBRARY, code_bytes=10_000))
    cut = read_prefix(content, 4096, Depth.LINKS)
    assert cut.depth is Depth.HEADERS
    assert cut.slices == (read_slice(content, Depth.HEADERS),)
    assert read_prefix(content, len(content), Depth.LINKS).depth is Depth.LINKS


# Tags of the dynamic table that the cases below bend.
DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_SONAME = 1, 5, 10, 14
DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF


def bent(tag: int, value: int) -> bytes:
    """Return the library with the first entry of a tag changed."""
    content = write_elf(LIBRARY)
    place = content.rindex(tag.to_bytes(8, "little"), 0, content.index(b"\0.dynamic"))
    while content[place - place % 8 : place - place % 8 + 8] != tag.to_bytes(8, "little"):
        place = content.rindex(tag.to_bytes(8, "little"), 0, place)
    place -= place % 8
    return content[: place + 8] + value.to_bytes(8, "little") + content[place + 16 :]


@pytest.mark.parametrize(
    ("tag", "value", "error", "message"),
    [
        (DT_STRTAB, 0x7FFFFFFF, MalformedBinaryError, "string table .* is at address 0x7fffffff"),
        (DT_STRSZ, 3, TruncatedBinaryError, "search path"),
        (DT_SONAME, 0xFFFF, TruncatedBinaryError, "soname"),
        (DT_VERNEED, 0x7FFFFFFF, MalformedBinaryError, "version needs .* no segment loads"),
        (DT_VERNEEDNUM, 1 << 40, UnsupportedBinaryError, "libraries with version needs"),
    ],
)
def test_what_points_nowhere_is_an_error(
    tag: int, value: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read_slice(bent(tag, value), Depth.LINKS)


def with_load_cut_in_strings(*, memory_bytes: int) -> bytes:
    """Return the library with a PT_LOAD that ends within the first dynamic string."""
    content = bytearray(write_elf(LIBRARY))
    end = content.index(b"\0libm.so.6\0") + 4
    struct.pack_into("<QQ", content, 64 + 32, end, end + memory_bytes)  # p_filesz, p_memsz
    return bytes(content)


def test_strings_behind_a_segment_are_read_where_its_last_page_has_them() -> None:
    # As patchelf left the programs of casadi 3.8.2.
    assert read_slice(with_load_cut_in_strings(memory_bytes=0)) == read_slice(write_elf(LIBRARY))
    with pytest.raises(TruncatedBinaryError):
        read_slice(with_load_cut_in_strings(memory_bytes=1))


def test_version_needs_end_with_the_last_whatever_their_count() -> None:
    assert read_slice(bent(DT_VERNEEDNUM, 1999)) == read_slice(write_elf(LIBRARY))


def test_limits_of_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_elf(LIBRARY)
    for module, name, what in (
        (image, "MAX_DYNAMIC_BYTES", "bytes of dynamic table"),
        (dynamic, "MAX_NEEDED_LIBRARIES", "needed libraries"),
        (dynamic, "MAX_RUN_PATHS", "search path's folders"),
        (dynamic, "MAX_VERSION_NEEDS", "version needs"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, 1)
            with pytest.raises(UnsupportedBinaryError, match=f"^{what}"):
                read_slice(content, Depth.LINKS)
