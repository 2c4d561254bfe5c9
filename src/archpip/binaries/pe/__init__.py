"""PE, the format of Windows and .NET, with the COFF objects that it is made from."""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.binaries.pe.header import is_dos
    from archpip.binaries.pe.objects import is_object, read_object
    from archpip.binaries.pe.slices import read_pe
else:
    __getattr__ = offer(__name__, __file__)

__all__ = ["is_dos", "is_object", "read_object", "read_pe"]
