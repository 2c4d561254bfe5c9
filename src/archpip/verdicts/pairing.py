"""Names that differ by the digits of a word size: `x32.dll` beside `x64.dll`.

Alone, such digits say little (`user32.dll` has 64-bit code, `libdivsufsort64` has 64-bit indexes).
As a pair of Windows files they say which process each is for. So they do elsewhere where the code
in both agrees (`liblsl32.so`, `liblsl64.so`). A name without digits stands for 32 where it has such
code (`DWDataReaderLib.so`, `DWDataReaderLib64.so`).
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.verdicts.naming import MemberName

_DIGITS = re.compile(r"(?<=[a-z])(?:32|64)(?![a-z0-9])")
_SIZES = {"": Architecture.I686, "32": Architecture.I686, "64": Architecture.X86_64}
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
        digits = match.group() if match else ""
        lower = name.basename.lower()
        if held == {_SIZES[digits]} or (digits and lower.endswith(_WINDOWS_ENDINGS)):
            family = (*name.family[:-1], _DIGITS.sub("", name.family[-1], count=1))
            pairs[lower.rpartition(".")[2], family][digits] = index
    paired = list(names)
    for (_, family), members in pairs.items():
        large = members.get("64")
        small = members.get("32", members.get(""))
        if large is not None and small is not None:
            paired[large] = _with_size(paired[large], family, _SIZES["64"])
            paired[small] = _with_size(paired[small], family, _SIZES["32"])
    return paired


def _with_size(name: MemberName, family: tuple[str, ...], architecture: Architecture) -> MemberName:
    named = frozenset({architecture})
    return replace(name, family=family, architectures=named, promised=named)
