import pytest

from fake_index.describe import Table, describe_binary
from fake_index.elf import Elf, ElfSymbol, VersionsNeeded
from fake_index.macho import (
    Dylib,
    DylibKind,
    FatMachO,
    MachO,
    MachOKind,
    MachOSymbol,
    defined,
    flat,
    undefined,
)
from fake_index.pe import Clr, Pe, PeImport


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            {"macho": {"architecture": "arm64", "kind": "dylib", "minimum_os": [12, 0, 0]}},
            MachO(architecture="arm64", kind=MachOKind.DYLIB, minimum_os=(12, 0, 0)),
        ),
        (
            {
                "macho": {
                    "architecture": "arm64",
                    "platform": "ios",
                    "dylibs": ["/usr/lib/libz.dylib", {"name": "@rpath/w", "kind": "weak"}],
                    "symbols": [
                        "defined _a",
                        "flat _b",
                        "2 _c",
                        {"name": "_d", "defined": False, "ordinal": 1, "weak": True},
                    ],
                }
            },
            MachO(
                architecture="arm64",
                platform="ios",
                dylibs=(
                    Dylib(name="/usr/lib/libz.dylib"),
                    Dylib(name="@rpath/w", kind=DylibKind.WEAK),
                ),
                symbols=(
                    defined("_a"),
                    flat("_b"),
                    undefined("_c", ordinal=2),
                    MachOSymbol(name="_d", defined=False, ordinal=1, weak=True),
                ),
            ),
        ),
        (
            {"fat": {"slices": [{"architecture": "x86_64"}], "wide": True}},
            FatMachO(slices=(MachO(architecture="x86_64"),), wide=True),
        ),
        (
            {
                "elf": {
                    "machine": 0,
                    "needed": ["libc.so.6"],
                    "symbols": ["defined a", "undefined b"],
                    "version_needs": [{"library": "libc.so.6", "versions": ["GLIBC_2.17"]}],
                }
            },
            Elf(
                machine=0,
                needed=("libc.so.6",),
                symbols=(
                    ElfSymbol(name="a", defined=True),
                    ElfSymbol(name="b", defined=False),
                ),
                version_needs=(VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.17",)),),
            ),
        ),
        (
            {"pe": {"machine": "x86", "clr": "any-cpu", "imports": ["mscoree.dll"]}},
            Pe(machine="x86", clr=Clr.ANY_CPU, imports=(PeImport(dll="mscoree.dll"),)),
        ),
    ],
)
def test_table_becomes_description(table: Table, expected: object) -> None:
    assert describe_binary(table) == expected


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"elf": {"machine": "x86_64", "neded": []}}, "Elf has no neded"),
        ({"elf": {"machine": "x86_64", "bits": "64"}}, "'64' is no <class 'int'>"),
        ({"wasm": {}}, "a binary is platform, macho, fat, elf or pe"),
        ({"platform": "linux-x86_64", "elf": {}}, "a binary is platform"),
    ],
)
def test_mistakes_are_refused(table: Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        describe_binary(table)
