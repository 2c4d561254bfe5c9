"""The processors that COFF and PE headers name.

Source: "PE Format", Machine Types; for the numbers of ReadyToRun files, .NET's
`docs/design/coreclr/botr/readytorun-format.md`.
"""

from archpip.architecture import Architecture

_MACHINES: dict[int, tuple[str, int, Architecture | None]] = {
    0x014C: ("IMAGE_FILE_MACHINE_I386", 32, Architecture.I686),
    0x0166: ("IMAGE_FILE_MACHINE_R4000", 32, None),  # little-endian MIPS
    0x0184: ("IMAGE_FILE_MACHINE_ALPHA", 32, Architecture.ALPHA),
    0x01C0: ("IMAGE_FILE_MACHINE_ARM", 32, None),  # Windows CE
    0x01C2: ("IMAGE_FILE_MACHINE_THUMB", 32, None),
    0x01C4: ("IMAGE_FILE_MACHINE_ARMNT", 32, Architecture.ARMV7L),
    0x01F0: ("IMAGE_FILE_MACHINE_POWERPC", 32, None),  # little-endian, unlike `ppc`
    0x0200: ("IMAGE_FILE_MACHINE_IA64", 64, Architecture.IA64),
    0x0284: ("IMAGE_FILE_MACHINE_ALPHA64", 64, Architecture.ALPHA),
    0x0EBC: ("IMAGE_FILE_MACHINE_EBC", 64, None),  # EFI byte code
    0x3A64: ("IMAGE_FILE_MACHINE_CHPE_X86", 32, Architecture.I686),
    0x5032: ("IMAGE_FILE_MACHINE_RISCV32", 32, Architecture.RISCV32),
    0x5064: ("IMAGE_FILE_MACHINE_RISCV64", 64, Architecture.RISCV64),
    0x6264: ("IMAGE_FILE_MACHINE_LOONGARCH64", 64, Architecture.LOONGARCH64),
    0x8664: ("IMAGE_FILE_MACHINE_AMD64", 64, Architecture.X86_64),
    0xA641: ("IMAGE_FILE_MACHINE_ARM64EC", 64, Architecture.ARM64EC),
    0xA64E: ("IMAGE_FILE_MACHINE_ARM64X", 64, Architecture.ARM64),
    0xAA64: ("IMAGE_FILE_MACHINE_ARM64", 64, Architecture.ARM64),
}

# .NET code compiled ahead of time for another system than Windows has its machine number XORed with
# that system's number, so that Windows does not load it.
_READY_TO_RUN_SYSTEMS = {0x4644: "Apple", 0xADC4: "FreeBSD", 0x7B79: "Linux", 0x1993: "NetBSD"}


def is_known_machine(number: int) -> bool:
    """Return whether a COFF header may begin with this number."""
    return number in _MACHINES


def find_machine(number: int) -> tuple[str, int, Architecture | None]:
    """Return the machine's name, its word size in bits (0 when unknown) and its architecture."""
    if number in _MACHINES:
        return _MACHINES[number]
    for mask, system in _READY_TO_RUN_SYSTEMS.items():
        if number ^ mask in _MACHINES:
            name, bits, architecture = _MACHINES[number ^ mask]
            return f"{name}^{system}", bits, architecture
    return f"{number:#06x}", 0, None
