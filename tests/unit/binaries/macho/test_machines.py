import pytest

from archpip.architecture import Architecture
from archpip.binaries.macho.machines import find_machine

ABI64 = 0x01000000


@pytest.mark.parametrize(
    ("pair", "architecture", "machine", "subtype", "bits"),
    [
        ((7, 3), Architecture.I686, "CPU_TYPE_I386", "", 32),
        ((7 | ABI64, 3), Architecture.X86_64, "CPU_TYPE_X86_64", "", 64),
        ((7 | ABI64, 8), Architecture.X86_64, "CPU_TYPE_X86_64", "x86_64h", 64),
        ((12 | ABI64, 0), Architecture.ARM64, "CPU_TYPE_ARM64", "", 64),
        ((12 | ABI64, 2), Architecture.ARM64, "CPU_TYPE_ARM64", "arm64e", 64),
        ((12 | ABI64, 0x80000002), Architecture.ARM64, "CPU_TYPE_ARM64", "arm64e", 64),
        ((12 | 0x02000000, 1), Architecture.ARM64_32, "CPU_TYPE_ARM64_32", "", 32),
        ((12, 9), None, "CPU_TYPE_ARM", "armv7", 32),
        ((18, 0), Architecture.PPC, "CPU_TYPE_POWERPC", "", 32),
        ((18, 100), Architecture.PPC, "CPU_TYPE_POWERPC", "ppc970", 32),
        ((18 | ABI64, 0), Architecture.PPC64, "CPU_TYPE_POWERPC64", "", 64),
        ((99 | ABI64, 0), None, "0x01000063", "", 64),
        ((99, 0), None, "0x00000063", "", 32),
    ],
)
def test_a_pair_names_a_machine(
    pair: tuple[int, int],
    architecture: Architecture | None,
    machine: str,
    subtype: str,
    bits: int,
) -> None:
    found = find_machine(*pair)
    assert found.architecture is architecture
    assert (found.machine, found.subtype, found.bits) == (machine, subtype, bits)
    assert found.big_endian is ("POWERPC" in machine)
