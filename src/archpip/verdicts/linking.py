"""Which bundled binaries a slice links, found as the system's loader would find them.

Only binaries inside the wheel count: a library not found here may come from the system or from
another wheel, and is no finding.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from archpip.binaries import BinaryFormat, Depth, NeededLibrary, Slice
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.family_members import is_named_after
from archpip.verdicts.roles import Role
from archpip.wheels import BinaryMember

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

        They are loaded as dependencies, never only by name. Links of a program that has a library's
        own name do not count: it is the library's front end, and others may load it by name. Nor
        do links of programs to a library that other projects may link, nor those of binaries that
        the target ignores, unless the library lies where repair tools put it: a library with one
        name for all machines may be loaded where code that names another machine is not.
        """
        return frozenset(
            found.path
            for one in self._case.placed
            for part in one.member.binary.slices
            for needed in part.needed
            for found in self.resolve(one, part, needed)
            if found.path != one.path
            and not _is_front_end(one, found)
            and not self._is_for_other_projects(one, found)
            and (found.name.repaired or self._is_of_use(one))
            and (found.name.architectures or not self._names_other_machine(one))
        )

    def _is_for_other_projects(self, one: Placed, library: Placed) -> bool:
        """Return whether a program links a library that is its wheel's purpose.

        The wheel is for one platform and has no modules, and the library has the wheel's name and
        does not lie with the programs.
        """
        case = self._case
        return (
            one.role is Role.EXECUTABLE
            and not case.is_any
            and not case.for_this_python
            and library.path.rpartition("/")[0] not in case.program_folders
            and is_named_after(case, library)
        )

    def _is_of_use(self, one: Placed) -> bool:
        """Return whether the target's system and interpreter may load a binary."""
        return self._case.is_native(one) and (self._case.imports(one) or not one.name.tagged)

    def _names_other_machine(self, one: Placed) -> bool:
        named = one.name.architectures
        return bool(named) and named.isdisjoint(self._case.target.architectures)

    @cached_property
    def _is_known(self) -> bool:
        """Whether the links of every binary that is loaded by name were read."""
        return all(
            part.depth >= Depth.LINKS
            for one in self._case.with_role(Role.MODULE, Role.LIBRARY)
            for part in one.member.binary.slices
        )

    def is_linked(self, one: Placed) -> bool:
        """Return whether a library is loaded because another binary links it.

        A repair tool's folder holds only such libraries, so one there that nothing links is a
        leftover. If the links were not read, the library counts as loaded by name.
        """
        return one.path in self.linked or (one.name.repaired and self._is_known)

    def resolve(self, one: Placed, part: Slice, needed: NeededLibrary) -> tuple[Placed, ...]:
        """Return the bundled binaries that the loader may choose for one needed library.

        Exact paths come first: if a run path leads to bundled files, only those are returned.
        Otherwise files of that name anywhere in the wheel, which a project may load beforehand or
        put on the search path (`os.add_dll_directory`), except files that name a machine, among
        which the project itself chooses.
        """
        binary_format = one.member.binary.format
        named = self._by_basename.get(posixpath.basename(needed.name).lower(), ())
        absolute = needed.name.startswith("/") and binary_format is BinaryFormat.MACHO
        if not named or absolute:
            return ()
        by_path = self._case.by_path
        found = [
            by_path[path] for path in iter_places(one.member, part, needed.name) if path in by_path
        ]
        return tuple(dict.fromkeys(found)) or tuple(
            place
            for place in named
            if place.member.binary.format is binary_format and not place.name.architectures
        )


def _is_front_end(one: Placed, library: Placed) -> bool:
    return one.role is Role.EXECUTABLE and one.name.family[-1] == library.name.family[-1]


def iter_places(member: BinaryMember, part: Slice, name: str) -> Iterator[str]:
    """Yield the paths where a loader searches for a member's library, in its order."""
    match member.binary.format:
        case BinaryFormat.MACHO:
            yield from _macho_places(member, part, name)
        case BinaryFormat.ELF:
            yield from filter(None, (_join(member, run_path, name) for run_path in part.run_paths))
        case _:
            yield _beside(member, name)


def _macho_places(member: BinaryMember, part: Slice, name: str) -> Iterator[str]:
    """Yield the paths where dyld searches, in its order (dyld(1), PATH LOOKUP)."""
    if name.startswith("@rpath/"):
        tails = [(run_path, name.removeprefix("@rpath/")) for run_path in part.run_paths]
        yield from filter(None, (_join(member, run_path, tail) for run_path, tail in tails))
    else:
        path = _join(member, posixpath.dirname(name) or ".", posixpath.basename(name))
        if path:
            yield path


def _join(member: BinaryMember, run_path: str, name: str) -> str | None:
    """Return the member's path for a name in a run path relative to the binary, or `None`."""
    if run_path in {".", "@loader_path", "$ORIGIN", "${ORIGIN}", "@executable_path"}:
        return _beside(member, name)
    for start in _LOADER:
        if run_path.startswith(start):
            return _beside(member, posixpath.join(run_path.removeprefix(start), name))
    return None


def _beside(member: BinaryMember, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(member.path), name))
