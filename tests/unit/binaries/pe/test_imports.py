import struct

import pytest

from archpip.binaries import Depth, MalformedBinaryError, UnsupportedBinaryError
from archpip.binaries.pe import imports
from fake_index.pe import Pe, PeImport, write_pe
from tests.unit.binaries.reads import read_slice

MODULE = Pe(
    machine="x86",
    imports=(PeImport(dll="a.dll"), PeImport(dll="b.dll"), PeImport(dll="c.dll")),
    delay_imports=(PeImport(dll="late.dll"),),
)


def test_a_table_without_an_end_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_NEEDED_LIBRARIES", 2)
    with pytest.raises(UnsupportedBinaryError, match="imported libraries: 3 is more than the 2"):
        read_slice(write_pe(MODULE), Depth.LINKS)


def test_an_absolute_address_below_the_image_is_malformed() -> None:
    content = bytearray(write_pe(MODULE))
    late = content.index(b"late.dll")
    section = 0x84 + 20 + 224 + 40
    address = late + struct.unpack_from("<I", content, section + 12)[0]
    address -= struct.unpack_from("<I", content, section + 20)[0]
    place = content.index(struct.pack("<II", 1, address))
    struct.pack_into("<II", content, place, 0, address)
    with pytest.raises(MalformedBinaryError, match="address -0x"):
        read_slice(bytes(content), Depth.LINKS)


def test_visual_c_6_wrote_absolute_addresses_into_delay_imports() -> None:
    content = bytearray(write_pe(MODULE))
    late = content.index(b"late.dll")
    data = struct.unpack_from("<I", content, 0x84 + 20 + 224 + 40 + 20)[0]
    address = struct.unpack_from("<I", content, 0x84 + 20 + 224 + 40 + 12)[0] + late - data
    place = content.index(struct.pack("<II", 1, address))
    base = struct.unpack_from("<I", content, 0x84 + 20 + 28)[0]
    struct.pack_into("<II", content, place, 0, address + base)
    (*_, delayed) = read_slice(bytes(content), Depth.LINKS).needed
    assert (delayed.name, delayed.weak) == ("late.dll", True)
