"""Names that differ by the digits of a word size: `x32.dll` beside `x64.dll`.

Alone, such digits say little (`user32.dll` has 64-bit code, `libdivsufsort64` has 64-bit indexes).
As a pair of Windows files they say which process each is for. So they do elsewhere where the code
in both agrees (`liblsl32.so`, `liblsl64.so`).
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.verdicts.naming import MemberName

_DIGITS = re.compile(r"(?<=[a-z])(?:32|64)(?![a-z0-9])")
_SIZES = {"32": Architecture.I686, "64": Architecture.X86_64}
_WINDOWS_ENDINGS = (".dll", ".exe")

_Pair = tuple[str, tuple[str, ...]]
"""Ending, and family without the digits."""


def pair_up(
    names: Sequence[MemberName], architectures: Sequence[frozenset[Architecture]]
) -> list[MemberName]:
    """Return the names in their order, those of a pair with the architecture that they name.

    Args:
        names: Of a wheel's binaries.
        architectures: What each of them holds.
    """
    pairs: dict[_Pair, dict[str, int]] = defaultdict(dict)
    for index, (name, held) in enumerate(zip(names, architectures, strict=True)):
        match = _DIGITS.search(name.family[-1])
        if match is None:
            continue
        lower = name.basename.lower()
        if lower.endswith(_WINDOWS_ENDINGS) or held == {_SIZES[match.group()]}:
            family = (*name.family[:-1], _DIGITS.sub("", name.family[-1], count=1))
            pairs[lower.rpartition(".")[2], family][match.group()] = index
    paired = list(names)
    for (_, family), members in pairs.items():
        if members.keys() == _SIZES.keys():
            for digits, index in members.items():
                paired[index] = _with_size(paired[index], family, _SIZES[digits])
    return paired


def _with_size(name: MemberName, family: tuple[str, ...], architecture: Architecture) -> MemberName:
    named = frozenset({architecture})
    return replace(name, family=family, architectures=named, promised=named)
