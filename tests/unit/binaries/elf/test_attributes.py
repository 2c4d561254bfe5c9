from dataclasses import replace

import pytest

from archpip.architecture import Architecture
from archpip.binaries import Depth
from fake_index.elf import (
    EF_ARM_ABI_FLOAT_HARD,
    EF_ARM_ABI_FLOAT_SOFT,
    EF_ARM_EABI_VER5,
    Elf,
    android_note,
    write_elf,
)
from tests.unit.binaries.reads import read_slice

ARM = Elf(machine="arm", bits=32, flags=EF_ARM_EABI_VER5)


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize(
    ("flag", "architecture"),
    [
        (EF_ARM_ABI_FLOAT_HARD, Architecture.ARMV7L),
        (EF_ARM_ABI_FLOAT_SOFT, Architecture.ARMEL),
    ],
)
def test_flags_name_the_float_convention(
    flag: int, architecture: Architecture, depth: Depth
) -> None:
    one = read_slice(write_elf(replace(ARM, flags=EF_ARM_EABI_VER5 | flag)), depth)
    assert one.architecture is architecture
    assert one.subtype == ""


@pytest.mark.parametrize(
    ("elf", "architecture"),
    [
        (replace(ARM, arm_hard_float=True), Architecture.ARMV7L),
        (replace(ARM, arm_hard_float=False), Architecture.ARMEL),
        (replace(ARM, arm_hard_float=False, notes=(android_note(21),)), Architecture.ARMV7L),
    ],
    ids=["hard", "soft", "android"],
)
def test_attributes_name_it_where_the_flags_do_not(elf: Elf, architecture: Architecture) -> None:
    content = write_elf(elf)
    assert read_slice(content, Depth.HEADERS).subtype == "float-abi-unstated"
    one = read_slice(content)
    assert one.architecture is architecture
    assert one.subtype == ""


def test_attributes_of_an_unknown_version_say_nothing() -> None:
    content = write_elf(replace(ARM, arm_hard_float=False))
    place = content.index(b"aeabi") - 5
    assert read_slice(content[:place] + b"B" + content[place + 1 :]).subtype == "float-abi-unstated"


@pytest.mark.parametrize("bent", ["vendor", "scope"])
def test_attributes_of_another_vendor_or_of_one_section_do_not_count(bent: str) -> None:
    content = write_elf(replace(ARM, arm_hard_float=True))
    place = content.index(b"aeabi") + (6 if bent == "scope" else 0)  # Tag_File stands behind it
    assert read_slice(content).architecture is Architecture.ARMV7L
    other = content[:place] + b"\2" + content[place + 1 :]
    assert read_slice(other).architecture is Architecture.ARMEL


@pytest.mark.parametrize(
    "elf",
    [ARM, replace(ARM, arm_hard_float=True, sections=False)],
    ids=["no-attributes", "no-sections"],
)
def test_what_nothing_names_stays_unstated(elf: Elf) -> None:
    one = read_slice(write_elf(elf))
    assert (one.architecture, one.subtype) == (Architecture.ARMV7L, "float-abi-unstated")


def test_attributes_are_found_behind_others_and_behind_another_vendor() -> None:
    # A CPU's name, a tag of two bytes, compatibility, a string, a number; then the float tag.
    content = write_elf(replace(ARM, arm_hard_float=True, code_bytes=64))
    tags = b"\x05cortex-a7\0\x80\x01\x07\x20\x00gnu\0\x43why\0\x44\x01\x1c\x01"
    file_tags = b"\x01" + (5 + len(tags)).to_bytes(4, "little") + tags
    ours = (10 + len(file_tags)).to_bytes(4, "little") + b"aeabi\0" + file_tags
    other = (8).to_bytes(4, "little") + b"gnu\0"
    section = b"A" + other + ours
    header = content.index((0x70000003).to_bytes(4, "little"))
    bent = bytearray(content + section)
    bent[header + 12 : header + 20] = len(content).to_bytes(4, "little") + len(section).to_bytes(
        4, "little"
    )
    assert read_slice(bytes(bent)).architecture is Architecture.ARMV7L
