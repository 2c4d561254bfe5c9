import pytest

from archpip.architecture import Architecture
from archpip.builds.toolchains.floors import (
    LibrarySymbol,
    lower_symbols,
    parse_symbols,
    split_by_home,
    write_assembly,
    write_compatibility_source,
    write_version_script,
)

_READELF = """
Symbol table '.dynsym' contains 2960 entries:
   Num:    Value          Size Type    Bind   Vis      Ndx Name
    17: 0000000000000000     0 OBJECT  GLOBAL DEFAULT  UND _rtld_global@GLIBC_PRIVATE (38)
   279: 00000000001a7718     8 OBJECT  WEAK   DEFAULT   30 environ@@GLIBC_2.17
   637: 00000000000dcff0    20 FUNC    WEAK   DEFAULT   12 stat@@GLIBC_2.33
   841: 0000000000000010     4 TLS     GLOBAL DEFAULT   20 errno@@GLIBC_PRIVATE
  1387: 00000000000821a0  3248 FUNC    GLOBAL DEFAULT   12 pthread_create@GLIBC_2.17
  1392: 00000000000821a0  3248 FUNC    GLOBAL DEFAULT   12 pthread_create@@GLIBC_2.34
  1699: 0000000000027780   344 FUNC    GLOBAL DEFAULT   12 __libc_start_main@@GLIBC_2.34
  1701: 0000000000027780   344 FUNC    GLOBAL DEFAULT   12 __libc_start_main@GLIBC_2.17
  2153: 000000000007dfb0   204 FUNC    GLOBAL DEFAULT   12 dlopen@@GLIBC_2.34
  2155: 000000000007dfb0   204 FUNC    GLOBAL DEFAULT   12 dlopen@GLIBC_2.17
  2652: 0000000000096090   208 IFUNC   GLOBAL DEFAULT   12 memcpy@@GLIBC_2.17
  2700: 0000000000000000     0 OBJECT  GLOBAL DEFAULT  ABS GLIBC_2.17@@GLIBC_2.17
  2701: 0000000000096090   208 FUNC    GLOBAL DEFAULT   12 __private@@GLIBC_PRIVATE
  2702: 0000000000096090 0x40000 OBJECT GLOBAL DEFAULT   12 large@@GLIBC_2.2.5
"""


def symbol(name: str, *version: int, function: bool = True, size: int = 4) -> LibrarySymbol:
    return LibrarySymbol(name=name, version=version, size_bytes=size, is_function=function)


def test_public_names_are_read_from_readelf() -> None:
    found = [(s.name, s.version, s.is_function) for s in parse_symbols(_READELF)]
    assert found == [
        ("environ", (2, 17), False),
        ("stat", (2, 33), True),
        ("pthread_create", (2, 17), True),
        ("pthread_create", (2, 34), True),
        ("__libc_start_main", (2, 34), True),
        ("__libc_start_main", (2, 17), True),
        ("dlopen", (2, 34), True),
        ("dlopen", (2, 17), True),
        ("memcpy", (2, 17), True),
        ("large", (2, 2, 5), False),
    ]


@pytest.mark.parametrize(
    ("floor", "expected"),
    [((2, 17), (2, 17)), ((2, 28), (2, 17)), ((2, 34), (2, 34)), ((2, 40), (2, 34))],
)
def test_the_newest_version_that_the_floor_has_is_chosen(
    floor: tuple[int, int], expected: tuple[int, int]
) -> None:
    chosen = {s.name: s.version for s in lower_symbols(parse_symbols(_READELF), floor)}
    assert chosen["pthread_create"] == expected


def test_what_the_floor_lacks_keeps_its_own_version_and_is_found_later() -> None:
    chosen = {s.name: s.version for s in lower_symbols(parse_symbols(_READELF), (2, 17))}
    assert chosen["stat"] == (2, 33)


def test_programs_keep_the_newer_start() -> None:
    # Since 2.34 crt1.o passes nothing of what the older one calls.
    chosen = {s.name: s.version for s in lower_symbols(parse_symbols(_READELF), (2, 17))}
    assert chosen["__libc_start_main"] == (2, 34)


def test_moved_functions_are_offered_by_the_libraries_that_had_them() -> None:
    all_symbols = parse_symbols(_READELF)
    homes = split_by_home(lower_symbols(all_symbols, (2, 28)), all_symbols, (2, 28))
    names = {library: [s.name for s in symbols] for library, symbols in homes.items() if symbols}
    assert names["libpthread.so.0"] == ["pthread_create"]
    assert names["libdl.so.2"] == ["dlopen"]
    assert "memcpy" in names["libc.so.6"]


def test_nothing_is_moved_where_the_floor_has_them_in_libc() -> None:
    all_symbols = parse_symbols(_READELF)
    homes = split_by_home(lower_symbols(all_symbols, (2, 34)), all_symbols, (2, 34))
    assert [library for library, symbols in homes.items() if symbols] == ["libc.so.6"]


def test_names_are_defined_in_their_version() -> None:
    text = write_assembly(
        (symbol("memcpy", 2, 17), symbol("environ", 2, 17, function=False, size=8))
    )
    assert ".symver archpip_0, memcpy@@GLIBC_2.17" in text
    assert ".type archpip_0, STT_FUNC" in text
    assert ".type archpip_1, STT_OBJECT\narchpip_1: .skip 8\n.size archpip_1, 8" in text


def test_versions_follow_each_other_and_hide_our_labels() -> None:
    script = write_version_script((symbol("b", 2, 34), symbol("a", 2, 2, 5), symbol("c", 2, 17)))
    assert script == (
        "GLIBC_2.2.5 { local: archpip_*; };\n"
        "GLIBC_2.17 { } GLIBC_2.2.5;\n"
        "GLIBC_2.34 { } GLIBC_2.17;\n"
    )


@pytest.mark.parametrize(
    ("floor", "names"),
    [
        ((2, 17), {"stat", "__libc_single_threaded"}),
        ((2, 28), {"stat", "__libc_single_threaded", "arc4random"}),
        ((2, 32), {"stat", "arc4random"}),
        ((2, 35), {"arc4random"}),
        ((2, 36), set()),
    ],
)
def test_only_what_the_floor_lacks_is_brought_along(
    floor: tuple[int, int], names: set[str]
) -> None:
    source = write_compatibility_source(Architecture.ARM64, floor)
    known = {
        "stat": "int stat(const char *x",
        "__libc_single_threaded": "char __libc_single_threaded",
        "arc4random": "arc4random(void)",
    }
    assert {name for name, text in known.items() if text in source} == names


def test_stat_calls_what_older_systems_have() -> None:
    source = write_compatibility_source(Architecture.X86_64, (2, 28))
    assert "return __xstat(1, x, s);" in source
    assert "return __fxstat64(1, x, s);" in source
    assert "return __fxstatat(1, d, x, s, f);" in source
