"""Every architecture, operating system and libc that archpip knows, and how each world spells them.

This is the only place where `arm64` and `aarch64`, `x86_64` and `AMD64` meet. Machine numbers of
the binary formats are not here: they stand beside the readers that read them.
"""

from enum import StrEnum


class OperatingSystem(StrEnum):
    """The systems that a target can name."""

    MACOS = "macos"
    LINUX = "linux"
    WINDOWS = "windows"
    ANDROID = "android"
    IOS = "ios"


class Libc(StrEnum):
    """The C library of a Linux target."""

    GLIBC = "glibc"
    MUSL = "musl"


class Architecture(StrEnum):
    """An instruction set together with the calling convention that decides what loads.

    Binaries of every member are recognised; only those with a row in `_SPELLINGS` can be targets.
    """

    X86_64 = "x86_64"
    ARM64 = "arm64"
    ARM64EC = "arm64ec"  # Windows: arm64 code with x64 conventions, for x64 processes.
    I686 = "i686"
    ARMV7L = "armv7l"  # hard-float, as Debian's armhf and Android's armeabi-v7a
    ARMEL = "armel"  # soft-float
    PPC = "ppc"
    PPC64 = "ppc64"
    PPC64LE = "ppc64le"
    S390 = "s390"
    S390X = "s390x"
    RISCV32 = "riscv32"
    RISCV64 = "riscv64"
    LOONGARCH64 = "loongarch64"
    MIPS = "mips"
    MIPS64 = "mips64"
    SPARC = "sparc"
    SPARC64 = "sparc64"
    IA64 = "ia64"
    ALPHA = "alpha"
    X32 = "x32"  # x86-64 instructions in an ELF32 file
    ARM64_32 = "arm64_32"  # Apple Watch: arm64 instructions with 32-bit pointers
    WASM32 = "wasm32"


# How each system's own tools, and so its platform tags and `platform_machine`, write it.
_SPELLINGS: dict[OperatingSystem, dict[Architecture, str]] = {
    OperatingSystem.MACOS: {
        Architecture.ARM64: "arm64",
        Architecture.X86_64: "x86_64",
        Architecture.I686: "i386",
        Architecture.PPC: "ppc",
        Architecture.PPC64: "ppc64",
    },
    OperatingSystem.LINUX: {
        Architecture.X86_64: "x86_64",
        Architecture.ARM64: "aarch64",
        Architecture.I686: "i686",
        Architecture.ARMV7L: "armv7l",
        Architecture.PPC64LE: "ppc64le",
        Architecture.S390X: "s390x",
        Architecture.RISCV64: "riscv64",
        Architecture.LOONGARCH64: "loongarch64",
    },
    OperatingSystem.WINDOWS: {
        Architecture.X86_64: "amd64",
        Architecture.ARM64: "arm64",
        Architecture.I686: "x86",
    },
    OperatingSystem.ANDROID: {
        Architecture.ARM64: "arm64_v8a",
        Architecture.X86_64: "x86_64",
        Architecture.ARMV7L: "armeabi_v7a",
        Architecture.I686: "x86",
    },
    OperatingSystem.IOS: {
        Architecture.ARM64: "arm64",
        Architecture.X86_64: "x86_64",
    },
}
