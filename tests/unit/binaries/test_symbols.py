from collections.abc import Mapping
from types import MappingProxyType

import pytest

from archpip.architecture import Architecture
from archpip.binaries import SymbolTable, UnboundSymbols, find_unbound
from archpip.binaries.symbols import find_worst_unbound

ARM, INTEL = Architecture.ARM64, Architecture.X86_64


def table(
    *,
    architecture: Architecture = INTEL,
    defined: str = "",
    private: str = "",
    flat: str = "",
    bound: Mapping[str, str] = MappingProxyType({}),
    linked: tuple[str, ...] = (),
) -> SymbolTable:
    def names(text: str) -> frozenset[bytes]:
        return frozenset(text.encode().split())

    return SymbolTable(
        architecture=architecture,
        defined=names(defined),
        private=names(private),
        flat=names(flat),
        bound=tuple((library, names(text)) for library, text in bound.items()),
        linked=linked,
    )


HOLLOW = table(architecture=ARM, flat="_b _a _PyList_New")


def test_what_the_other_defines_is_missing() -> None:
    assert find_unbound(HOLLOW, table(defined="_a _b _c")) == UnboundSymbols(
        count=2, examples=("_a", "_b"), counterpart=INTEL, provider=None
    )


def test_what_the_other_defines_for_itself_is_missing_too() -> None:
    unbound = find_unbound(HOLLOW, table(private="_a"))
    assert unbound is not None
    assert unbound.count == 1


def test_what_the_other_binds_to_a_bundled_library_is_missing() -> None:
    other = table(bound={"@loader_path/.dylibs/libpq.5.dylib": "_a _b"})
    assert find_unbound(HOLLOW, other) == UnboundSymbols(
        count=2,
        examples=("_a", "_b"),
        counterpart=INTEL,
        provider="@loader_path/.dylibs/libpq.5.dylib",
    )


@pytest.mark.parametrize(
    "library",
    [
        "/usr/lib/libSystem.B.dylib",
        "/usr/lib/swift/libswiftCore.dylib",
        "/System/Library/Frameworks/Security.framework/Security",
        "/Library/Frameworks/Python.framework/Versions/3.11/Python",
        "@rpath/Python3.framework/Versions/3.9/Python3",
        "@rpath/libpython3.11.dylib",
        "@executable_path/../lib/libpython3.13t.dylib",
        "libpython3.11.so.1.0",
    ],
)
def test_what_the_system_or_the_interpreter_has_is_found_by_flat_lookup(library: str) -> None:
    assert find_unbound(HOLLOW, table(bound={library: "_a _b _PyList_New"})) is None


def test_a_library_that_is_only_named_like_the_interpreter_is_none() -> None:
    assert find_unbound(HOLLOW, table(bound={"@rpath/libpythonic.dylib": "_a"})) is not None


def test_what_a_library_that_both_link_has_is_found_by_flat_lookup() -> None:
    libraries = {"@loader_path/libogg.0.8.5.dylib": "_a", "@rpath/X.framework/Versions/A/X": "_b"}
    linked = ("@loader_path/libogg.0.dylib", "@loader_path/../X.framework/X")
    own = table(architecture=ARM, flat="_a _b _c", linked=linked)

    assert find_unbound(own, table(bound=libraries)) is None
    unbound = find_unbound(own, table(bound=libraries | {"@loader_path/libogginess.dylib": "_c"}))
    assert unbound is not None
    assert unbound.examples == ("_c",)


def test_lookups_that_both_leave_flat_are_by_design() -> None:
    assert find_unbound(HOLLOW, table(flat="_a _b _PyList_New")) is None


def test_the_provider_of_most_is_named() -> None:
    own = table(flat="_a _b _c _d _e")
    other = table(defined="_a", bound={"@rpath/x.dylib": "_b", "@rpath/y.dylib": "_c _d _e"})
    unbound = find_unbound(own, other)
    assert unbound is not None
    assert (unbound.count, unbound.provider) == (5, "@rpath/y.dylib")


def test_eight_examples_are_kept_sorted_and_printable() -> None:
    own = SymbolTable(
        architecture=ARM,
        defined=frozenset(),
        flat=frozenset(b"_%c\xff" % letter for letter in b"zyxwvutsrq"),
    )
    other = SymbolTable(architecture=None, defined=own.flat, flat=frozenset())
    unbound = find_unbound(own, other)
    assert unbound is not None
    assert unbound.count == 10
    assert unbound.counterpart is None
    assert unbound.examples == tuple(f"_{letter}\\xff" for letter in "qrstuvwx")


def test_of_several_others_the_one_with_most_is_told() -> None:
    few, most = table(defined="_a"), table(architecture=Architecture.I686, defined="_a _b")
    unbound = find_worst_unbound(HOLLOW, (few, most, table()))
    assert unbound is not None
    assert (unbound.count, unbound.counterpart) == (2, Architecture.I686)
    assert find_worst_unbound(HOLLOW, ()) is None
