"""Mach-O symbol tables, and what one slice lacks that another has.

A slice that was never really linked for its architecture still loads as a file; its symbols were
left to be looked up in whatever else the process holds ("flat lookup"), where they are not. The
other slice shows what should have been there.

Source: `<mach-o/nlist.h>`, `<mach-o/loader.h>` MH_TWOLEVEL; the names below are theirs.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct

from archpip.architecture import Architecture
from archpip.binaries.errors import UnsupportedBinaryError
from archpip.binaries.limits import MAX_STRING_TABLE_BYTES, MAX_SYMBOLS
from archpip.binaries.model import UnboundSymbols
from archpip.binaries.window import Window

_N_STAB = 0xE0  # any of these bits: a debugger's entry
_N_TYPE = 0x0E
_N_UNDF = 0x0
_N_SECT = 0xE
_N_ABS = 0x2
_N_INDR = 0xA
_N_PBUD = 0xC
_N_WEAK_REF = 0x40
_DYNAMIC_LOOKUP_ORDINAL = 0xFE
_MAX_LIBRARY_ORDINAL = 0xFD

_MOST_EXAMPLES = 8

# The interpreter has these, in whatever process the module is loaded.
_PYTHON_PREFIXES = (b"_Py", b"__Py")

# In the shared cache of every Mac, with every slice.
_SYSTEM_PREFIXES = ("/usr/lib/", "/System/Library/")

_Symbol = tuple[int, int, int, int, int]
"""n_strx, n_type, n_sect, n_desc, n_value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolTable:
    """The symbols of one slice, kept as they stand in the file."""

    entries: bytes
    names: bytes
    layout: Struct
    two_level: bool
    libraries: tuple[str, ...]
    """Install names in load order: an ordinal of 1 is the first."""
    architecture: Architecture | None

    def flat_undefined(self) -> frozenset[bytes]:
        """Return the names that must be found by flat lookup, but for Python's own."""
        names = (self._name(strx) for strx, *_ in self._select(self._is_flat))
        return frozenset(name for name in names if not name.startswith(_PYTHON_PREFIXES))

    def providers(self, wanted: frozenset[bytes]) -> dict[bytes, str | None]:
        """Say who has each of the names that this slice defines or binds to a library.

        Returns:
            The library's install name, or `None` where the slice defines the symbol itself. Names
            that it does not have, or that it too leaves to flat lookup, are not in it.
        """
        # Few names are wanted of perhaps half a million: find them as text before parsing.
        offsets = {place: name for name in wanted for place in _find_all(self.names, name)}
        found: dict[bytes, str | None] = {}
        for strx, kind, _, description, _ in self._select(lambda symbol: symbol[0] in offsets):
            name = offsets[strx]
            if kind & _N_TYPE in (_N_SECT, _N_ABS, _N_INDR):
                found[name] = None
            elif name not in found:
                ordinal = description >> 8 & 0xFF
                if self.two_level and 0 < ordinal <= len(self.libraries):
                    found[name] = self.libraries[ordinal - 1]
        return found

    def _select(self, predicate: Callable[[_Symbol], bool]) -> Iterator[_Symbol]:
        for symbol in self.layout.iter_unpack(self.entries):
            if not symbol[1] & _N_STAB and predicate(symbol):
                yield symbol

    def _is_flat(self, symbol: _Symbol) -> bool:
        _, kind, _, description, value = symbol
        # A common symbol is undefined too, but has a size where others have zero.
        if kind & _N_TYPE not in (_N_UNDF, _N_PBUD) or value or description & _N_WEAK_REF:
            return False
        return not self.two_level or description >> 8 & 0xFF == _DYNAMIC_LOOKUP_ORDINAL

    def _name(self, strx: int) -> bytes:
        end = self.names.find(b"\0", strx)
        return self.names[strx : end if end >= 0 else None]


def _find_all(names: bytes, name: bytes) -> Iterator[int]:
    """Yield every offset at which a name stands whole in a string table."""
    needle = name + b"\0"
    place = names.find(needle)
    while place >= 0:
        # Linkers may let a name begin within a longer one, so what stands before does not matter.
        yield place
        place = names.find(needle, place + 1)


def read_symbol_table(
    window: Window,
    symtab: tuple[int, int, int, int],
    *,
    order: str,
    bits: int,
    two_level: bool,
    libraries: tuple[str, ...],
    architecture: Architecture | None,
) -> SymbolTable:
    """Read the table that LC_SYMTAB (symoff, nsyms, stroff, strsize) points to.

    Raises:
        TruncatedBinaryError: It runs past the end of the slice.
        UnsupportedBinaryError: It is larger than the limits allow.
    """
    symoff, nsyms, stroff, strsize = symtab
    for what, found, limit in (
        ("symbols", nsyms, MAX_SYMBOLS),
        ("bytes of symbol names", strsize, MAX_STRING_TABLE_BYTES),
    ):
        if found > limit:
            raise UnsupportedBinaryError(what=what, found=found, limit=limit)
    layout = Struct(f"{order}IBBH{'Q' if bits == 64 else 'I'}")  # noqa: PLR2004  # nlist_64, nlist
    return SymbolTable(
        entries=window.read(symoff, nsyms * layout.size, "symbol table") if nsyms else b"",
        names=window.read(stroff, strsize, "symbol names") if strsize else b"",
        layout=layout,
        two_level=two_level,
        libraries=libraries,
        architecture=architecture,
    )


def find_unbound(own: SymbolTable, others: Sequence[SymbolTable]) -> UnboundSymbols | None:
    """Return what a slice leaves to flat lookup while another one has it; `None` if nothing is.

    A symbol that the other slice binds to a library of the system's does not count: the flat lookup
    finds it there (pyqt6's `_objc_msgSend`).
    """
    wanted = own.flat_undefined()
    if not wanted:
        return None
    for other in others:
        missing = {
            name: library
            for name, library in other.providers(wanted).items()
            if library is None or not library.startswith(_SYSTEM_PREFIXES)
        }
        if missing:
            ((provider, _),) = Counter(missing.values()).most_common(1)
            return UnboundSymbols(
                count=len(missing),
                examples=tuple(
                    name.decode("utf-8", "backslashreplace")
                    for name in sorted(missing)[:_MOST_EXAMPLES]
                ),
                counterpart=other.architecture,
                provider=provider,
            )
    return None
