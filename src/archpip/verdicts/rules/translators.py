"""Translators: they run an executable of one architecture on a machine of another.

If several apply, the first one is named.
"""

from msgspec import Struct

from archpip.architecture import Architecture, OperatingSystem


class Translator(Struct, frozen=True, kw_only=True):
    """Runs executables of some architectures, each in its own process, on a machine of another."""

    name: str
    system: OperatingSystem
    runs: frozenset[Architecture]
    on: Architecture
    source: str
    """The URL of the source."""
    last: tuple[int, int] | None = None
    """The last system version that has it, if an end was announced."""
    static_only: bool = False
    """Whether it runs only what needs no loader and no libraries of the system."""
    seamless: bool = False
    """Whether it is part of every such system, so that it needs no remark."""

    @property
    def period(self) -> str:
        """How long it will be available, for messages."""
        return f" (up to {self.system.display_name} {self.last[0]})" if self.last else ""


TRANSLATORS = (
    # Available through macOS 27; from macOS 28 on a subset remains for old games only.
    Translator(
        name="Rosetta 2",
        system=OperatingSystem.MACOS,
        runs=frozenset({Architecture.X86_64}),
        on=Architecture.ARM64,
        last=(27, 99),
        source="https://developer.apple.com/documentation/apple-silicon/about-the-rosetta-translation-environment",
    ),
    Translator(
        name="x86 emulation of Windows on Arm",
        system=OperatingSystem.WINDOWS,
        runs=frozenset({Architecture.I686}),
        on=Architecture.ARM64,
        source="https://learn.microsoft.com/windows/arm/apps-on-arm-x86-emulation",
    ),
    Translator(
        name="x64 emulation of Windows 11 on Arm",
        system=OperatingSystem.WINDOWS,
        runs=frozenset({Architecture.X86_64, Architecture.ARM64EC}),
        on=Architecture.ARM64,
        source="https://learn.microsoft.com/windows/arm/apps-on-arm-x86-emulation",
    ),
    # Part of every 64-bit Windows and of its kernel's contract: nothing to remark on.
    Translator(
        name="WOW64",
        system=OperatingSystem.WINDOWS,
        runs=frozenset({Architecture.I686}),
        on=Architecture.X86_64,
        seamless=True,
        source="https://learn.microsoft.com/windows/win32/winprog64/running-32-bit-applications",
    ),
    # A 32-bit Python mostly runs on 64-bit Windows, which starts programs of both kinds.
    Translator(
        name="64-bit Windows, where a 32-bit Python runs on it",
        system=OperatingSystem.WINDOWS,
        runs=frozenset({Architecture.X86_64}),
        on=Architecture.I686,
        source="https://learn.microsoft.com/windows/win32/winprog64/running-32-bit-applications",
    ),
    # Soft-float code is ordinary code of the same processor; a static program needs nothing else
    # of the system.
    Translator(
        name="the ARM processor itself",
        system=OperatingSystem.LINUX,
        runs=frozenset({Architecture.ARMEL}),
        on=Architecture.ARMV7L,
        seamless=True,
        source="https://wiki.debian.org/ArmHardFloatPort",
    ),
    # 64-bit kernels run 32-bit programs (CONFIG_IA32_EMULATION, CONFIG_COMPAT). Those that are not
    # static also need a 32-bit loader and system libraries, which few machines have installed.
    Translator(
        name="the kernel's 32-bit mode",
        system=OperatingSystem.LINUX,
        runs=frozenset({Architecture.I686}),
        on=Architecture.X86_64,
        static_only=True,
        source="https://wiki.debian.org/Multiarch/HOWTO",
    ),
    Translator(
        name="the kernel's 32-bit mode",
        system=OperatingSystem.LINUX,
        runs=frozenset({Architecture.ARMV7L, Architecture.ARMEL}),
        on=Architecture.ARM64,
        static_only=True,
        source="https://wiki.debian.org/Multiarch/HOWTO",
    ),
)
