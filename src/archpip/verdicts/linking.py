"""Which bundled binaries a slice links, found as the system's loader would.

Only binaries inside the wheel count: what is not found here may come from the system or from
another wheel, and is nobody's fault.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from archpip.binaries import BinaryFormat, Depth, NeededLibrary, Slice
from archpip.verdicts.case import Case, Placed, Role

_LOADER = ("@loader_path/", "$ORIGIN/", "${ORIGIN}/", "@executable_path/")


class Links:
    """The links between the binaries of one wheel."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def _by_basename(self) -> dict[str, list[Placed]]:
        index: dict[str, list[Placed]] = defaultdict(list)
        for one in self._case.placed:
            names = {one.name.basename.lower()}
            names |= {
                posixpath.basename(part.install_name).lower()
                for part in one.member.binary.slices
                if part.install_name
            }
            for name in names:
                index[name].append(one)
        return index

    @cached_property
    def linked(self) -> frozenset[str]:
        """Paths of the binaries that any slice of another binary links.

        They are loaded because something needs them, never by their name alone.
        """
        return frozenset(
            found.path
            for one in self._case.placed
            for part in one.member.binary.slices
            for needed in part.needed
            for found in self.resolve(one, part, needed)
            if found.path != one.path
        )

    @cached_property
    def _is_known(self) -> bool:
        """Whether the links of everything that is loaded by name were read."""
        return all(
            part.depth >= Depth.LINKS
            for one in self._case.with_role(Role.MODULE, Role.LIBRARY)
            for part in one.member.binary.slices
        )

    def is_linked(self, one: Placed) -> bool:
        """Return whether a library is loaded because something links it.

        A repair tool's folder holds nothing else, so a library there that nothing links is left
        over. Where the links were not read, nobody can say, and it counts as loaded by name.
        """
        return one.path in self.linked or (one.name.repaired and self._is_known)

    def resolve(self, one: Placed, part: Slice, needed: NeededLibrary) -> tuple[Placed, ...]:
        """Return the bundled binaries that the loader might take for one needed library.

        Exact places first: where a run path leads to a bundled file, only those are returned.
        Otherwise files of that name anywhere in the wheel, which a project may have loaded
        beforehand or put on the search path (`os.add_dll_directory`).
        """
        if part.needed and one.member.binary.format is BinaryFormat.MACHO:
            name = needed.name
            if name.startswith("/"):
                return ()
            exact = [self._case.by_path.get(path) for path in _macho_places(one, part, name)]
        elif one.member.binary.format is BinaryFormat.ELF:
            name = needed.name
            places = (_join(one, run_path, name) for run_path in part.run_paths)
            exact = [self._case.by_path.get(path) for path in places if path]
        else:
            name = needed.name
            exact = [self._case.by_path.get(_beside(one, name))]
        found = [place for place in exact if place is not None]
        if not found:
            found = [
                place
                for place in self._by_basename.get(posixpath.basename(name).lower(), ())
                if place.member.binary.format is one.member.binary.format
            ]
        return tuple(dict.fromkeys(found))


def _macho_places(one: Placed, part: Slice, name: str) -> Iterator[str]:
    """Yield where dyld looks in the wheel, in its order (dyld(1), PATH LOOKUP)."""
    if name.startswith("@rpath/"):
        tails = [(run_path, name.removeprefix("@rpath/")) for run_path in part.run_paths]
        yield from filter(None, (_join(one, run_path, tail) for run_path, tail in tails))
    else:
        path = _join(one, posixpath.dirname(name) or ".", posixpath.basename(name))
        if path:
            yield path


def _join(one: Placed, run_path: str, name: str) -> str | None:
    """Return the member's path for a name in a run path relative to the binary, or `None`."""
    if run_path in {".", "@loader_path", "$ORIGIN", "${ORIGIN}", "@executable_path"}:
        return _beside(one, name)
    for start in _LOADER:
        if run_path.startswith(start):
            return _beside(one, posixpath.join(run_path.removeprefix(start), name))
    return None


def _beside(one: Placed, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(one.path), name))


def iter_needed(parts: Iterable[Slice]) -> Iterator[tuple[Slice, NeededLibrary]]:
    """Yield what must be found before these slices run; weak needs are not among it."""
    for part in parts:
        for needed in part.needed:
            if not needed.weak:
                yield part, needed
