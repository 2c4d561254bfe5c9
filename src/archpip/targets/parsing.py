"""Text to `Target`: archpip's own names and the spellings of pip, uv, Docker, conda, Rust and GNU.

A text is read into a `_Sketch`, which knows what the text says and no more; the rest (libc, floor,
Python) comes from the user's other flags, the host's system or the defaults.
"""

import difflib
import re
from dataclasses import dataclass, replace

from archpip.architecture import (
    Architecture,
    Libc,
    OperatingSystem,
    find_architecture,
    target_architectures,
)
from archpip.targets.errors import InvalidTargetError
from archpip.targets.floors import Floors, default_floor
from archpip.targets.model import PythonTarget, Target

_UNIVERSAL2 = (Architecture.ARM64, Architecture.X86_64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    """What a text says of a target; `None` and empty where it is silent."""

    operating_system: OperatingSystem | None = None
    architectures: tuple[Architecture, ...] = ()
    libc: Libc | None = None
    floor: tuple[int, int] | None = None
    simulator: bool = False


def _linux(architecture: Architecture) -> _Sketch:
    return _Sketch(operating_system=OperatingSystem.LINUX, architectures=(architecture,))


def _macos(*architectures: Architecture) -> _Sketch:
    return _Sketch(operating_system=OperatingSystem.MACOS, architectures=architectures)


def _windows(architecture: Architecture) -> _Sketch:
    return _Sketch(operating_system=OperatingSystem.WINDOWS, architectures=(architecture,))


# Names that mean more than their words say.
_WHOLE_NAMES: dict[str, _Sketch] = {
    # uv's --python-platform shorthands.
    "linux": _linux(Architecture.X86_64),
    "macos": _macos(Architecture.ARM64),
    "windows": _windows(Architecture.X86_64),
    # Conda's subdirs, where the machine is only a word size.
    "osx-64": _macos(Architecture.X86_64),
    "linux-64": _linux(Architecture.X86_64),
    "linux-32": _linux(Architecture.I686),
    "win-64": _windows(Architecture.X86_64),
    "win-32": _windows(Architecture.I686),
    "win32": _windows(Architecture.I686),
    "universal2": _macos(*_UNIVERSAL2),
}

# AWS Lambda's systems: Amazon Linux 2023 from the python3.12 runtime on, Amazon Linux 2 before.
_LAMBDA_NAMES = {"lambda-x86_64": Architecture.X86_64, "lambda-arm64": Architecture.ARM64}
_LAMBDA_GLIBC = (2, 34)
_LAMBDA_GLIBC_BEFORE_312 = (2, 26)

_SYSTEM_WORDS: dict[str, OperatingSystem] = {
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

# (pattern, system, libc) of pip's platform tags and of uv's `x86_64-manylinux_2_28`.
_TAG_PATTERNS: tuple[tuple[str, OperatingSystem, Libc | None], ...] = (
    (r"macosx_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>\w+)", OperatingSystem.MACOS, None),
    (
        r"manylinux_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>\w+)",
        OperatingSystem.LINUX,
        Libc.GLIBC,
    ),
    (
        r"musllinux_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>\w+)",
        OperatingSystem.LINUX,
        Libc.MUSL,
    ),
    (r"(?P<legacy>manylinux(?:1|2010|2014))_(?P<machine>\w+)", OperatingSystem.LINUX, Libc.GLIBC),
    (
        r"(?P<machine>\w+?)-manylinux_(?P<major>\d+)_(?P<minor>\d+)",
        OperatingSystem.LINUX,
        Libc.GLIBC,
    ),
    (r"(?P<machine>\w+?)-(?P<legacy>manylinux(?:1|2010|2014))", OperatingSystem.LINUX, Libc.GLIBC),
    (r"linux_(?P<machine>\w+)", OperatingSystem.LINUX, None),
    (r"win_(?P<machine>\w+)", OperatingSystem.WINDOWS, None),
    (r"android_(?P<major>\d+)_(?P<machine>\w+)", OperatingSystem.ANDROID, None),
    (
        r"ios_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>\w+)_(?P<sdk>iphoneos|iphonesimulator)",
        OperatingSystem.IOS,
        None,
    ),
)
_LEGACY_FLOORS = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}

_NEAR_MATCHES = 3
_NEAR_CUTOFF = 0.6


def parse_target(
    text: str,
    *,
    host: Target,
    python: PythonTarget | None = None,
    floors: Floors | None = None,
) -> Target:
    """Parse the name of a target, in any of the spellings that `KNOWN_NAMES` and tags show.

    An architecture alone (`arm64`) keeps the host's system and C library, and never asks for a
    newer system than the host's; `host` is the host itself.

    Args:
        text: What the user typed after `--target-platform` or `--target-arch`.
        host: The machine that archpip runs on.
        python: The interpreter to resolve for; the host's where it is not given.
        floors: The oldest systems to serve, where the user says so.

    Raises:
        InvalidTargetError: The text names no target, or a machine that its system never had.
    """
    floors = floors or Floors()
    python = python or host.python
    name = text.strip().lower()
    if name == "host":
        return _with_floor(replace(host, python=python), floors)
    sketch = _sketch(name, python)
    if sketch is None:
        raise _unknown(text)
    operating_system = sketch.operating_system or host.operating_system
    libc = _libc(sketch, operating_system, host, floors)
    architectures = _checked_architectures(text, sketch, operating_system)
    floor = sketch.floor or default_floor(operating_system, libc, architectures[0])
    if sketch.operating_system is None and libc is host.libc:
        floor = min(floor, host.floor)
    target = Target(
        operating_system=operating_system,
        architectures=architectures,
        libc=libc,
        floor=floor,
        simulator=sketch.simulator,
        python=python,
    )
    return _with_floor(target, floors)


def looks_like_target(text: str) -> bool:
    """Say whether a text given as a folder (`--target macos-arm64`) is the name of a target."""
    name = text.strip().lower()
    return name in _LAMBDA_NAMES or _sketch_of_words(name) is not None


def _with_floor(target: Target, floors: Floors) -> Target:
    asked = floors.for_system(target.operating_system, target.libc)
    return target if asked is None else replace(target, floor=asked)


def _sketch(name: str, python: PythonTarget) -> _Sketch | None:
    if architecture := _LAMBDA_NAMES.get(name):
        modern = python.version >= (3, 12, 0)
        return replace(
            _linux(architecture),
            libc=Libc.GLIBC,
            floor=_LAMBDA_GLIBC if modern else _LAMBDA_GLIBC_BEFORE_312,
        )
    return _sketch_of_words(name)


def _sketch_of_words(name: str) -> _Sketch | None:
    return _WHOLE_NAMES.get(name) or _sketch_of_tag(name) or _sketch_of_sequence(name)


def _sketch_of_tag(name: str) -> _Sketch | None:
    """Read a wheel's platform tag."""
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
        return _Sketch(
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


def _sketch_of_sequence(name: str) -> _Sketch | None:
    """Read words joined by `-` or `/`, in any order: own names, Docker's, conda's and triples.

    Every word must be understood, and none may contradict another.
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
        elif word in _SYSTEM_WORDS:
            systems.add(_SYSTEM_WORDS[word])
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
    return _Sketch(
        operating_system=operating_system,
        architectures=machines.pop(),
        libc=libcs.pop() if libcs and linux else None,
        simulator=simulator,
    )


def _settle_systems(systems: set[OperatingSystem], *, simulator: bool) -> set[OperatingSystem]:
    """Drop the system that another word makes more exact: `aarch64-linux-android` is Android."""
    if OperatingSystem.ANDROID in systems:
        systems = systems - {OperatingSystem.LINUX}
    return systems or ({OperatingSystem.IOS} if simulator else set())


def _libc(
    sketch: _Sketch, operating_system: OperatingSystem, host: Target, floors: Floors
) -> Libc | None:
    if operating_system is not OperatingSystem.LINUX:
        return None
    if sketch.libc is not None:
        return sketch.libc
    if sketch.operating_system is None and host.libc is not None:
        return host.libc
    # `--target-platform linux-x86_64 --musl 1.2` can only mean musl.
    return Libc.MUSL if floors.musl and not floors.glibc else Libc.GLIBC


def _checked_architectures(
    text: str, sketch: _Sketch, operating_system: OperatingSystem
) -> tuple[Architecture, ...]:
    """Return the sketch's architectures, where the system has them.

    Raises:
        InvalidTargetError: The system never ran on one of them.
    """
    available = target_architectures(operating_system)
    universal = len(sketch.architectures) > 1
    impossible = not set(sketch.architectures) <= set(available)
    if universal and operating_system is not OperatingSystem.MACOS:
        raise InvalidTargetError(
            text=text,
            reason=f"universal2 is macOS only, not {operating_system}",
            near=("macos-universal2",),
        )
    phone = operating_system is OperatingSystem.IOS and not sketch.simulator
    if phone and sketch.architectures == (Architecture.X86_64,):
        raise InvalidTargetError(
            text=text, reason="only the iOS simulator runs x86_64", near=("ios-x86_64-simulator",)
        )
    if sketch.simulator and operating_system is not OperatingSystem.IOS:
        raise InvalidTargetError(text=text, reason=f"{operating_system} has no simulator")
    if impossible:
        near = tuple(n for n in KNOWN_NAMES if n.startswith(f"{operating_system}-"))
        raise InvalidTargetError(
            text=text,
            reason=f"no Python for {operating_system} runs on {sketch.architectures[0]}",
            near=near[:_NEAR_MATCHES],
        )
    return tuple(sorted(sketch.architectures))


def _unknown(text: str) -> InvalidTargetError:
    """Make the error for a text that no reader understands."""
    # Docker's names hold a slash as well, but begin with a system or a machine.
    first = re.split(r"[/\\]", text.strip().lower())[0]
    folder = first != text.strip().lower() and not (
        first in _SYSTEM_WORDS or find_architecture(first)
    )
    near = difflib.get_close_matches(
        text.strip().lower(), (*KNOWN_NAMES, *OTHER_NAMES), n=_NEAR_MATCHES, cutoff=_NEAR_CUTOFF
    )
    return InvalidTargetError(text=text, near=tuple(near), looks_like_folder=folder)


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
