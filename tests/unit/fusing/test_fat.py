"""Fat files, compared with those of an independent writer."""

import pytest

from archpip.binaries import BytesSource
from archpip.fusing import SliceUnusableError
from archpip.fusing.fat import CPU_TYPE_ARM64, CPU_TYPE_X86_64, join_slices
from fake_index.binaries import Archive, write_archive
from fake_index.macho import FatMachO, FatMember, MachO, MachOKind, write_fat, write_macho


def _whole(content: dict[int, bytes]) -> bytes:
    joined = join_slices([(cpu_type, BytesSource(each)) for cpu_type, each in content.items()])
    return joined.read_at(0, joined.size)


@pytest.mark.parametrize("kind", list(MachOKind))
def test_bytes_are_lipos(kind: MachOKind) -> None:
    arm = write_macho(MachO(architecture="arm64", kind=kind, code_bytes=5000))
    intel = write_macho(MachO(architecture="x86_64", kind=kind, code_bytes=70001))
    slices = (
        FatMember(architecture="x86_64", content=intel),
        FatMember(architecture="arm64", content=arm),
    )
    expected = write_fat(FatMachO(slices=slices))
    assert _whole({CPU_TYPE_ARM64: arm, CPU_TYPE_X86_64: intel}) == expected
    assert _whole({CPU_TYPE_X86_64: intel, CPU_TYPE_ARM64: arm}) == expected


def test_subtypes_are_those_of_the_slices() -> None:
    arm = write_macho(MachO(architecture="arm64e"))
    intel = write_macho(MachO(architecture="x86_64"))
    found = _whole({CPU_TYPE_ARM64: arm, CPU_TYPE_X86_64: intel})
    assert found[28 + 4 : 28 + 8] == bytes.fromhex("80000002")


def test_archives_stand_at_eight_bytes() -> None:
    archives = {
        cpu_type: write_archive(Archive(members=(("a.o", write_macho(MachO(architecture=name))),)))
        for cpu_type, name in ((CPU_TYPE_ARM64, "arm64"), (CPU_TYPE_X86_64, "x86_64"))
    }
    found = _whole(archives)
    assert found[:8].hex() == "cafebabe00000002"
    assert found[8:28].hex() == (
        f"010000070000000300000030{len(archives[CPU_TYPE_X86_64]):08x}00000003"
    )
    assert found[0x30:].startswith(archives[CPU_TYPE_X86_64])
    assert found.endswith(archives[CPU_TYPE_ARM64])


def test_any_stretch_reads_the_same() -> None:
    arm = write_macho(MachO(architecture="arm64"))
    intel = write_macho(MachO(architecture="x86_64"))
    joined = join_slices(
        [(CPU_TYPE_ARM64, BytesSource(arm)), (CPU_TYPE_X86_64, BytesSource(intel))]
    )
    whole = joined.read_at(0, joined.size)
    assert len(whole) == joined.size
    for start in (0, 7, 8, 47, 48, 4095, 4096, 16383, 16384, joined.size - 1, joined.size):
        for length in (0, 1, 100, 20000):
            assert joined.read_at(start, length) == whole[start : start + length]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "too short"),
        (b"\x7fELF" + bytes(60), "not what the wheel's name says"),
        (write_macho(MachO(architecture="x86_64")), "not what the wheel's name says"),
    ],
)
def test_what_is_no_slice_of_its_machine_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(SliceUnusableError, match=reason):
        join_slices([(CPU_TYPE_ARM64, BytesSource(content))])


def test_two_slices_of_one_machine_are_refused() -> None:
    arm = BytesSource(write_macho(MachO(architecture="arm64")))
    with pytest.raises(SliceUnusableError, match="for one machine"):
        join_slices([(CPU_TYPE_ARM64, arm), (CPU_TYPE_ARM64, arm)])


class _Huge:
    """A slice of 3 GiB that nobody holds."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self.size = 3 * 1024**3

    def read_at(self, offset: int, length: int) -> bytes:
        return self._head[offset : offset + length]


def test_more_than_the_table_can_say_is_refused() -> None:
    slices = [
        (cpu_type, _Huge(write_macho(MachO(architecture=name))))
        for cpu_type, name in ((CPU_TYPE_ARM64, "arm64"), (CPU_TYPE_X86_64, "x86_64"))
    ]
    with pytest.raises(SliceUnusableError, match="4 GiB"):
        join_slices(slices)
