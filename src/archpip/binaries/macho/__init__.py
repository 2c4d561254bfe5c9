"""Mach-O, Apple's format: thin files hold one slice, fat files one for each of several machines."""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.binaries.macho.fat import is_macho
    from archpip.binaries.macho.header import is_thin
    from archpip.binaries.macho.slices import read_macho, read_macho_symbols
else:
    __getattr__ = offer(__name__, __file__)

__all__ = ["is_macho", "is_thin", "read_macho", "read_macho_symbols"]
