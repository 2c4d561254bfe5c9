"""Which bundled binaries a slice links, found as the system's loader would find them.

Only binaries inside the wheel count: a library not found here may come from the system or from
another wheel, and is no finding.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from archpip.binaries import BinaryFormat, Depth, NeededLibrary, Slice
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.family_members import is_named_after
from archpip.verdicts.roles import Role
from archpip.wheels import BinaryMember

_Name = tuple[BinaryFormat, str]
"""What loaders look for: the base name in lower case, of files in their own format."""

_LOADER = ("@loader_path/", "$ORIGIN/", "${ORIGIN}/", "@executable_path/")


class Links:
    """The links between the binaries of one wheel."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._by_name: dict[_Name, tuple[Placed, ...]] = {}

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
        linked: set[str] = set()
        by_name: dict[_Name, dict[Placed, None]] = defaultdict(dict)
        known, basename_of = self._by_basename, posixpath.basename
        for one in self._case.placed:
            for part in one.member.binary.slices:
                for needed in part.needed:
                    if basename_of(needed.name).lower() not in known:
                        continue  # nearly all are the system's
                    name = self.name_of(one, needed)
                    if name is None:
                        continue
                    if placed := self.find_placed(one, part, needed):
                        linked.update(each.path for each in placed if self._counts(one, each))
                    else:
                        by_name[name][one] = None
        for name, linking in by_name.items():
            linked.update(self._iter_linked(linking, self.find_by_name(name)))
        return frozenset(linked)

    def _iter_linked(self, linking: Iterable[Placed], libraries: Sequence[Placed]) -> Iterator[str]:
        """Yield the paths of those libraries of one name that any of some binaries links."""
        # A hostile wheel has thousands of each. Binaries that agree in all that counts differ only
        # in not linking themselves, so that two of them link all that any does.
        alike: dict[tuple[object, ...], list[Placed]] = defaultdict(list)
        for one in linking:
            front_end = one.name.family[-1] if one.role is Role.EXECUTABLE else None
            alike[front_end, self._is_of_use(one), self._names_other_machine(one)].append(one)
        left = {each.path: each for each in libraries}
        for one in (one for group in alike.values() for one in group[:2]):
            found = [path for path, library in left.items() if self._counts(one, library)]
            yield from found
            for path in found:
                del left[path]

    def _counts(self, one: Placed, library: Placed) -> bool:
        """Return whether a binary's link to a library shows that it is not loaded by name."""
        return (
            library.path != one.path
            and not _is_front_end(one, library)
            and not self._is_for_other_projects(one, library)
            and (library.name.repaired or self._is_of_use(one))
            and (bool(library.name.architectures) or not self._names_other_machine(one))
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
        name = self.name_of(one, needed)
        if name is None:
            return ()
        return self.find_placed(one, part, needed) or self.find_by_name(name)

    def find_placed(self, one: Placed, part: Slice, needed: NeededLibrary) -> tuple[Placed, ...]:
        """Return the bundled binaries to which a run path leads."""
        by_path = self._case.by_path
        places = iter_places(one.member, part, needed.name)
        return tuple(dict.fromkeys(by_path[path] for path in places if path in by_path))

    def name_of(self, one: Placed, needed: NeededLibrary) -> _Name | None:
        """Return the name that a loader looks for, or `None` if nothing in the wheel has it."""
        basename = posixpath.basename(needed.name).lower()
        binary_format = one.member.binary.format
        absolute = needed.name.startswith("/") and binary_format is BinaryFormat.MACHO
        return None if absolute or basename not in self._by_basename else (binary_format, basename)

    def find_by_name(self, name: _Name) -> tuple[Placed, ...]:
        """Return the bundled binaries of a name, except those whose names say for which machine."""
        found = self._by_name.get(name)
        if found is None:
            binary_format, basename = name
            found = self._by_name[name] = tuple(
                each
                for each in self._by_basename[basename]
                if each.member.binary.format is binary_format and not each.name.architectures
            )
        return found


def _is_front_end(one: Placed, library: Placed) -> bool:
    return one.role is Role.EXECUTABLE and one.name.family[-1] == library.name.family[-1]


def iter_places(member: BinaryMember, part: Slice, name: str) -> Iterator[str]:
    """Yield the paths where a loader searches for a member's library, in its order."""
    match member.binary.format:
        case BinaryFormat.MACHO if name.startswith("@rpath/"):  # dyld(1), PATH LOOKUP
            yield from _iter_run_places(member, part, name.removeprefix("@rpath/"))
        case BinaryFormat.MACHO:
            inner = _relative_to_binary(posixpath.dirname(name) or ".")
            if inner is not None:
                yield _beside(member, posixpath.join(inner, posixpath.basename(name)))
        case BinaryFormat.ELF:
            yield from _iter_run_places(member, part, name)
        case _:
            yield _beside(member, name)


def _iter_run_places(member: BinaryMember, part: Slice, name: str) -> Iterator[str]:
    if name.startswith("/"):
        return
    plain = posixpath.normpath(name) == name and not name.startswith(".")
    for start in _find_run_folders(posixpath.dirname(member.path), part.run_paths):
        yield start + name if plain else posixpath.normpath(start + name)


@lru_cache
def _find_run_folders(folder: str, run_paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders of run paths relative to the binary, once each, as starts of paths.

    They are found once for all libraries of a slice: each may have hundreds of both.
    """
    inner = (path for each in run_paths if (path := _relative_to_binary(each)) is not None)
    found = (posixpath.normpath(posixpath.join(folder, path)) for path in inner)
    return tuple(dict.fromkeys("" if each == "." else f"{each}/" for each in found))


def _relative_to_binary(run_path: str) -> str | None:
    """Return a run path from the binary's folder; `None` for one from elsewhere."""
    if run_path in {".", "@loader_path", "$ORIGIN", "${ORIGIN}", "@executable_path"}:
        return ""
    return next((run_path.removeprefix(s) for s in _LOADER if run_path.startswith(s)), None)


def _beside(member: BinaryMember, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(member.path), name))
