"""Symbol tables as sets of names, and the comparison that finds a hollow slice.

Names are bytes as the file has them (Mach-O's begin with an underscore): a large library has
hundreds of thousands, and hardly one is ever shown.
"""

import re
from collections import Counter

from msgspec import Struct

from archpip.architecture import Architecture
from archpip.binaries.model import UnboundSymbols

_EXAMPLES = 8

# Every process of that system has these, so that a flat lookup finds them. (pyqt6 leaves
# `_objc_msgSend` to flat lookup in one slice and binds it to the system in the other.)
_SYSTEM_FOLDERS = ("/usr/lib/", "/System/Library/")

# The interpreter brings these into the process itself. An extension module may link against them
# in one slice and leave them to flat lookup in another, and both work.
_INTERPRETER_LIBRARY = re.compile(
    r"(?:^|/)(?:Python3?|libpython[\d.]+[a-z]*(?:\.dylib|\.so[\d.]*))$"
)


class SymbolTable(Struct, frozen=True, kw_only=True):
    """The external names of one slice, by how the loader treats them."""

    architecture: Architecture | None
    defined: frozenset[bytes]
    """Defined and exported by the slice."""
    private: frozenset[bytes] = frozenset()
    """Defined for the slice itself only (Mach-O's private externals)."""
    flat: frozenset[bytes]
    """Undefined, not weak, and looked up in all loaded images, without a library."""
    bound: tuple[tuple[str, frozenset[bytes]], ...] = ()
    """Undefined and bound to one library: each library's name as written, and its symbols."""
    linked: tuple[str, ...] = ()
    """The libraries that are loaded with the slice (Mach-O), as written: a flat lookup finds their
    symbols, too."""


def find_unbound(own: SymbolTable, other: SymbolTable) -> UnboundSymbols | None:
    """Return the symbols that `own` leaves to flat lookup and `other` has, if there are any.

    `other` has a symbol if it defines it, or binds it to a library that is neither the system's nor
    the interpreter's, and that `own` does not link in any version. A flat lookup alone proves
    nothing: extension modules find all of Python that way, and samplerate, pyobjc or mpi4py look up
    more on purpose. Two slices were compiled from one source, though, so a symbol that only one of
    them was linked with is missing in the other.
    """
    missing = own.flat & (other.defined | other.private)
    linked = frozenset(map(_library_stem, own.linked))
    providers: Counter[str | None] = Counter({None: len(missing)})
    for library, names in other.bound:
        if (
            library.startswith(_SYSTEM_FOLDERS)
            or _INTERPRETER_LIBRARY.search(library)
            # An image of a flat namespace binds nothing to a library, and finds it all the same
            # (the libtheora of opencv-python's arm64 wheels).
            or _library_stem(library) in linked
        ):
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
    """Compare a slice with each of the others; return the result with the most symbols."""
    found = (find_unbound(own, other) for other in others)
    return max(
        (unbound for unbound in found if unbound is not None),
        key=lambda unbound: unbound.count,
        default=None,
    )


def _library_stem(name: str) -> str:
    """Return a library's base name without its version: `libogg` of `@rpath/libogg.0.8.dylib`."""
    return name.rpartition("/")[2].partition(".")[0]
