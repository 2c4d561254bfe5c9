"""Words in file and folder names that say which machine a binary is for.

A word counts only where it stands alone: between the ends of a name, `/`, `.`, `-` or `_`. `_` in a
word matches any of `_`, `-`, `.` or nothing at all. Each text holds words with spaces between.

Sources: the platform names of setuptools and `sysconfig.get_platform()`, of .NET's RID catalogue
(runtimes/linux-x64/native), of Node's prebuilds (darwin-x64+arm64), of Go's GOARCH (`386`,
https://go.dev/doc/install/source#environment), of Rust and GNU triples, of Android's ABI folders
(jniLibs), of Maven's os.detected.arch (`aarch_64`, https://github.com/trustin/os-maven-plugin), of
PyInstaller (`Linux-64bit-arm`), of the Functional Mock-up Interface (binaries/darwin64,
https://fmi-standard.org/docs/2.0.5), of MATLAB (bin/maci64,
https://www.mathworks.com/help/matlab/ref/computer.html), and the members of the wheels of the
public index that hold code for several machines.
"""

from collections.abc import Mapping

from archpip.architecture import Architecture, OperatingSystem

GLUED = "arm64 aarch64 x86_64 amd64 x64 i386 i686 armv7 arm32 armhf 32bit 64bit"
"""Words so specific that they also count at the end of another: `libportaudioarm64`,
`libportaudio64bit`, `xarm32`."""

ARCHITECTURES: Mapping[Architecture, str] = {
    Architecture.X86_64: (
        "x86_64 x86_64_v2 x86_64_v3 x86_64_v4 amd64 x64 em64t intel64 win64 linux64 osx64 "
        "mac64 darwin64 lib64 bin64 msvc64 64bit 64 i64 glnxa64 maci64"
    ),
    Architecture.ARM64: (
        "arm64 aarch64 aarch_64 arm64_v8a armv8 arm64e armv8a maca64 arm_64 arm_64bit 64bit_arm "
        "apple_silicon silicon m1 sbsa jetson"
    ),
    Architecture.ARM64EC: "arm64ec",
    Architecture.I686: (
        "i686 i386 386 i486 i586 x86 ia32 x32 linux32 darwin32 lib32 bin32 msvc32 32bit 32 "
        "i32 x86_32"
    ),
    Architecture.ARMV7L: (
        "armv7l armv7 armv7a armhf arm_v7 armeabi_v7a arm32 arm_32 arm_32bit 32bit_arm armv7hf "
        "gnueabihf musleabihf beaglebone"
    ),
    Architecture.ARMEL: "armel armv6 armv6l armv6hf arm_v6 arm_v5 armv5 armeabi gnueabi",
    Architecture.PPC: "ppc powerpc",
    Architecture.PPC64: "ppc64 powerpc64",
    Architecture.PPC64LE: "ppc64le powerpc64le ppc64el ppcle_64",
    Architecture.S390X: "s390x s390_64",
    Architecture.RISCV64: "riscv64 riscv_64 riscv64gc rv64",
    Architecture.RISCV32: "riscv32",
    Architecture.LOONGARCH64: "loongarch64 loong64",
    Architecture.MIPS: "mips mipsel",
    Architecture.MIPS64: "mips64 mips64el",
}
"""Words that mean one architecture: the file needs it."""

AMBIGUOUS: Mapping[tuple[Architecture, ...], str] = {
    (Architecture.ARM64, Architecture.ARMV7L, Architecture.ARMEL): "arm raspberry_pi rpi",
    (Architecture.X86_64, Architecture.I686): "intel",
    (Architecture.I686, Architecture.PPC): "fat fat32",
    (Architecture.I686, Architecture.PPC, Architecture.X86_64): "fat3",
    (Architecture.PPC64, Architecture.X86_64): "fat64",
}
"""Words that may mean several architectures: the file needs one of them."""

UNIVERSAL: Mapping[tuple[Architecture, ...], str] = {
    (Architecture.X86_64, Architecture.ARM64): "universal universal2",
}
"""Words that promise several architectures, unless another word beside them names one: the file
must have all of them."""

FEATURES: Mapping[tuple[Architecture, ...], str] = {
    (Architecture.X86_64, Architecture.I686): (
        "sse2 sse3 ssse3 sse4 sse41 sse42 sse4_1 sse4_2 avx avx2 avx512 avx512f avx512bw "
        "avx512vl avx512_skx noavx fma3 aesni"
    ),
    (Architecture.X86_64,): "haswell sandybridge skylakex icelake alderlake sapphirerapids zen4",
    (Architecture.ARM64,): "asimd sve2",
}
"""Variants for features of a CPU family: chosen at run time, beside a plain sibling that serves
every machine."""

SYSTEMS: Mapping[OperatingSystem, str] = {
    OperatingSystem.MACOS: (
        "macos macosx osx darwin darwin32 darwin64 mac apple osx64 mac64 maccatalyst macho "
        "maci64 maca64 apple_silicon"
    ),
    OperatingSystem.LINUX: (
        "linux manylinux manylinux1 manylinux2010 manylinux2014 musllinux linuxmusl linux2 linux32 "
        "linux64 gnu glibc musl ubuntu glnx glnxa64 debian centos rhel alpine suse gnueabihf "
        "gnueabi musleabihf raspberry_pi rpi jetson beaglebone"
    ),
    OperatingSystem.WINDOWS: "windows win win32 win64 mingw mingw32 mingw64 msvc msys cygwin uwp",
    OperatingSystem.ANDROID: "android jnilibs androideabi arm64_v8a armeabi armeabi_v7a",
    OperatingSystem.IOS: "ios iphoneos iphonesimulator tvos watchos",
}
