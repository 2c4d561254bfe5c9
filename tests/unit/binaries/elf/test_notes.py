import struct
from dataclasses import replace

import pytest

from archpip.binaries import Platform, UnsupportedBinaryError
from fake_index.elf import Elf, ElfNote, VersionsNeeded, android_note, write_elf
from tests.unit.binaries.reads import read_slice

LIBRARY = Elf(machine="x86_64")


def gnu_note(system: int) -> ElfNote:
    return ElfNote(owner="GNU", number=1, payload=struct.pack("<4I", system, 3, 2, 0))


BUILD_ID = ElfNote(owner="GNU", number=3, payload=bytes(20))


@pytest.mark.parametrize(
    ("notes", "platform", "minimum_os"),
    [
        ((), None, None),
        ((BUILD_ID,), None, None),
        ((BUILD_ID, gnu_note(0)), Platform.LINUX, None),
        ((gnu_note(1),), Platform.OTHER_UNIX, None),
        ((gnu_note(3),), Platform.FREEBSD, None),
        ((gnu_note(77),), Platform.OTHER_UNIX, None),
        ((android_note(21),), Platform.ANDROID, (21, 0, 0)),
        ((BUILD_ID, android_note(24)), Platform.ANDROID, (24, 0, 0)),
        ((ElfNote(owner="FreeBSD", number=1, payload=bytes(4)),), Platform.FREEBSD, None),
        ((ElfNote(owner="OpenBSD", number=1, payload=bytes(4)),), Platform.OTHER_UNIX, None),
        ((ElfNote(owner="Android", number=1, payload=b""),), None, None),
    ],
)
def test_notes_name_the_system(
    notes: tuple[ElfNote, ...],
    platform: Platform | None,
    minimum_os: tuple[int, int, int] | None,
) -> None:
    one = read_slice(write_elf(replace(LIBRARY, notes=notes)))
    assert (one.platform, one.minimum_os) == (platform, minimum_os)


@pytest.mark.parametrize(
    ("os_abi", "platform"),
    [(0, None), (3, Platform.LINUX), (9, Platform.FREEBSD), (6, Platform.OTHER_UNIX), (64, None)],
)
def test_the_header_may_name_the_system_too(os_abi: int, platform: Platform | None) -> None:
    assert read_slice(write_elf(replace(LIBRARY, os_abi=os_abi))).platform is platform


@pytest.mark.parametrize(
    "elf",
    [
        replace(LIBRARY, interpreter="/system/bin/linker64"),
        replace(LIBRARY, version_needs=(VersionsNeeded(library="libc.so", versions=("LIBC",)),)),
    ],
    ids=["interpreter", "versions"],
)
def test_android_without_its_note(elf: Elf) -> None:
    assert read_slice(write_elf(elf)).platform is Platform.ANDROID


def test_an_odd_note_ends_the_notes_and_nothing_else() -> None:
    odd = ElfNote(owner="x", number=9, payload=b"")
    content = write_elf(replace(LIBRARY, notes=(odd, android_note(21))))
    place = content.index(struct.pack("<3I", 2, 0, 9))
    bent = content[:place] + b"\xff\xff\xff\x7f" + content[place + 4 :]
    assert read_slice(bent).platform is None


def test_more_notes_than_any_file_has_are_refused() -> None:
    many = (ElfNote(owner="x", number=9, payload=b""),) * 1001
    with pytest.raises(UnsupportedBinaryError, match="notes: 1001 is more than the 1000"):
        read_slice(write_elf(replace(LIBRARY, notes=many)))
