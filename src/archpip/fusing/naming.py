"""File names and `Tag:` lines of fused and thinned wheels.

Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/.
"""

import re

from msgspec import Struct
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from archpip.architecture import Architecture
from archpip.fusing.errors import FuseMismatchError, ThinError
from archpip.targets import FIRST_ARM64_MACOS

_MACOS = re.compile(r"macosx_(\d{1,9})_(\d{1,9})_(\w+)")

RECIPE = 1
"""Raised whenever the same two wheels would give different bytes."""


class MacosWheelName(Struct, frozen=True, kw_only=True):
    """The parts of a wheel's file name, and the macOS floors in its platform tags."""

    head: str
    """Project, version and build, as in the file name: `numpy-2.1.3`."""
    python_and_abi: str
    """`cp311-cp311`, as in the file name."""
    floors: dict[str, tuple[int, int]]
    """The oldest macOS for each architecture word: `arm64`, `x86_64`, `universal2`."""


def parse_macos_wheel_name(filename: str) -> MacosWheelName | None:
    """Return the parts of a macOS wheel's name; `None` for any other file."""
    try:
        parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return None
    head, python, abi, platforms = filename.removesuffix(".whl").rsplit("-", 3)
    floors: dict[str, tuple[int, int]] = {}
    for platform in platforms.split("."):
        match = _MACOS.fullmatch(platform)
        if match is None:
            return None
        floor = int(match[1]), int(match[2])
        floors[match[3]] = min(floor, floors.get(match[3], floor))
    return MacosWheelName(head=head, python_and_abi=f"{python}-{abi}", floors=floors)


def fused_filename(first: str, second: str) -> str:
    """Return the name of the wheel fused from an arm64 and an x86_64 wheel, in either order.

    Its floor is the newer of the two; but 11.0 is the first system of every arm64 Mac and does not
    count, so arm64's 11.0 and x86_64's 10.9 give `macosx_10_9_universal2`, as builders name it.

    Raises:
        FuseMismatchError: They are not two halves of one wheel.
    """
    arm, intel = in_order(first, second)
    arm_name, intel_name = _halves(arm, intel)
    floor = intel_name.floors["x86_64"]
    if arm_name.floors["arm64"] > FIRST_ARM64_MACOS:
        floor = max(floor, arm_name.floors["arm64"])
    tag = f"macosx_{floor[0]}_{floor[1]}_universal2"
    return f"{arm_name.head}-{arm_name.python_and_abi}-{tag}.whl"


def in_order(first: str, second: str) -> tuple[str, str]:
    """Return two file names with arm64's first.

    Raises:
        FuseMismatchError: They are not one of each.
    """
    names = {filename: parse_macos_wheel_name(filename) for filename in (first, second)}
    words = {filename: set(name.floors) if name else set() for filename, name in names.items()}
    arm = [filename for filename, found in words.items() if found == {"arm64"}]
    intel = [filename for filename, found in words.items() if found == {"x86_64"}]
    if len(arm) != 1 or len(intel) != 1:
        reason = "one wheel for arm64 and one for x86_64 are due, by their platform tags"
        raise FuseMismatchError(first=first, second=second, reason=reason)
    return arm[0], intel[0]


def _halves(arm: str, intel: str) -> tuple[MacosWheelName, MacosWheelName]:
    arm_name, intel_name = parse_macos_wheel_name(arm), parse_macos_wheel_name(intel)
    assert arm_name is not None and intel_name is not None  # noqa: S101, PT018 - in_order has parsed both
    pairs = (
        ("project, version or build", arm_name.head, intel_name.head),
        ("Python tag or ABI", arm_name.python_and_abi, intel_name.python_and_abi),
    )
    for what, ours, theirs in pairs:
        if ours != theirs:
            reason = f"their {what} differs, {ours} and {theirs}"
            raise FuseMismatchError(first=arm, second=intel, reason=reason)
    return arm_name, intel_name


def thin_filename(filename: str, architecture: Architecture) -> str:
    """Return the name of the wheel thinned to one architecture.

    Raises:
        ThinError: It is not a universal2 wheel.
    """
    name = parse_macos_wheel_name(filename)
    if name is None or "universal2" not in name.floors:
        raise ThinError(filename=filename, reason="it is not a macOS universal2 wheel")
    floor = name.floors["universal2"]
    if architecture is Architecture.ARM64:
        floor = max(floor, FIRST_ARM64_MACOS)
    tag = f"macosx_{floor[0]}_{floor[1]}_{architecture.value}"
    return f"{name.head}-{name.python_and_abi}-{tag}.whl"


def rewrite_wheel_file(text: str, filename: str) -> bytes:
    """Return the WHEEL file of a renamed wheel, with its new tags and this generator.

    The generator has no archpip version, so that the same two wheels give the same bytes.
    """
    kept = [
        line
        for line in text.splitlines()
        if line.strip() and not line.lower().startswith(("tag:", "generator:"))
    ]
    python, abi, platforms = filename.removesuffix(".whl").rsplit("-", 3)[1:]
    tags = [
        f"Tag: {one}-{two}-{three}"
        for one in python.split(".")
        for two in abi.split(".")
        for three in platforms.split(".")
    ]
    lines = [*kept[:1], f"Generator: archpip (recipe {RECIPE})", *kept[1:], *tags]
    return ("\n".join(lines) + "\n").encode()
