"""Text to `Target`.

The text itself is parsed in `spellings.py`; the rest (libc, floor, Python) comes from the user's
other flags, the host's system or the defaults.
"""

import re

from msgspec.structs import replace

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
from archpip.targets.spellings import (
    KNOWN_NAMES,
    OTHER_NAMES,
    SYSTEM_WORDS,
    Sketch,
    read_sketch,
)

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

    An architecture alone (`arm64`) keeps the host's system and C library, and never requires a
    newer system than the host's; `host` is the host itself.

    Args:
        text: What the user typed after `--target-platform` or `--target-arch`.
        host: The machine that archpip runs on.
        python: The interpreter to resolve for; the host's if `None`.
        floors: The floors that the user gives.

    Raises:
        InvalidTargetError: The text is not a target, or a machine that its system never ran on.
    """
    floors = floors or Floors()
    python = python or host.python
    name = text.strip().lower()
    if name == "host":
        return _with_floor(replace(host, python=python), floors)
    sketch = read_sketch(name, python)
    if sketch is None:
        raise _unknown(text)
    operating_system = sketch.operating_system or host.operating_system
    libc = _libc(sketch, operating_system, host, floors)
    architectures = _check_architectures(text, sketch, operating_system)
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
    """Return whether a text given as a folder (`--target macos-arm64`) is a target's name."""
    # Which Python makes no difference to whether it is a name.
    return read_sketch(text.strip().lower(), PythonTarget(version=(3, 12, 0))) is not None


def _with_floor(target: Target, floors: Floors) -> Target:
    asked = floors.for_system(target.operating_system, target.libc)
    return target if asked is None else replace(target, floor=asked)


def _libc(
    sketch: Sketch, operating_system: OperatingSystem, host: Target, floors: Floors
) -> Libc | None:
    if operating_system is not OperatingSystem.LINUX:
        return None
    if sketch.libc is not None:
        return sketch.libc
    if sketch.operating_system is None and host.libc is not None:
        return host.libc
    # `--target-platform linux-x86_64 --musl 1.2` can only mean musl.
    return Libc.MUSL if floors.musl and not floors.glibc else Libc.GLIBC


def _check_architectures(
    text: str, sketch: Sketch, operating_system: OperatingSystem
) -> tuple[Architecture, ...]:
    """Return the sketch's architectures, if the system supports them.

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
    """Make the error for a text that is not a target in any spelling."""
    # Docker's names contain a slash as well, but begin with a system or a machine.
    first = re.split(r"[/\\]", text.strip().lower())[0]
    folder = first != text.strip().lower() and not (
        first in SYSTEM_WORDS or find_architecture(first)
    )
    from difflib import get_close_matches  # needed only on this error

    near = get_close_matches(
        text.strip().lower(), (*KNOWN_NAMES, *OTHER_NAMES), n=_NEAR_MATCHES, cutoff=_NEAR_CUTOFF
    )
    return InvalidTargetError(text=text, near=tuple(near), looks_like_folder=folder)
