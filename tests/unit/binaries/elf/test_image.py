import pytest

from archpip.binaries import BytesSource, MalformedBinaryError
from archpip.binaries.elf.header import Segment, read_elf_header
from archpip.binaries.elf.image import PT_LOAD, PT_NOTE, Image
from archpip.binaries.window import Window
from fake_index.elf import Elf, write_elf


def image(*segments: Segment) -> Image:
    file = Window(BytesSource(write_elf(Elf(machine="x86_64"))))
    return Image(file, read_elf_header(file), segments)


def segment(
    kind: int = PT_LOAD,
    *,
    address: int,
    offset: int = 0,
    size: int = 16,
    memory_size: int = 0x800,  # zeros follow
) -> Segment:
    return Segment(
        type=kind,
        offset=offset,
        address=address,
        size=size,
        alignment=1,
        memory_size=memory_size,
    )


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


def test_a_segment_without_zeros_brings_the_rest_of_its_last_page() -> None:
    loaded = image(segment(address=0x1FF0, offset=4, size=8, memory_size=8))
    assert (loaded.at(0x1FF4, "table").start, loaded.at(0x1FF4, "table").size) == (8, 12)
    assert (loaded.at(0x1FFC, "table").start, loaded.at(0x1FFC, "table").size) == (16, 4)
    with pytest.raises(MalformedBinaryError):
        loaded.at(0x2000, "table")


def test_segments_that_follow_without_a_gap_are_one_piece() -> None:
    # As patchelf left the programs of panda3d 1.10 for i686.
    follows = image(
        segment(address=0x1000, offset=4, size=8),
        segment(address=0x1008, offset=12, size=16),
        segment(address=0x2000, offset=28, size=8),
    )
    found = follows.at(0x1004, "table")
    assert (found.start, found.size) == (8, 4 + 16)
    apart = image(
        segment(address=0x1000, offset=4, size=8),
        segment(address=0x1100, offset=12, size=16),
    )
    assert apart.at(0x1004, "table").size == 4


def test_what_a_segment_names_goes_before_the_rest_of_anothers_page() -> None:
    loaded = image(
        segment(address=0x1000, size=16, memory_size=16),
        segment(address=0x1100, offset=40, size=16),
    )
    assert loaded.at(0x1104, "table").start == 44
