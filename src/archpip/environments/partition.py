"""Divide a tree into parts: the files of each distribution, and those of none."""

import posixpath
import re
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from archpip.environments.eggs import Egg, find_egg_info, is_egg, normalize_name, parse_egg
from archpip.environments.model import Installer, Part, Tree
from archpip.environments.records import (
    CondaRecord,
    find_conda_prefix,
    find_top_level,
    parse_conda_record,
    parse_record,
    read_text,
)
from archpip.wheels import Member, Problem, WheelUnreadableError, parse_wheel_file

# Folders that are on `sys.path` wherever they are.
_IMPORT_ROOT = re.compile(
    r"(?:^|.*/)(?:site-packages|dist-packages|lib-dynload|_internal|app_packages(?:\.\w+)?|(?:python|pypy)\d+\.\d+t?)$"
    r"|^python$"  # a Lambda layer
)
_LAST_CHARACTER = chr(sys.maxunicode)

_MOST_GUESSES = 20
"""Most distributions without a list of files that the same packages are attributed to."""

_MOST_RECORDS = 3
_ALWAYS_LISTED = 1000
"""How many records may list each file on average, and how many files they may list at least: ten
thousand hostile records may list the same ten thousand files."""

_SCRIPT_FOLDERS = frozenset(("bin", "Scripts"))
_DIST_INFO = ".dist-info"
_IN_DIST_INFO = f"{_DIST_INFO}/"
_METADATA = f"{_DIST_INFO}/METADATA"


class Scope(Struct, frozen=True, kw_only=True):
    """Which unrecorded files are judged."""

    roots: frozenset[str] = frozenset()
    """Import roots that are not recognised by name."""
    everything: bool = True
    """Whether files outside every import root are judged, too."""


def find_parts(tree: Tree, scope: Scope) -> tuple[Part, ...]:
    """Return the distributions of a tree, then the files that no record lists, by their root.

    A file in two records belongs to both. Files installed by conda belong to conda's package, even
    if it left a dist-info folder.
    """
    members = {member.path: member for member in tree.members()}
    return tuple(_Partition(tree, members, scope).parts())


def find_import_roots(paths: Iterable[str]) -> frozenset[str]:
    """Return the folders on `sys.path`: those known by name, and those with distributions."""
    listed = tuple(paths)
    named = filter(_IMPORT_ROOT.match, _iter_folders(listed))
    holding = (path.removesuffix(_METADATA) for path in listed if path.endswith(_METADATA))
    return frozenset((*named, *map(posixpath.dirname, holding)))


class _Partition:
    """The work of `find_parts`."""

    def __init__(self, tree: Tree, members: Mapping[str, Member], scope: Scope) -> None:
        self._tree = tree
        self._scope = scope
        self._members = members
        self._claimed: set[str] = set()
        self._listed = 0
        self._guesses: Counter[str] = Counter()
        self._in_dist_info: dict[str, list[str]] = defaultdict(list)
        folders = _iter_folders(members)
        self._roots = {f for f in folders if f in scope.roots or _IMPORT_ROOT.match(f)}

    def parts(self) -> Iterator[Part]:
        egg_infos: dict[str, str] = {}
        for path in self._members:
            if _IN_DIST_INFO in path:
                folder, _, _ = path.rpartition(_IN_DIST_INFO)
                self._in_dist_info[folder + _DIST_INFO].append(path)
            elif (egg_info := find_egg_info(path)) is not None:
                egg_infos[egg_info] = path
        dist_infos = sorted(
            folder
            for folder in self._in_dist_info
            if f"{folder}/METADATA" in self._members and folder.count(_DIST_INFO) == 1
        )
        self._roots |= {posixpath.dirname(folder) for folder in dist_infos}
        yield from self._conda_parts()
        of_conda = frozenset(self._claimed)
        told: set[tuple[str, str]] = set()
        for dist_info in dist_infos:
            if f"{dist_info}/METADATA" not in of_conda:
                part = self._installed_part(dist_info)
                told.add((part.root, normalize_name(part.name)))
                yield part
        yield from self._egg_parts(egg_infos, told)
        yield from self._unclaimed_parts()

    # Whose records are read.

    def _conda_parts(self) -> Iterator[Part]:
        for path in self._members:
            prefix = find_conda_prefix(path)
            if prefix is None:
                continue
            try:
                record = parse_conda_record(self._read(path))
            except WheelUnreadableError as error:
                problem = Problem(kind=error.kind, member=path, detail=error.reason)
                yield Part(name=_name_of(path), root="", problems=(problem,))
                continue
            if record is not None:
                yield self._conda_part(record, prefix)

    def _conda_part(self, record: CondaRecord, prefix: str) -> Part:
        named = (posixpath.join(prefix, path) for path in record.paths)
        listed = [path for path in named if path in self._members]
        listed = self._claim(listed)
        root = next((r for path in listed if (r := self._root_of(path))), prefix)
        return Part(
            name=record.name,
            version=record.version,
            installer=Installer.CONDA,
            root=root,
            paths=self._as_in_wheel(listed, root=root, data=f"{record.name}.data"),
        )

    def _installed_part(self, dist_info: str) -> Part:
        root, folder = posixpath.split(dist_info)
        name, _, version = folder.removesuffix(_DIST_INFO).partition("-")
        listed, problems = self._list_files(dist_info, name, root)
        listed = self._claim(listed)
        self._claimed.update(self._in_dist_info[dist_info])
        wheel_file = parse_wheel_file(self._read_optional(f"{dist_info}/WHEEL") or "")
        return Part(
            name=name.replace("_", "-").lower(),
            version=version,
            installer=Installer.PIP,
            root=root,
            tags=wheel_file.tags,
            root_is_purelib=wheel_file.root_is_purelib,
            paths=self._as_in_wheel(
                listed,
                root=root,
                data=folder.removesuffix(_DIST_INFO) + ".data",
            ),
            problems=problems,
        )

    def _claim(self, listed: list[str]) -> list[str]:
        """Note whose some files are, and return them; of too many, those that nobody has yet."""
        self._listed += len(listed)
        if self._listed > _ALWAYS_LISTED + _MOST_RECORDS * len(self._members):
            listed = [path for path in listed if path not in self._claimed]
        self._claimed.update(listed)
        return listed

    def _list_files(
        self, dist_info: str, name: str, root: str
    ) -> tuple[list[str], tuple[Problem, ...]]:
        record = f"{dist_info}/RECORD"
        if record not in self._members:
            return self._list_packages(dist_info, name, root), ()
        try:
            listing = parse_record(
                self._read(record), record=record, root=root, members=self._members
            )
        except WheelUnreadableError as error:
            return [], (Problem(kind=error.kind, member=record, detail=error.reason),)
        return list(listing.paths), listing.problems

    def _egg_parts(
        self, egg_infos: Mapping[str, str], told: Container[tuple[str, str]]
    ) -> Iterator[Part]:
        for egg_info, metadata in egg_infos.items():
            egg = parse_egg(self._read_optional(metadata) or "")
            if egg is None or metadata in self._claimed:
                continue
            # Debian leaves one beside the dist-info of what setuptools did not build.
            if (posixpath.dirname(egg_info), egg.name) not in told:
                yield self._egg_part(egg, egg_info)

    def _egg_part(self, egg: Egg, egg_info: str) -> Part:
        root, installer = posixpath.dirname(egg_info), Installer.PIP
        if is_egg(egg_info):
            self._roots.add(root)
            listed = self._starting(f"{root}/")
        elif (text := self._read_optional(f"{egg_info}/installed-files.txt")) is not None:
            named = (_join(egg_info, line) for line in text.splitlines() if line.strip())
            listed = [path for path in named if path in self._members]
        else:
            listed = self._list_packages(egg_info, egg.name, root)
            if f"{egg_info}/top_level.txt" not in self._members:
                installer = Installer.NOBODY  # pip refuses to replace it: it guesses no packages
        listed = self._claim(listed)
        self._claimed.update(self._starting(egg_info))
        return Part(
            name=egg.name,
            version=egg.version,
            installer=installer,
            root=root,
            paths=self._as_in_wheel(listed, root=root, data=f"{egg.name}-{egg.version}.data"),
        )

    def _list_packages(self, info: str, name: str, root: str) -> list[str]:
        """Return the files of the packages at the root that no other distribution shares.

        That is a guess, which only so many make of the same files.
        """
        tops = find_top_level(self._read_optional(f"{info}/top_level.txt"), name)
        tops -= set((self._read_optional(f"{info}/namespace_packages.txt") or "").split())
        listed: list[str] = []
        for place in sorted(posixpath.join(root, top) for top in tops if "/" not in top):
            self._guesses[place] += 1
            if self._guesses[place] <= _MOST_GUESSES:
                listed += [place] if place in self._members else []
                listed += [*self._starting(f"{place}."), *self._starting(f"{place}/")]
        return listed

    def _starting(self, start: str) -> list[str]:
        """Return the files whose paths begin so.

        A hostile tree may have thousands of distributions that each ask.
        """
        first = bisect_left(self._sorted, start)
        return self._sorted[first : bisect_left(self._sorted, start + _LAST_CHARACTER, first)]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._members)

    # What is left.

    def _unclaimed_parts(self) -> Iterator[Part]:
        by_root: dict[str, list[str]] = defaultdict(list)
        for path in self._members:
            if path in self._claimed:
                continue
            root = self._root_of(path)
            if root or self._scope.everything:
                by_root[root].append(path)
        for root, paths in sorted(by_root.items()):
            yield Part(
                name="", root=root, paths=self._as_in_wheel(paths, root=root, data="files.data")
            )

    def _as_in_wheel(self, paths: Sequence[str], *, root: str, data: str) -> dict[str, str]:
        """Return the paths by their paths in a wheel.

        Files that decide how modules are imported are left out of a part without native modules.
        """
        if not any(self._members[path].size_bytes for path in paths if _IN_DIST_INFO not in path):
            paths = [path for path in paths if not path.endswith(".py")]
        return _as_in_wheel(paths, root=root, data=data)

    def _root_of(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        while folder and folder not in self._roots:
            folder = folder.rpartition("/")[0]
        return folder

    def _read(self, path: str) -> str:
        return read_text(self._tree, path)

    def _read_optional(self, path: str) -> str | None:
        try:
            return self._read(path) if path in self._members else None
        except WheelUnreadableError:
            return None


def _iter_folders(paths: Iterable[str]) -> Iterator[str]:
    """Yield every folder above the paths, once."""
    seen: set[str] = set()
    for lowest in {path.rpartition("/")[0] for path in paths}:
        folder = lowest
        while folder and folder not in seen:
            seen.add(folder)
            yield folder
            folder = folder.rpartition("/")[0]


def _as_in_wheel(paths: Iterable[str], *, root: str, data: str) -> dict[str, str]:
    """Return the paths by their paths in a wheel.

    Files outside the import root came from the wheel's `.data` folder (wheel format, §the .data
    directory).
    """
    start = f"{root}/" if root else ""
    mapped: dict[str, str] = {}
    for path in paths:
        if path.startswith(start):
            mapped[path[len(start) :]] = path
        else:
            folder, name = posixpath.split(path)
            is_script = posixpath.basename(folder) in _SCRIPT_FOLDERS
            mapped[f"{data}/scripts/{name}" if is_script else f"{data}/data/{path}"] = path
    return mapped


def _join(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path.strip().replace("\\", "/")))


def _name_of(path: str) -> str:
    return posixpath.basename(path).removesuffix(".json")
