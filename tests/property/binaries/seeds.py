"""Small files of every format and layout, for tests that bend them."""

from fake_index.binaries import (
    Archive,
    CoffObject,
    Description,
    write_binary,
    write_dos_program,
    write_wasm,
)
from fake_index.elf import Elf, ElfSymbol, VersionsNeeded, android_note
from fake_index.macho import Dylib, FatMachO, MachO, MachOKind, defined, flat, undefined
from fake_index.pe import Clr, Pe, PeImport

_SLICE = MachO(
    architecture="arm64",
    dylibs=(Dylib(name="/usr/lib/libSystem.B.dylib"), Dylib(name="@rpath/libx.dylib")),
    run_paths=("@loader_path/.dylibs",),
    symbols=(defined("_PyInit_x"), flat("_open"), undefined("_malloc", ordinal=1)),
)
_INTEL = MachO(
    architecture="x86_64",
    symbols=(defined("_open"),),
    old_version_command=True,
    kind=MachOKind.DYLIB,
)


def _elf(machine: str, *, bits: int = 64, big_endian: bool = False, sections: bool = True) -> Elf:
    return Elf(
        machine=machine,
        bits=bits,
        big_endian=big_endian,
        sections=sections,
        interpreter="/lib/ld.so.1",
        needed=("libm.so.6", "libc.so.6"),
        soname="libx.so.1",
        runpath="$ORIGIN:/opt/lib",
        version_needs=(VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.17", "GLIBC_2.34")),),
        symbols=(ElfSymbol(name="PyInit_x", defined=True), ElfSymbol(name="free", defined=False)),
        notes=(android_note(21),) if machine == "aarch64" else (),
        arm_hard_float=True if machine == "arm" else None,
    )


def _pe(machine: str, clr: Clr | None = None) -> Pe:
    return Pe(
        machine=machine,
        imports=(PeImport(dll="KERNEL32.dll"), PeImport(dll="python3.dll")),
        delay_imports=(PeImport(dll="late.dll"),),
        export_name="x.pyd",
        exports=("PyInit_x",),
        clr=clr,
    )


_DESCRIPTIONS: dict[str, Description] = {
    "macho": _SLICE,
    "macho-ppc": MachO(architecture="ppc", dylibs=_SLICE.dylibs, symbols=_SLICE.symbols),
    "fat": FatMachO(slices=(_INTEL, _SLICE)),
    "fat64": FatMachO(slices=(_INTEL, _SLICE), wide=True),
    "elf": _elf("x86_64"),
    "elf-android": _elf("aarch64", sections=False),
    "elf-arm": _elf("arm", bits=32),
    "elf-s390x": _elf("s390", big_endian=True),
    "elf-ppc": _elf("ppc", bits=32, big_endian=True),
    "pe": _pe("amd64"),
    "pe-x86": _pe("x86"),
    "pe-arm64x": _pe("arm64x"),
    "pe-managed": _pe("x86", Clr.ANY_CPU),
    "archive": Archive(members=(("/", bytes(8)), ("a.o", write_binary(_elf("x86_64"))))),
    "coff": CoffObject(machine="amd64"),
}

SEEDS: dict[str, bytes] = {
    **{name: write_binary(description) for name, description in _DESCRIPTIONS.items()},
    "dos": write_dos_program(),
    "wasm": write_wasm(),
}
