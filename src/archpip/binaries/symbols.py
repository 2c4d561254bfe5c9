"""Symbol tables as sets of names, and the comparison that tells a hollow slice.

Names are bytes as the file has them (Mach-O's begin with an underscore): a large library has
hundreds of thousands, and hardly one is ever shown.
"""

import re
from collections import Counter

from msgspec import Struct

from archpip.architecture import Architecture
from archpip.binaries.model import UnboundSymbols

_EXAMPLES = 8

# What every process of that system has, so that a flat lookup finds it all the same. (pyqt6 leaves
# `_objc_msgSend` to flat lookup in one slice and binds it to the system in the other.)
_SYSTEM_FOLDERS = ("/usr/lib/", "/System/Library/")

# The interpreter brings these into the process itself. An extension module may link against them
# in one slice and leave them to flat lookup in another, and both work.
_INTERPRETER_LIBRARY = re.compile(
    r"(?:^|/)(?:Python3?|libpython[\d.]+[a-z]*(?:\.dylib|\.so[\d.]*))$"
)


class SymbolTable(Struct, frozen=True, kw_only=True):
    """The external names of one slice, by what the loader does with them."""

    architecture: Architecture | None
    defined: frozenset[bytes]
    """The slice has them, for whoever looks them up."""
    private: frozenset[bytes] = frozenset()
    """The slice has them for itself alone (Mach-O's private externals)."""
    flat: frozenset[bytes]
    """Undefined, not weak, and looked up in whatever is loaded: nothing says where they are."""
    bound: tuple[tuple[str, frozenset[bytes]], ...] = ()
    """Undefined and bound to one library: each library's name as written, and its symbols."""


def find_unbound(own: SymbolTable, other: SymbolTable) -> UnboundSymbols | None:
    """Return the symbols that `own` leaves to flat lookup and `other` has, if there are any.

    `other` has a symbol where it defines it, or binds it to a library that is neither the system's
    nor the interpreter's. A flat lookup alone says nothing: extension modules find all of Python in
    that way, and samplerate, pyobjc or mpi4py look up more on purpose. Two slices were compiled
    from one source, though, so what one of them was given the other one lacks.
    """
    missing = own.flat & (other.defined | other.private)
    providers: Counter[str | None] = Counter({None: len(missing)})
    for library, names in other.bound:
        if library.startswith(_SYSTEM_FOLDERS) or _INTERPRETER_LIBRARY.search(library):
            continue
        found = own.flat & names
        providers[library] += len(found)
        missing |= found
    if not missing:
        return None
    return UnboundSymbols(
        count=len(missing),
        examples=tuple(
            name.decode("utf-8", "backslashreplace") for name in sorted(missing)[:_EXAMPLES]
        ),
        counterpart=other.architecture,
        provider=providers.most_common(1)[0][0],
    )


def find_worst_unbound(own: SymbolTable, others: tuple[SymbolTable, ...]) -> UnboundSymbols | None:
    """Compare a slice with each of the others; of several answers, the one with most symbols."""
    found = (find_unbound(own, other) for other in others)
    return max(
        (unbound for unbound in found if unbound is not None),
        key=lambda unbound: unbound.count,
        default=None,
    )
