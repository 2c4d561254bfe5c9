"""Write any native binary from its description; the one door to `macho`, `elf` and `pe`.

Also what only begins like a binary: static archives, Java class files, DOS programs, WebAssembly.
"""

import struct
from dataclasses import dataclass

from fake_index import elf, pe
from fake_index.elf import Elf, write_elf
from fake_index.filler import filler
from fake_index.macho import (
    Dylib,
    FatMachO,
    MachO,
    defined,
    flat,
    undefined,
    write_fat,
    write_macho,
)
from fake_index.pe import Pe, write_pe


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A static library: what `ar` makes of object files."""

    members: tuple[tuple[str, bytes], ...]
    """Names of at most fifteen characters, and contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoffObject:
    """An object file of Windows tools: a COFF header without MZ before it."""

    machine: str


Description = MachO | FatMachO | Elf | Pe | Archive | CoffObject


def write_binary(description: Description) -> bytes:
    """Return the file's bytes; the same description always gives the same."""
    match description:
        case MachO():
            return write_macho(description)
        case FatMachO():
            return write_fat(description)
        case Elf():
            return write_elf(description)
        case Pe():
            return write_pe(description)
        case Archive():
            return write_archive(description)
        case CoffObject():
            return write_coff_object(description)


def write_archive(description: Archive) -> bytes:
    """Write a static library in the layout that System V and GNU `ar` share (`<ar.h>`)."""
    content = b"!<arch>\n"
    for name, member in description.members:
        header = f"{name + '/':16}{0:<12}{0:<6}{0:<6}{'100644':8}{len(member):<10}`\n"
        content += header.encode() + member + b"\n" * (len(member) % 2)
    return content


def write_coff_object(description: CoffObject) -> bytes:
    """Write an object file with no sections and no symbols."""
    return struct.pack(
        "<HHIIIHH", pe.MACHINES[description.machine], 0, 0, 20, 0, 0, 0
    ) + struct.pack("<I", 4)


def write_java_class() -> bytes:
    """Write the start of a Java 17 class file, which opens with a fat Mach-O file's magic."""
    return struct.pack(">IHHH", 0xCAFEBABE, 0, 61, 28) + filler(200, "java")


def write_dos_program() -> bytes:
    """Write a DOS program: MZ, and no PE header behind it."""
    return (
        b"MZ"
        + struct.pack("<13H", 0x90, 3, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0)
        + filler(200, "dos")
    )


def write_wasm() -> bytes:
    """Write an empty WebAssembly module (core specification §5.5.16)."""
    return b"\0asm" + struct.pack("<I", 1)


def native_binary(platform: str, *, code_bytes: int = 64, init: str | None = None) -> Description:
    """Describe an ordinary extension module for one platform.

    Args:
        platform: As targets are named: `macos-arm64`, `macos-universal2`, `linux-aarch64`,
            `linux-x86_64-musl`, `windows-amd64`.
        code_bytes: How much filler stands for code.
        init: The module's name, where it is to define `PyInit_<name>`.
    """
    system, machine, *libc = platform.split("-")
    if system == "macos":
        return _macos_module(machine, code_bytes, init)
    if system == "linux":
        return _linux_module(machine, "libc.so" if libc else "libc.so.6", code_bytes, init)
    return Pe(
        machine=machine,
        imports=(pe.PeImport(dll="KERNEL32.dll"),),
        export_name=f"{init}.pyd" if init else None,
        exports=(f"PyInit_{init}",) if init else (),
        code_bytes=code_bytes,
    )


def _macos_module(machine: str, code_bytes: int, init: str | None) -> MachO | FatMachO:
    if machine == "universal2":
        slices = tuple(_macos_slice(part, code_bytes, init) for part in ("x86_64", "arm64"))
        return FatMachO(slices=slices)
    return _macos_slice(machine, code_bytes, init)


def _macos_slice(machine: str, code_bytes: int, init: str | None) -> MachO:
    symbols = (defined(f"_PyInit_{init}"),) if init else ()
    return MachO(
        architecture=machine,
        minimum_os=(11, 0, 0) if machine == "arm64" else (10, 9, 0),
        dylibs=(Dylib(name="/usr/lib/libSystem.B.dylib"),),
        # What every extension does: Python itself is found by flat lookup.
        symbols=(*symbols, flat("_PyModule_Create2"), undefined("_malloc", ordinal=1)),
        code_bytes=code_bytes,
    )


def _linux_module(machine: str, libc: str, code_bytes: int, init: str | None) -> Elf:
    number, bits, big_endian, flags = _LINUX[machine]
    symbols = (elf.ElfSymbol(name=f"PyInit_{init}", defined=True),) if init else ()
    return Elf(
        machine=number,
        bits=bits,
        big_endian=big_endian,
        flags=flags,
        needed=(libc,),
        symbols=symbols,
        code_bytes=code_bytes,
    )


# e_machine's name, word size, byte order, e_flags: what each Linux toolchain writes.
_LINUX = {
    "x86_64": ("x86_64", 64, False, 0),
    "aarch64": ("aarch64", 64, False, 0),
    "i686": ("i386", 32, False, 0),
    "armv7l": ("arm", 32, False, elf.EF_ARM_EABI_VER5 | elf.EF_ARM_ABI_FLOAT_HARD),
    "ppc64le": ("ppc64", 64, False, elf.EF_PPC64_ABI_V2),
    "s390x": ("s390", 64, True, 0),
    "riscv64": ("riscv", 64, False, 5),  # compressed instructions, double-float convention
}
