"""A folder on disk as a tree: links are followed inside it, and out of it where Python would."""

import os
import re
import stat
from functools import cached_property
from operator import itemgetter
from pathlib import Path

from archpip.binaries import FileSource, looks_native
from archpip.environments.model import WHEEL_SUFFIX, ImageFacts
from archpip.printable import spell_bytes
from archpip.reachable import is_there
from archpip.wheels import (
    DATA_SUFFIXES,
    Likelihood,
    Member,
    Problem,
    ProblemKind,
    WheelUnreadableError,
    estimate_likelihood,
    is_native_by_name,
)

MAX_MEMBERS = 1_000_000
"""Most files of one tree; the largest known environments have some 200,000."""

_BLOCK_BYTES = 8 * 1024
_MOST_BLOCKS = 64
"""Blocks cached per file: half a megabyte."""

# Data by their names, but listed all the same: modules and path files, which decide what is
# imported, the formats of records and settings, and wheels.
_READ_SUFFIXES = frozenset(("py", "pth", "txt", "json", "cfg", "whl"))

# Files without a telling suffix that are read for their content.
_RECORD_FOLDERS = (".dist-info", ".egg-info", "EGG-INFO")
_READ_FOR_CONTENT = (".plist", ".egg-info")
"""distutils' egg-info is a file."""

_MAGIC_BYTES = 64

_INTERPRETER = re.compile(r"(?:^|/)bin/(?:python|pypy)[\w.]*$")

# Folders with many files and no installed code.
_VIRTUAL = frozenset(("proc", "sys", "dev"))
"""What the kernel shows at the root (hier(7)): no files, some without an end."""
_PASSED_OVER = frozenset(("__pycache__", ".git", ".hg", ".svn", "node_modules"))


class FileContent(FileSource):
    """One file's bytes, read on demand: its size costs no memory.

    Small reads use cached blocks: headers point to names that lie next to each other.
    """

    def __init__(self, path: str, *, member: str) -> None:
        """Open the file.

        Raises:
            WheelUnreadableError: It cannot be opened, or is no regular file.
        """
        self._member = member
        self._blocks: dict[int, bytes] = {}
        try:
            super().__init__(path)
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error
        # A pipe or device may have taken the file's place since it was listed.
        if not self.is_regular:
            self.close()
            raise self._unreadable("it is no regular file")

    @property
    def at_hand(self) -> bool:
        """Whether every part can be read without delay: always."""
        return True

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes; fewer than `length` only at the end.

        Raises:
            WheelUnreadableError: The file cannot be read.
        """
        number, skipped = divmod(offset, _BLOCK_BYTES)
        try:
            if skipped + length > _BLOCK_BYTES:
                return super().read_at(offset, length)
            block = self._blocks.get(number)
            if block is None:
                if len(self._blocks) >= _MOST_BLOCKS:
                    self._blocks.clear()
                block = super().read_at(number * _BLOCK_BYTES, _BLOCK_BYTES)
                self._blocks[number] = block
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error
        return block[skipped : skipped + length]

    def read_head(self, length: int) -> bytes:
        """Return the first bytes."""
        return self.read_at(0, length)

    def estimate_compressed(self, length: int) -> int:
        """Return `length`: nothing is compressed here."""
        return length

    def _unreadable(self, reason: str) -> WheelUnreadableError:
        return WheelUnreadableError(filename="", member=self._member, reason=reason)


class FolderTree:
    """A `Tree` over a folder.

    Linked folders are not entered: their targets inside the tree are found at their own paths, and
    those outside must not be read. Linked files outside are read where the folder is an environment
    in use, of whose files uv may have made links into its cache; elsewhere, what a folder is copied
    to lacks them. Files that are text or data by name or first bytes, nine of ten,
    are listed only if a record or an import may need them; their size is not read, and given as 0.
    """

    image: ImageFacts | None = None

    def __init__(self, root: Path, *, in_use: bool = False) -> None:
        """Store the folder, which is walked when its members are first needed.

        Args:
            root: The folder.
            in_use: Whether an interpreter reads it where it is.
        """
        self._in_use = in_use
        self._root = f"{root}{os.sep}"
        self._real_root = os.path.realpath(root)
        self._virtual = _VIRTUAL if self._real_root == os.sep else frozenset()
        self._raw: dict[str, str] = {}
        self._problems: list[Problem] = []

    def members(self) -> tuple[Member, ...]:
        """Return regular files, and links to regular files that may be read."""
        return self._members

    def problems(self) -> tuple[Problem, ...]:
        """Return folders that cannot be listed, and native files behind links that lead out."""
        self.members()
        return tuple(self._problems)

    def open(self, path: str) -> FileContent:
        """Open a member.

        Raises:
            WheelUnreadableError: It cannot be opened.
        """
        self.members()
        return FileContent(self._root + self._raw.get(path, path), member=path)

    def close(self) -> None:
        """Do nothing: no file is held."""

    @cached_property
    def _members(self) -> tuple[Member, ...]:
        found: list[Member] = []
        waiting = [""]
        while waiting and len(found) <= MAX_MEMBERS:
            self._list_folder(waiting.pop(), found, waiting)
        if len(found) > MAX_MEMBERS:
            detail = f"more than {MAX_MEMBERS} files; those behind are not read"
            self._note(ProblemKind.TOO_MANY_MEMBERS, None, detail)
            del found[MAX_MEMBERS:]
        found.sort(key=itemgetter(0))
        return tuple(found)

    def _list_folder(self, folder: str, found: list[Member], waiting: list[str]) -> None:
        """Add the files of one folder to `found` and its folders to `waiting`.

        One loop without calls for most files: an environment has tens of thousands.
        """
        try:
            entries = list(os.scandir(self._root + folder))
        except OSError as error:
            reason = error.strerror or str(error)
            self._note(ProblemKind.UNREADABLE_MEMBER, spell_bytes(folder), reason)
            return
        start = f"{folder}/" if folder else ""
        is_record = folder.endswith(_RECORD_FOLDERS)
        for entry in entries:
            name = entry.name
            raw = start + name
            stem, _, suffix = name.rpartition(".")
            # What `is_data_by_name` says of nearly all files, those with a suffix in lower case.
            is_data = suffix in DATA_SUFFIXES and stem and ".so." not in name
            if is_data and entry.is_file(follow_symlinks=False):
                if suffix in _READ_SUFFIXES:
                    path = raw if raw.isascii() else self._remember(raw)
                    found.append(Member(path, 0, 0, False))  # noqa: FBT003 - by name takes longer
            elif entry.is_dir(follow_symlinks=False):
                if name not in _PASSED_OVER and raw not in self._virtual:
                    waiting.append(raw)
            elif (
                not is_record
                and not is_native_by_name(name)
                and not name.endswith(_READ_FOR_CONTENT)
                and entry.is_file(follow_symlinks=False)
                and not _may_be_native(entry.path)
            ):
                continue
            elif (member := self._read_entry(entry, raw)) is not None:
                found.append(member)

    def _read_entry(self, entry: os.DirEntry[str], raw: str) -> Member | None:
        try:
            if entry.is_symlink() and not self._may_follow(entry, raw):
                self._note_link(entry, raw)
                return None
            status = entry.stat()
        except OSError:
            self._note_link(entry, raw)
            return None
        if not stat.S_ISREG(status.st_mode):
            self._note_irregular(raw, status.st_mode)
            return None
        size, executable = status.st_size, bool(status.st_mode & stat.S_IXUSR)
        return Member(self._remember(raw), size, size, executable_bit=executable)

    def _remember(self, raw: str) -> str:
        """Return the display form of a path, and record its name on disk."""
        path = spell_bytes(raw)
        if path != raw:
            self._raw[path] = raw
        return path

    def _may_follow(self, entry: os.DirEntry[str], raw: str) -> bool:
        # The interpreter that an environment was made from is no file of it.
        leads_out = self._in_use and not _INTERPRETER.search(raw)
        return leads_out or self._stays_within(entry)

    def _stays_within(self, entry: os.DirEntry[str]) -> bool:
        real = os.path.realpath(entry.path)
        return real.startswith(f"{self._real_root.rstrip(os.sep)}{os.sep}")

    def _note_irregular(self, raw: str, mode: int) -> None:
        """Record a pipe, socket or device where a module or a record would be."""
        is_record = raw.rpartition("/")[0].endswith(_RECORD_FOLDERS)
        if not stat.S_ISDIR(mode) and (is_record or _promises_code(raw)):
            self._note(ProblemKind.UNREADABLE_MEMBER, spell_bytes(raw), "it is no regular file")

    def _note_link(self, entry: os.DirEntry[str], raw: str) -> None:
        """Record a link that is not followed, if its name promises native code."""
        if not (_promises_code(raw) or raw.endswith(WHEEL_SUFFIX)):
            return
        try:
            aim = str(Path(entry.path).readlink())
        except OSError:
            aim = "?"
        what = "leads out of the audited tree" if is_there(Path(entry.path)) else "leads nowhere"
        detail = f"a link to {spell_bytes(aim)} {what} and is not followed"
        self._note(ProblemKind.UNREADABLE_MEMBER, spell_bytes(raw), detail)

    def _note(self, kind: ProblemKind, member: str | None, detail: str) -> None:
        self._problems.append(Problem(kind=kind, member=member or None, detail=detail))


def _promises_code(raw: str) -> bool:
    member = Member(path=spell_bytes(raw), size_bytes=1, compressed_bytes=1, executable_bit=False)
    return estimate_likelihood(member) is Likelihood.LIKELY


def _may_be_native(path: str) -> bool:
    """Return whether a regular file's first bytes may be native code; true if unreadable.

    An audit reads the start of every file without a telling name, and hardly any is native.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        return looks_native(os.read(descriptor, _MAGIC_BYTES))
    except OSError:
        return True
    finally:
        os.close(descriptor)
