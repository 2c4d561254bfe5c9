"""PE, the format of Windows and .NET, with the COFF objects that it is made from."""

from archpip.binaries.pe.objects import is_object, read_object
from archpip.binaries.pe.slices import is_dos, read_pe

__all__ = ["is_dos", "is_object", "read_object", "read_pe"]
