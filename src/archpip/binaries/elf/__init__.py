"""ELF, the format of Linux, Android and most other systems: one slice, with or without sections."""

from archpip.binaries.elf.slices import is_elf, read_elf, read_elf_symbols

__all__ = ["is_elf", "read_elf", "read_elf_symbols"]
