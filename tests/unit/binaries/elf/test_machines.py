import pytest

from archpip.architecture import Architecture
from archpip.binaries import ForeignProcessor
from fake_index.elf import MACHINES, Elf, ElfKind, write_elf
from tests.unit.binaries.reads import read_slice

A = Architecture


@pytest.mark.parametrize(
    ("machine", "bits", "big_endian", "architecture"),
    [
        ("i386", 32, False, A.I686),
        ("x86_64", 64, False, A.X86_64),
        ("x86_64", 32, False, A.X32),
        ("aarch64", 64, False, A.ARM64),
        ("aarch64", 64, True, None),
        ("aarch64", 32, False, None),
        ("arm", 32, False, A.ARMV7L),
        ("arm", 32, True, None),
        ("ppc", 32, True, A.PPC),
        ("ppc", 32, False, None),
        ("ppc64", 64, True, A.PPC64),
        ("ppc64", 64, False, A.PPC64LE),
        ("s390", 32, True, A.S390),
        ("s390", 64, True, A.S390X),
        ("riscv", 32, False, A.RISCV32),
        ("riscv", 64, False, A.RISCV64),
        ("loongarch", 64, False, A.LOONGARCH64),
        ("mips", 32, True, A.MIPS),
        ("mips", 32, False, A.MIPS),
        ("mips", 64, False, A.MIPS64),
        ("sparc", 32, True, A.SPARC),
        ("sparcv9", 64, True, A.SPARC64),
        ("ia64", 64, False, A.IA64),
        ("alpha", 64, False, A.ALPHA),
        ("m68k", 32, True, None),
        ("none", 64, False, None),
        (0xBEEF, 64, False, None),
    ],
)
def test_a_machine_is_known_by_number_word_size_and_byte_order(
    machine: str | int, bits: int, architecture: Architecture | None, *, big_endian: bool
) -> None:
    one = read_slice(write_elf(Elf(machine=machine, bits=bits, big_endian=big_endian)))
    assert one.architecture is architecture
    assert one.bits == bits
    assert one.big_endian is big_endian
    assert one.foreign is None


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        ("x86_64", "EM_X86_64"),
        ("none", "EM_NONE"),
        ("cuda", "EM_CUDA"),
        ("alpha", "EM_ALPHA"),
        (0xBEEF, "0xbeef"),
    ],
)
def test_a_machine_is_called_as_elf_h_calls_it(machine: str | int, name: str) -> None:
    assert read_slice(write_elf(Elf(machine=machine))).machine == name


@pytest.mark.parametrize(
    ("machine", "foreign"),
    [
        ("cuda", ForeignProcessor.NVIDIA_GPU),
        ("amdgpu", ForeignProcessor.AMD_GPU),
        (205, ForeignProcessor.INTEL_GPU),
        ("bpf", ForeignProcessor.BPF),
        ("hexagon", ForeignProcessor.DSP),
        ("avr", ForeignProcessor.MICROCONTROLLER),
    ],
)
def test_some_machines_run_no_python(machine: str | int, foreign: ForeignProcessor) -> None:
    one = read_slice(write_elf(Elf(machine=machine, kind=ElfKind.EXECUTABLE, dynamic=False)))
    assert one.architecture is None
    assert one.foreign is foreign


@pytest.mark.parametrize(
    ("machine", "bits", "flags", "subtype"),
    [
        ("ppc64", 64, 1, "elfv1"),
        ("ppc64", 64, 2, "elfv2"),
        ("ppc64", 64, 0, ""),
        ("mips", 32, 0x20, "n32"),
        ("aarch64", 32, 0, "ilp32"),
        ("riscv", 64, 0x5, ""),
        ("riscv", 64, 0x1, "float-abi-soft"),
        ("riscv", 64, 0x3, "float-abi-single"),
        ("loongarch", 64, 0x43, ""),
        ("loongarch", 64, 0x41, "float-abi-soft"),
        ("x86_64", 64, 0xFF, ""),
    ],
)
def test_flags_tell_another_calling_convention(
    machine: str, bits: int, flags: int, subtype: str
) -> None:
    assert read_slice(write_elf(Elf(machine=machine, bits=bits, flags=flags))).subtype == subtype


def test_every_machine_that_the_writer_knows_has_a_name() -> None:
    for machine in MACHINES:
        assert read_slice(write_elf(Elf(machine=machine))).machine.startswith("EM_")
