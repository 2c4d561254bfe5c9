"""ELF files: what one holds, and how it is written."""

from fake_index.elf.description import (
    EF_ARM_ABI_FLOAT_HARD,
    EF_ARM_ABI_FLOAT_SOFT,
    EF_ARM_EABI_VER5,
    EF_PPC64_ABI_V2,
    MACHINES,
    Elf,
    ElfKind,
    ElfNote,
    ElfSymbol,
    VersionsNeeded,
    android_note,
)
from fake_index.elf.writing import write_elf

__all__ = [
    "EF_ARM_ABI_FLOAT_HARD",
    "EF_ARM_ABI_FLOAT_SOFT",
    "EF_ARM_EABI_VER5",
    "EF_PPC64_ABI_V2",
    "MACHINES",
    "Elf",
    "ElfKind",
    "ElfNote",
    "ElfSymbol",
    "VersionsNeeded",
    "android_note",
    "write_elf",
]
