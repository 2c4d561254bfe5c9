"""Names that differ by the digits of a word size: `x32.dll`, `x64.dll`; `arch32/x`, `arch64/x`.

Alone, such digits mean little (`user32.dll` has 64-bit code, `libdivsufsort64` has 64-bit indexes).
In a pair of Windows files they say which process each is for; on other systems only if the code in
both agrees (`liblsl32.so`, `liblsl64.so`). A name without digits means the size that its sibling
does not name, if it has such code (`DWDataReaderLib.so` beside `DWDataReaderLib64.so`, `core.dll`
beside `core32.dll`, a Raspberry Pi's `pulse` beside `pulse64`). A name without digits that means 64
is loaded by every 64-bit process, on any machine.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem
from archpip.verdicts.naming import MemberName

_DIGITS = re.compile(r"(?<=[a-z])(?:32|64)(?![a-z0-9])")
_ARM = frozenset({Architecture.ARMEL, Architecture.ARMV7L, Architecture.ARM64})
_SIZES = {
    Architecture.I686: "32",
    Architecture.ARMEL: "32",
    Architecture.ARMV7L: "32",
    Architecture.X86_64: "64",
    Architecture.ARM64: "64",
}
_64_BITS = frozenset(one for one, size in _SIZES.items() if size == "64")
_ON_WINDOWS = {"32": Architecture.I686, "64": Architecture.X86_64}
_WINDOWS_ENDINGS = (".dll", ".exe")

_Pair = tuple[str, tuple[str, ...], frozenset[OperatingSystem], bool]
"""Suffix, family without the digits, the systems that are named, and whether it is for ARM."""
_Member = tuple[int, frozenset[Architecture]]
"""A name's position, and the architectures that it means."""


def pair_up(
    names: Sequence[MemberName], architectures: Sequence[frozenset[Architecture]]
) -> list[MemberName]:
    """Return the names in order, those of a pair with the architecture that they name.

    Args:
        names: The names of a wheel's binaries.
        architectures: The architectures that each of them holds.
    """
    pairs: dict[_Pair, dict[str, _Member]] = defaultdict(dict)
    plain: dict[_Pair, dict[str, _Member]] = defaultdict(dict)
    for index, (name, held) in enumerate(zip(names, architectures, strict=True)):
        digits, family = _cut_digits(name.family)
        ending = posixpath.splitext(name.basename.lower())[1]
        stands_for = _find_architecture(ending, digits, held)
        if stands_for is None:
            continue
        pair = (ending, family, name.systems, stands_for in _ARM)
        if digits:
            pairs[pair][digits] = (index, frozenset({stands_for}))
        elif not name.tagged:
            size = _SIZES[stands_for]
            plain[pair][size] = (index, _64_BITS if size == "64" else frozenset({stands_for}))
    paired = list(names)
    for pair, named in pairs.items():
        agree = all(architectures[index] == sized for index, sized in named.values())
        members = {**plain.get(pair, {}), **named} if agree else named
        if len(members) > 1:
            for index, sized in members.values():
                paired[index] = replace(
                    paired[index], family=pair[1], architectures=sized, promised=sized
                )
    return paired


def _cut_digits(family: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the digits in a stem, or else in the innermost folder with any; and the rest."""
    for position in range(len(family) - 1, -1, -1):
        part = family[position]
        if match := _DIGITS.search(part):
            rest = part[: match.start()] + part[match.end() :]
            return match.group(), (*family[:position], rest, *family[position + 1 :])
    return "", family


def _find_architecture(
    ending: str, digits: str, held: frozenset[Architecture]
) -> Architecture | None:
    """Return what a name would mean in a pair, if it can be in one."""
    if digits and ending in _WINDOWS_ENDINGS:
        return _ON_WINDOWS[digits]  # whatever the file's content
    if len(held) != 1:
        return None
    (architecture,) = held
    size = _SIZES.get(architecture)
    return architecture if size and digits in {"", size} else None
