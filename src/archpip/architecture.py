"""Every architecture, operating system and libc that archpip knows, and how each world spells them.

This is the only place where `arm64` and `aarch64`, `x86_64` and `AMD64` meet. Machine numbers of
the binary formats are not here: they stand beside the readers that read them.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class OperatingSystem(StrEnum):
    """The systems that a target can name."""

    MACOS = "macos"
    LINUX = "linux"
    WINDOWS = "windows"
    ANDROID = "android"
    IOS = "ios"

    @property
    def display_name(self) -> str:
        """For people: `macOS`."""
        return _DISPLAY_NAMES[self]


_DISPLAY_NAMES = {
    OperatingSystem.MACOS: "macOS",
    OperatingSystem.LINUX: "Linux",
    OperatingSystem.WINDOWS: "Windows",
    OperatingSystem.ANDROID: "Android",
    OperatingSystem.IOS: "iOS",
}


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

# Every word that tools, file names and people use for an architecture: lower case, `_` for `-`, `/`
# and `.`. A word stands once in the whole table.
_ALIASES: dict[Architecture, tuple[str, ...]] = {
    Architecture.X86_64: (
        "x86_64",
        "amd64",
        "x64",
        "em64t",
        "intel64",
        *(f"{name}_v{level}" for name in ("amd64", "x86_64") for level in range(1, 5)),
    ),
    Architecture.ARM64: ("arm64", "aarch64", "arm64_v8a", "arm64v8", "arm64_v8", "armv8", "armv8a"),
    Architecture.ARM64EC: ("arm64ec",),
    Architecture.I686: ("i686", "i386", "i486", "i586", "x86", "386", "x86_32", "ia32"),
    Architecture.ARMV7L: (
        "armv7l",
        "armv7",
        "armv7a",
        "armhf",
        "arm_v7",
        "arm32v7",
        "armv7hl",
        "armv8l",  # a 32-bit process on a 64-bit kernel
        "armeabi_v7a",
        "thumbv7neon",
    ),
    Architecture.ARMEL: ("armel", "armv6l", "armv6", "arm_v6", "arm_v5", "arm32v6", "armeabi"),
    Architecture.PPC: ("ppc", "powerpc"),
    Architecture.PPC64: ("ppc64", "powerpc64"),
    Architecture.PPC64LE: ("ppc64le", "powerpc64le", "ppc64el"),
    Architecture.S390: ("s390",),
    Architecture.S390X: ("s390x",),
    Architecture.RISCV32: ("riscv32", "riscv32gc"),
    Architecture.RISCV64: ("riscv64", "riscv64gc"),
    Architecture.LOONGARCH64: ("loongarch64", "loong64"),
    Architecture.MIPS: ("mips",),
    Architecture.MIPS64: ("mips64", "mips64le"),
    Architecture.SPARC: ("sparc",),
    Architecture.SPARC64: ("sparc64", "sparcv9"),
    Architecture.IA64: ("ia64",),
    Architecture.ALPHA: ("alpha",),
    Architecture.X32: ("x32",),
    Architecture.ARM64_32: ("arm64_32",),
    Architecture.WASM32: ("wasm32",),
}

ARCHITECTURE_WORDS: Mapping[str, Architecture] = MappingProxyType(
    {word: architecture for architecture, words in _ALIASES.items() for word in words}
)
"""Every word for an architecture: lower case, `_` for any separator. See `find_architecture`."""


def find_architecture(text: str) -> Architecture | None:
    """Return the architecture that a word names in any world's spelling, or `None`.

    Case and separators do not matter: `arm64-v8a`, `ARM64_V8A` and `arm/v7` are understood.
    """
    return ARCHITECTURE_WORDS.get(re.sub(r"[-/. ]", "_", text.strip().lower()))


def spelled(architecture: Architecture, operating_system: OperatingSystem) -> str:
    """Return how a system's own platform tags write an architecture.

    `arm64` is `aarch64` on Linux and `arm64_v8a` on Android; `x86_64` is `amd64` on Windows. An
    architecture that the system never runs on keeps its own name.
    """
    return _SPELLINGS[operating_system].get(architecture, architecture.value)


def target_architectures(operating_system: OperatingSystem) -> tuple[Architecture, ...]:
    """Return the architectures that a target on this system can have, most common first."""
    return tuple(_SPELLINGS[operating_system])
