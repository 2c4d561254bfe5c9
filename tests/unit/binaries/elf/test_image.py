import pytest

from archpip.binaries import BytesSource, MalformedBinaryError
from archpip.binaries.elf.header import Segment, read_elf_header
from archpip.binaries.elf.image import PT_LOAD, PT_NOTE, Image
from archpip.binaries.window import Window
from fake_index.elf import Elf, write_elf


def image(*segments: Segment) -> Image:
    file = Window(BytesSource(write_elf(Elf(machine="x86_64"))))
    return Image(file, read_elf_header(file), segments)


def segment(kind: int = PT_LOAD, *, address: int, offset: int = 0, size: int = 16) -> Segment:
    return Segment(type=kind, offset=offset, address=address, size=size, alignment=1)


def test_an_address_is_found_through_the_segment_that_loads_it() -> None:
    found = image(
        segment(PT_NOTE, address=0x1000),
        segment(address=0x1000, size=16),
        segment(address=0x2000, offset=4, size=12),
    ).at(0x2002, "table")
    assert (found.start, found.size) == (6, 10)


@pytest.mark.parametrize("address", [0, 0xFFF, 0x1010, 1 << 63])
def test_an_address_that_nothing_loads_is_malformed(address: int) -> None:
    with pytest.raises(MalformedBinaryError, match=f"is at address {address:#x}, which no segment"):
        image(segment(address=0x1000)).at(address, "table")
