"""The processors that ELF headers name, together with what word size, byte order and flags add.

Source: gABI chapter 4, `e_machine`, and each processor's supplement for `e_flags`.
"""

from enum import IntEnum

from archpip.architecture import Architecture
from archpip.binaries.model import ForeignProcessor


class _EM(IntEnum):
    """The numbers, named as <elf.h> names them, that several tables below refer to."""

    MIPS = 8
    PPC64 = 21
    ARM = 40
    AARCH64 = 183
    RISCV = 243
    LOONGARCH = 258


_LITTLE = False
_BIG = True

# A machine number alone says too little: 62 in a 32-bit file is x32, 21 is ppc64 or ppc64le.
_ARCHITECTURES: dict[tuple[int, int, bool], Architecture] = {
    (2, 32, _BIG): Architecture.SPARC,
    (3, 32, _LITTLE): Architecture.I686,
    (6, 32, _LITTLE): Architecture.I686,  # EM_486, as a Linux of 1995 wrote it
    (_EM.MIPS, 32, _BIG): Architecture.MIPS,
    (_EM.MIPS, 32, _LITTLE): Architecture.MIPS,
    (_EM.MIPS, 64, _BIG): Architecture.MIPS64,
    (_EM.MIPS, 64, _LITTLE): Architecture.MIPS64,
    (10, 32, _LITTLE): Architecture.MIPS,  # EM_MIPS_RS3_LE
    (18, 32, _BIG): Architecture.SPARC,  # EM_SPARC32PLUS: 32-bit, with V9 instructions
    (20, 32, _BIG): Architecture.PPC,
    (_EM.PPC64, 64, _BIG): Architecture.PPC64,
    (_EM.PPC64, 64, _LITTLE): Architecture.PPC64LE,
    (22, 32, _BIG): Architecture.S390,
    (22, 64, _BIG): Architecture.S390X,
    (_EM.ARM, 32, _LITTLE): Architecture.ARMV7L,  # or ARMEL: see `find_arm_architecture`
    (43, 64, _BIG): Architecture.SPARC64,
    (50, 64, _LITTLE): Architecture.IA64,
    (62, 64, _LITTLE): Architecture.X86_64,
    (62, 32, _LITTLE): Architecture.X32,
    (_EM.AARCH64, 64, _LITTLE): Architecture.ARM64,
    (_EM.RISCV, 32, _LITTLE): Architecture.RISCV32,
    (_EM.RISCV, 64, _LITTLE): Architecture.RISCV64,
    (_EM.LOONGARCH, 64, _LITTLE): Architecture.LOONGARCH64,
    (0x9026, 64, _LITTLE): Architecture.ALPHA,
    (0xA390, 64, _BIG): Architecture.S390X,  # EM_S390_OLD
}

_FOREIGN: dict[int, ForeignProcessor] = {
    46: ForeignProcessor.MICROCONTROLLER,  # EM_H8_300
    53: ForeignProcessor.MICROCONTROLLER,  # EM_68HC12
    83: ForeignProcessor.MICROCONTROLLER,  # EM_AVR
    94: ForeignProcessor.MICROCONTROLLER,  # EM_XTENSA, also with ESP chips
    105: ForeignProcessor.MICROCONTROLLER,  # EM_MSP430
    113: ForeignProcessor.MICROCONTROLLER,  # EM_ALTERA_NIOS2
    140: ForeignProcessor.DSP,  # EM_TI_C6000
    144: ForeignProcessor.MICROCONTROLLER,  # EM_TI_PRU
    164: ForeignProcessor.DSP,  # EM_QDSP6, Hexagon
    185: ForeignProcessor.MICROCONTROLLER,  # EM_AVR32
    189: ForeignProcessor.MICROCONTROLLER,  # EM_MICROBLAZE
    190: ForeignProcessor.NVIDIA_GPU,  # EM_CUDA
    204: ForeignProcessor.MICROCONTROLLER,  # EM_PIC
    205: ForeignProcessor.INTEL_GPU,  # EM_INTEL205
    224: ForeignProcessor.AMD_GPU,  # EM_AMDGPU
    247: ForeignProcessor.BPF,
}

_NAMES: dict[int, str] = {
    0: "EM_NONE",
    1: "EM_M32",
    2: "EM_SPARC",
    3: "EM_386",
    4: "EM_68K",
    5: "EM_88K",
    6: "EM_486",
    7: "EM_860",
    8: "EM_MIPS",
    10: "EM_MIPS_RS3_LE",
    15: "EM_PARISC",
    18: "EM_SPARC32PLUS",
    20: "EM_PPC",
    21: "EM_PPC64",
    22: "EM_S390",
    40: "EM_ARM",
    42: "EM_SH",
    43: "EM_SPARCV9",
    46: "EM_H8_300",
    50: "EM_IA_64",
    53: "EM_68HC12",
    62: "EM_X86_64",
    83: "EM_AVR",
    92: "EM_OPENRISC",
    94: "EM_XTENSA",
    105: "EM_MSP430",
    113: "EM_ALTERA_NIOS2",
    140: "EM_TI_C6000",
    144: "EM_TI_PRU",
    164: "EM_QDSP6",
    183: "EM_AARCH64",
    185: "EM_AVR32",
    189: "EM_MICROBLAZE",
    190: "EM_CUDA",
    195: "EM_ARC_COMPACT2",
    204: "EM_PIC",
    205: "EM_INTELGT",
    224: "EM_AMDGPU",
    243: "EM_RISCV",
    247: "EM_BPF",
    251: "EM_VE",
    252: "EM_CSKY",
    258: "EM_LOONGARCH",
    0x9026: "EM_ALPHA",
    0xA390: "EM_S390_OLD",
}

# `e_flags`, named as <elf.h> names them.
_EF_MIPS_ABI2 = 0x20
_EF_PPC64_ABI = 0x3
_EF_ARM_ABI_FLOAT_SOFT = 0x200
_EF_ARM_ABI_FLOAT_HARD = 0x400
_EF_RISCV_FLOAT_ABI = 0x6
_EF_LOONGARCH_ABI = 0x7

_FLOAT_ABI_UNSTATED = "float-abi-unstated"
_PPC64_ABIS = {1: "elfv1", 2: "elfv2"}
_RISCV_FLOAT_ABIS = {0x0: "float-abi-soft", 0x2: "float-abi-single", 0x4: "", 0x6: "float-abi-quad"}
_LOONGARCH_ABIS = {0x1: "float-abi-soft", 0x2: "float-abi-single", 0x3: ""}


def find_architecture(
    machine: int, *, bits: int, big_endian: bool, flags: int
) -> Architecture | None:
    """Return the architecture in the header; `None` if it is in no table.

    32-bit ARM without a float convention counts as hard-float; see `find_arm_architecture`.
    """
    if machine == _EM.ARM and flags & _EF_ARM_ABI_FLOAT_SOFT:
        return Architecture.ARMEL if not big_endian else None
    return _ARCHITECTURES.get((machine, bits, big_endian))


def find_foreign(machine: int) -> ForeignProcessor | None:
    """Return the kind of processor, if it is one that no Python runs on, else `None`."""
    return _FOREIGN.get(machine)


def spell_machine(machine: int) -> str:
    """Return the machine's name in <elf.h>, or its number."""
    return _NAMES.get(machine, f"{machine:#06x}")


def find_subtype(machine: int, *, bits: int, flags: int) -> str:
    """Return the name of the file's calling convention; empty for the machine's ordinary one."""
    match machine, bits:
        case _EM.PPC64, _:
            subtype = _PPC64_ABIS.get(flags & _EF_PPC64_ABI, "")
        case _EM.MIPS, _:
            subtype = "n32" if flags & _EF_MIPS_ABI2 else ""
        case _EM.AARCH64, 32:
            subtype = "ilp32"
        case _EM.RISCV, _:
            subtype = _RISCV_FLOAT_ABIS[flags & _EF_RISCV_FLOAT_ABI]
        case _EM.LOONGARCH, _:
            subtype = _LOONGARCH_ABIS.get(flags & _EF_LOONGARCH_ABI, _FLOAT_ABI_UNSTATED)
        case _:
            unstated = is_arm_float_unstated(machine, flags=flags)
            subtype = _FLOAT_ABI_UNSTATED if unstated else ""
    return subtype


def is_arm_float_unstated(machine: int, *, flags: int) -> bool:
    """Return whether a 32-bit ARM file leaves open in which registers floats are passed.

    The flags came with version 5 of the ABI, and gold and Android's linkers leave them out.
    """
    return machine == _EM.ARM and not flags & (_EF_ARM_ABI_FLOAT_HARD | _EF_ARM_ABI_FLOAT_SOFT)
