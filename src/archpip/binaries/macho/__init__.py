"""Mach-O, Apple's format: thin files hold one slice, fat files one for each of several machines."""

from archpip.binaries.macho.slices import is_macho, read_macho, read_macho_symbols

__all__ = ["is_macho", "read_macho", "read_macho_symbols"]
