"""The spellings of a target: archpip's own, and those of pip, uv, Docker, conda, Rust and GNU.

Each is parsed into a `Sketch`, which has only what the text states.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from archpip.architecture import Architecture, Libc, OperatingSystem, find_architecture
from archpip.targets.model import PythonTarget

_UNIVERSAL2 = (Architecture.ARM64, Architecture.X86_64)


class Sketch(Struct, frozen=True, kw_only=True):
    """The parts of a target that a text states; `None` or empty for the others."""

    operating_system: OperatingSystem | None = None
    architectures: tuple[Architecture, ...] = ()
    libc: Libc | None = None
    floor: tuple[int, int] | None = None
    simulator: bool = False


def _linux(architecture: Architecture) -> Sketch:
    return Sketch(operating_system=OperatingSystem.LINUX, architectures=(architecture,))


def _macos(*architectures: Architecture) -> Sketch:
    return Sketch(operating_system=OperatingSystem.MACOS, architectures=architectures)


def _windows(architecture: Architecture) -> Sketch:
    return Sketch(operating_system=OperatingSystem.WINDOWS, architectures=(architecture,))


# Names that are matched as a whole, not word by word.
_WHOLE_NAMES: dict[str, Sketch] = {
    # uv's --python-platform shorthands.
    "linux": _linux(Architecture.X86_64),
    "macos": _macos(Architecture.ARM64),
    "windows": _windows(Architecture.X86_64),
    # Conda's subdirs, in which the machine is only a word size.
    "osx-64": _macos(Architecture.X86_64),
    "linux-64": _linux(Architecture.X86_64),
    "linux-32": _linux(Architecture.I686),
    "win-64": _windows(Architecture.X86_64),
    "win-32": _windows(Architecture.I686),
    "win32": _windows(Architecture.I686),
    "universal2": _macos(*_UNIVERSAL2),
}

_LAMBDA_NAMES = {"lambda-x86_64": Architecture.X86_64, "lambda-arm64": Architecture.ARM64}

# The system of each of AWS Lambda's runtimes, and that system's glibc, by the first Python that has
# it, newest first: https://docs.aws.amazon.com/lambda/latest/dg/python-image.html,
# https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html,
# https://aws.amazon.com/amazon-linux-2/release-notes/ and aws-lambda-base-images' issue 5.
_LAMBDA_GLIBC: tuple[tuple[tuple[int, int, int], tuple[int, int]], ...] = (
    ((3, 12, 0), (2, 34)),  # Amazon Linux 2023
    ((3, 8, 0), (2, 26)),  # Amazon Linux 2
    ((0, 0, 0), (2, 17)),  # Amazon Linux
)

SYSTEM_WORDS: dict[str, OperatingSystem] = {
    "macos": OperatingSystem.MACOS,
    "macosx": OperatingSystem.MACOS,
    "osx": OperatingSystem.MACOS,
    "darwin": OperatingSystem.MACOS,
    "mac": OperatingSystem.MACOS,
    "linux": OperatingSystem.LINUX,
    "windows": OperatingSystem.WINDOWS,
    "win": OperatingSystem.WINDOWS,
    "android": OperatingSystem.ANDROID,
    "androideabi": OperatingSystem.ANDROID,
    "ios": OperatingSystem.IOS,
    "iphoneos": OperatingSystem.IOS,
}
_LIBC_WORDS: dict[str, Libc] = {
    "gnu": Libc.GLIBC,
    "glibc": Libc.GLIBC,
    "gnueabihf": Libc.GLIBC,
    "musl": Libc.MUSL,
    "musleabihf": Libc.MUSL,
}
# Words of triples that decide nothing here; `gnu` and `llvm` are also ABIs of Windows.
_SILENT_WORDS = frozenset({"unknown", "pc", "apple", "msvc", "gnullvm", "none"})

# (pattern, system, libc) of pip's platform tags and of uv's `x86_64-manylinux_2_28`. A target has
# tags for each floor below its own, and clients of a gateway name targets: so numbers are bounded.
_TAG_PATTERNS: tuple[tuple[str, OperatingSystem, Libc | None], ...] = (
    (r"macosx_(?P<major>\d{1,3})_(?P<minor>\d{1,3})_(?P<machine>\w+)", OperatingSystem.MACOS, None),
    (
        r"manylinux_(?P<major>\d{1,3})_(?P<minor>\d{1,3})_(?P<machine>\w+)",
        OperatingSystem.LINUX,
        Libc.GLIBC,
    ),
    (
        r"musllinux_(?P<major>\d{1,3})_(?P<minor>\d{1,3})_(?P<machine>\w+)",
        OperatingSystem.LINUX,
        Libc.MUSL,
    ),
    (r"(?P<legacy>manylinux(?:1|2010|2014))_(?P<machine>\w+)", OperatingSystem.LINUX, Libc.GLIBC),
    (
        r"(?P<machine>\w+?)-manylinux_(?P<major>\d{1,3})_(?P<minor>\d{1,3})",
        OperatingSystem.LINUX,
        Libc.GLIBC,
    ),
    (r"(?P<machine>\w+?)-(?P<legacy>manylinux(?:1|2010|2014))", OperatingSystem.LINUX, Libc.GLIBC),
    (r"linux_(?P<machine>\w+)", OperatingSystem.LINUX, None),
    (r"win_(?P<machine>\w+)", OperatingSystem.WINDOWS, None),
    (r"android_(?P<major>\d{1,3})_(?P<machine>\w+)", OperatingSystem.ANDROID, None),
    (
        r"ios_(?P<major>\d{1,3})_(?P<minor>\d{1,3})_(?P<machine>\w+)_(?P<sdk>iphoneos|iphonesimulator)",
        OperatingSystem.IOS,
        None,
    ),
)
_LEGACY_FLOORS = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}


def read_sketch(name: str, python: PythonTarget) -> Sketch | None:
    """Parse a name in lower case; `None` if no spelling fits.

    Lambda's names mean the system of the runtime of that Python.
    """
    if architecture := _LAMBDA_NAMES.get(name):
        floor = next(glibc for first, glibc in _LAMBDA_GLIBC if python.version >= first)
        return replace(_linux(architecture), libc=Libc.GLIBC, floor=floor)
    return _WHOLE_NAMES.get(name) or _sketch_of_tag(name) or _sketch_of_sequence(name)


def _sketch_of_tag(name: str) -> Sketch | None:
    """Parse a wheel's platform tag."""
    for pattern, operating_system, libc in _TAG_PATTERNS:
        match = re.fullmatch(pattern, name)
        if match is None:
            continue
        groups = match.groupdict()
        architectures = _find_architectures(groups["machine"])
        if not architectures:
            return None
        floor = _LEGACY_FLOORS.get(groups.get("legacy") or "")
        if groups.get("major"):
            floor = int(groups["major"]), int(groups.get("minor") or 0)
        return Sketch(
            operating_system=operating_system,
            architectures=architectures,
            libc=libc,
            floor=floor,
            simulator=groups.get("sdk") == "iphonesimulator",
        )
    return None


def _find_architectures(word: str) -> tuple[Architecture, ...]:
    if word == "universal2":
        return _UNIVERSAL2
    architecture = find_architecture(word)
    return () if architecture is None else (architecture,)


def _sketch_of_sequence(name: str) -> Sketch | None:
    """Parse words joined by `-` or `/`, in any order: own names, Docker's, conda's and triples.

    Every word must be known, and none may contradict another.
    """
    words = re.split(r"[-/]", name)
    systems: set[OperatingSystem] = set()
    libcs: set[Libc] = set()
    machines: set[tuple[Architecture, ...]] = set()
    simulator = False
    while words:
        word, *words = words
        # `arm64-v8a`, `armeabi-v7a` and `arm/v7` are one word in two parts.
        if words and (found := _find_architectures(f"{word}_{words[0]}")):
            machines.add(found)
            words = words[1:]
        elif found := _find_architectures(word):
            machines.add(found)
        elif word in SYSTEM_WORDS:
            systems.add(SYSTEM_WORDS[word])
        elif word in _LIBC_WORDS:
            libcs.add(_LIBC_WORDS[word])
        elif word in {"simulator", "sim", "iphonesimulator"}:
            simulator = True
        elif word not in _SILENT_WORDS:
            return None
    systems = _settle_systems(systems, simulator=simulator)
    if max(len(systems), len(libcs)) > 1 or len(machines) != 1:
        return None
    operating_system = next(iter(systems), None)
    linux = operating_system in {OperatingSystem.LINUX, None}
    return Sketch(
        operating_system=operating_system,
        architectures=machines.pop(),
        libc=libcs.pop() if libcs and linux else None,
        simulator=simulator,
    )


def _settle_systems(systems: set[OperatingSystem], *, simulator: bool) -> set[OperatingSystem]:
    """Drop a system that another word refines: `aarch64-linux-android` is Android."""
    if OperatingSystem.ANDROID in systems:
        systems = systems - {OperatingSystem.LINUX}
    return systems or ({OperatingSystem.IOS} if simulator else set())


KNOWN_NAMES: tuple[str, ...] = (
    "macos-arm64",
    "macos-x86_64",
    "macos-universal2",
    "linux-x86_64",
    "linux-aarch64",
    "linux-x86_64-musl",
    "linux-aarch64-musl",
    "linux-i686",
    "linux-armv7l",
    "linux-ppc64le",
    "linux-s390x",
    "linux-riscv64",
    "linux-loongarch64",
    "windows-amd64",
    "windows-arm64",
    "windows-x86",
    "android-arm64_v8a",
    "android-x86_64",
    "ios-arm64",
    "ios-arm64-simulator",
    "ios-x86_64-simulator",
    "lambda-x86_64",
    "lambda-arm64",
)
"""The names that archpip itself uses and lists, most used first."""

OTHER_NAMES: tuple[str, ...] = (
    "linux/amd64",
    "linux/arm64",
    "linux/arm64/v8",
    "linux/arm/v7",
    "linux/386",
    "osx-64",
    "osx-arm64",
    "linux-64",
    "win-64",
    "win-arm64",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "arm64",
    "aarch64",
    "x86_64",
    "amd64",
    "universal2",
    "host",
)
"""Examples of the other spellings, one of each kind at least, for near matches and for the docs."""
