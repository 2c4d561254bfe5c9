"""Mach-O files, thin and fat: what one holds, and how it is written."""

from fake_index.macho.description import (
    EXECUTABLE_ORDINAL,
    MACHINES,
    Dylib,
    DylibKind,
    MachO,
    MachOKind,
    MachOSymbol,
    defined,
    flat,
    undefined,
)
from fake_index.macho.fat import FatMachO, FatMember, write_fat
from fake_index.macho.thin import FILE_TYPES, write_macho

__all__ = [
    "EXECUTABLE_ORDINAL",
    "FILE_TYPES",
    "MACHINES",
    "Dylib",
    "DylibKind",
    "FatMachO",
    "FatMember",
    "MachO",
    "MachOKind",
    "MachOSymbol",
    "defined",
    "flat",
    "undefined",
    "write_fat",
    "write_macho",
]
