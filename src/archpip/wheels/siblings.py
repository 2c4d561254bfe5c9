"""Thin wheels of one version for different machines, compared member by member.

A thin file has no other slice to be compared with, but the same version's wheel for the other
architecture mostly has the same module. Whole members of both wheels are read: callers first select
the members worth it by sizes and heads.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing

from archpip.binaries import (
    BinaryFormat,
    SymbolTable,
    UnboundSymbols,
    find_unbound,
    looks_native,
    read_binary,
    read_symbols,
)
from archpip.wheels.model import WheelSource

_THIN = re.compile(r"(?P<start>.+-)macosx_\d+_\d+_(?P<architecture>arm64|x86_64)\.whl")
_HEAD_BYTES = 64

MAX_COMPARED_BYTES = 256 * 1024 * 1024
"""Larger members are not compared: their symbols, as sets, take too much memory."""


def find_sibling(filename: str, filenames: Iterable[str]) -> str | None:
    """Return the wheel of the same version and Python for macOS' other architecture.

    Only thin macOS wheels have one: with flat lookup, a linker leaves out symbols without an error.
    Of several, the last one by name is returned.
    """
    own = _THIN.fullmatch(filename)
    if own is None:
        return None
    found = (match for name in filenames if (match := _THIN.fullmatch(name)))
    return max(
        (
            match.string
            for match in found
            if match["start"] == own["start"] and match["architecture"] != own["architecture"]
        ),
        default=None,
    )


def compare_siblings(
    source: WheelSource, sibling: WheelSource, paths: Iterable[str]
) -> Mapping[str, UnboundSymbols]:
    """Return symbols that members of one wheel leave to flat lookup and the sibling's have.

    Keys are those paths that are thin Mach-O files in both wheels, in directory order; members that
    lack nothing are left out. The caller closes both wheels.

    Raises:
        WheelUnreadableError: A member cannot be read.
        BinaryFormatError: A member begins like a native binary and cannot be read as one.
    """
    wanted = {member.path for member in sibling.members()}.intersection(paths)
    compared = [
        member.path
        for member in source.members()
        if member.path in wanted and member.size_bytes <= MAX_COMPARED_BYTES
    ]
    for one in (source, sibling):
        one.prefetch(dict.fromkeys(compared))
    lacking = {}
    for path in compared:
        own = _read_table(source, path, among=frozenset())
        other = None if own is None else _read_table(sibling, path, among=own.flat)
        if own is not None and other is not None:
            unbound = find_unbound(own, other)
            if unbound is not None:
                lacking[path] = unbound
    return lacking


def _read_table(source: WheelSource, path: str, *, among: frozenset[bytes]) -> SymbolTable | None:
    """Read some symbols of a thin Mach-O member; `None` if it is not such a file."""
    with closing(source.open(path)) as content:
        if not looks_native(content.read_head(_HEAD_BYTES)):
            return None
        binary = read_binary(content)
        if binary is None or binary.format is not BinaryFormat.MACHO or len(binary.slices) > 1:
            return None
        return read_symbols(content, binary.slices[0], among=among)
