"""The libraries that a PE file imports from, and the name under which it exports.

Source: "PE Format": The .idata Section, Delay-Load Import Tables, The .edata Section.
"""

from collections.abc import Iterator
from struct import Struct

from archpip.binaries.errors import UnsupportedBinaryError
from archpip.binaries.limits import MAX_NEEDED_LIBRARIES
from archpip.binaries.model import NeededLibrary
from archpip.binaries.pe.header import Directory, Image

_IMPORT = Struct("<5I")  # lookup table, time, forwarder chain, Name, address table
_DELAY_IMPORT = Struct("<8I")  # Attributes, Name, module handle, four tables, time
_DELAY_RELATIVE = 0x1  # without it, the fields are absolute addresses, as Visual C++ 6 wrote them
_EXPORT_NAME_OFFSET = 12
_ADDRESS = Struct("<I")


def read_needed(image: Image) -> tuple[NeededLibrary, ...]:
    """Return imported libraries, then delay-loaded ones, each in the table's order.

    Raises:
        TruncatedBinaryError: The file ends within a table or a name.
        MalformedBinaryError: An address lies in no section.
        UnsupportedBinaryError: A table has no end.
    """
    return (
        *(NeededLibrary(name=name) for name in _iter_imports(image)),
        *(NeededLibrary(name=name, weak=True) for name in _iter_delay_imports(image)),
    )


def read_export_name(image: Image) -> str | None:
    """Return the name under which the file exports; `None` if it exports nothing."""
    address, _ = image.directory(Directory.EXPORT)
    if not address:
        return None
    (name,) = image.at(address, "export directory").unpack(
        _ADDRESS, _EXPORT_NAME_OFFSET, "export directory"
    )
    return image.at(name, "export name").string(0, "export name") if name else None


def _iter_imports(image: Image) -> Iterator[str]:
    for _, _, _, name, _ in _iter_records(image, Directory.IMPORT, _IMPORT, name_index=3):
        yield image.at(name, "imported library's name").string(0, "imported library's name")


def _iter_delay_imports(image: Image) -> Iterator[str]:
    records = _iter_records(image, Directory.DELAY_IMPORT, _DELAY_IMPORT, name_index=1)
    for attributes, name, *_ in records:
        address = name if attributes & _DELAY_RELATIVE else name - image.base
        yield image.at(address, "delay-loaded library's name").string(
            0, "delay-loaded library's name"
        )


def _iter_records(
    image: Image, directory: Directory, layout: Struct, *, name_index: int
) -> Iterator[tuple[int, ...]]:
    """Yield the records of a table, which one without a name ends; its stated size is not used."""
    address, _ = image.directory(directory)
    if not address:
        return
    what = f"{directory.name.lower().replace('_', ' ')} table"
    table = image.at(address, what)
    for index in range(MAX_NEEDED_LIBRARIES):
        record = table.unpack(layout, index * layout.size, what)
        if not record[name_index]:
            return
        yield record
    raise UnsupportedBinaryError(
        what="imported libraries", found=MAX_NEEDED_LIBRARIES + 1, limit=MAX_NEEDED_LIBRARIES
    )
