"""Names that differ by the digits of a word size: `x32.dll` beside `x64.dll`.

Alone, such digits say little (`user32.dll` has 64-bit code, `libdivsufsort64` has 64-bit indexes).
As a pair of Windows files they say which process each is for.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.verdicts.naming import MemberName

_DIGITS = re.compile(r"(?<=[a-z])(?:32|64)(?![a-z0-9])")
_SIZES = {"32": Architecture.I686, "64": Architecture.X86_64}


def pair_up(names: Sequence[MemberName]) -> list[MemberName]:
    """Return the names in their order, those of a pair with the architecture that they name."""
    pairs: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for index, name in enumerate(names):
        if name.basename.lower().endswith((".dll", ".exe")) and (
            match := _DIGITS.search(name.family[-1])
        ):
            family = (*name.family[:-1], _DIGITS.sub("", name.family[-1], count=1))
            pairs[family][match.group()] = index
    paired = list(names)
    for family, members in pairs.items():
        if members.keys() == _SIZES.keys():
            for digits, index in members.items():
                paired[index] = _with_size(paired[index], family, _SIZES[digits])
    return paired


def _with_size(name: MemberName, family: tuple[str, ...], architecture: Architecture) -> MemberName:
    named = frozenset({architecture})
    return replace(name, family=family, architectures=named, promised=named)
