"""Replace a folder's files by others, all or nothing.

Every step is a rename within one file system and can be undone. A process killed between two
renames cannot undo them: then the removed files are still beside the folder.
"""

import csv
import posixpath
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

from packaging.utils import NormalizedName

from archpip.installing.eggs import find_egg_files, is_egg_info
from archpip.installing.errors import (
    FolderOccupiedError,
    FolderUnwritableError,
    UnremovableDistributionError,
)
from archpip.installing.installed import read_installed
from archpip.installing.model import InstalledDistribution
from archpip.reachable import is_file, is_folder, is_there


def change_folder(
    folder: Path,
    unpacked: Path,
    *,
    removed: Path,
    names: AbstractSet[NormalizedName],
    upgrade: bool,
) -> None:
    """Move the files of `unpacked` into `folder`, replacing the named projects.

    Args:
        folder: The folder to change; it need not exist.
        unpacked: Holds the new files, on the same file system. It is empty or gone afterwards.
        removed: A path on the same file system for removed files; it must not exist yet.
        names: The projects whose installed files are removed first.
        upgrade: Whether anything may be removed or overwritten.

    Raises:
        FolderOccupiedError: Something would be, but `upgrade` is false. Nothing has changed.
        FolderUnwritableError: It would be where a link leads out of the folder. Nothing has
            changed.
        UnremovableDistributionError: A project does not say which files it has. Nothing has
            changed.
        OSError: A file cannot be moved. Nothing has changed.
    """
    if not is_there(folder):
        unpacked.rename(folder)
        return
    replaced = [each for each in read_installed([folder]) if each.name in names]
    new = sorted(_files(unpacked))
    recorded = {path for each in replaced for path in _recorded_files(each, folder)}
    old = _select_own(recorded, folder)
    in_the_way = [path for path in new if path not in old and _is_there(folder / path)]
    if not upgrade and (replaced or in_the_way):
        occupied = [f"{each.name} {each.version}" for each in replaced]
        occupied += [str(path) for path in in_the_way]
        raise FolderOccupiedError(folder=folder, occupied=tuple(occupied))
    if led_out := {*in_the_way} - _select_own({*in_the_way}, folder):
        reason = f"{min(led_out)} is outside of it, where a link leads"
        raise FolderUnwritableError(folder=folder, reason=reason)
    moves = [(folder / path, removed / path) for path in sorted({*old, *in_the_way})]
    moves += [(unpacked / path, folder / path) for path in new]
    _move_all_or_nothing(moves)
    _remove_empty_folders(folder, old)


def _select_own(paths: AbstractSet[PurePosixPath], folder: Path) -> AbstractSet[PurePosixPath]:
    """Return the paths that are in a folder itself: not those where a link in it leads out.

    A user may have linked a package's sources in its place.
    """
    top = folder.resolve()
    parents = {path.parent for path in paths}
    own = {each for each in parents if (folder / each).resolve().is_relative_to(top)}
    return {path for path in paths if path.parent in own}


def _move_all_or_nothing(moves: list[tuple[Path, Path]]) -> None:
    done: list[tuple[Path, Path]] = []
    made: list[Path] = []
    try:
        for source, destination in moves:
            made += make_folders(destination.parent)
            _move(source, destination)
            done.append((source, destination))
    except BaseException:
        for source, destination in reversed(done):
            destination.rename(source)
        for folder in reversed(made):
            folder.rmdir()
        raise


def _move(source: Path, destination: Path) -> None:
    source.rename(destination)


def make_folders(folder: Path) -> list[Path]:
    """Create a folder and its parents; return the created ones, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not is_there(path)]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _files(folder: Path) -> Iterator[PurePosixPath]:
    """Return every file below a folder, relative to it."""
    for path in folder.rglob("*"):
        if not is_folder(path):
            yield PurePosixPath(path.relative_to(folder))


def _recorded_files(distribution: InstalledDistribution, folder: Path) -> Iterator[PurePosixPath]:
    """Return the existing files of a distribution, relative to the folder.

    RECORD is untrusted input: paths that lead out of the folder are ignored.
    """
    yield from _below(distribution.info, folder)
    for written in _list_files(distribution):
        path = PurePosixPath(posixpath.normpath(written))
        if path.is_absolute() or ".." in path.parts or path == PurePosixPath():
            continue
        yield from _with_bytecode(path, folder)


def _list_files(distribution: InstalledDistribution) -> Iterator[PurePosixPath]:
    """Return the files that a distribution lists as its own, as it writes them.

    Raises:
        UnremovableDistributionError: It is an egg-info that lists none, or its RECORD is damaged.
    """
    if is_egg_info(distribution.info):
        yield from find_egg_files(distribution.name, distribution.info)
        return
    record = distribution.info / "RECORD"
    if is_file(record):
        text = record.read_text(encoding="utf-8", errors="surrogateescape")
        try:
            rows = list(csv.reader(text.splitlines()))
        except csv.Error as error:
            raise UnremovableDistributionError(
                name=distribution.name, info=distribution.info
            ) from error
        yield from (PurePosixPath(row[0] if row else "") for row in rows)


def _below(part: Path, folder: Path) -> Iterator[PurePosixPath]:
    return (PurePosixPath(part.relative_to(folder), path) for path in _files(part))


def _with_bytecode(path: PurePosixPath, folder: Path) -> Iterator[PurePosixPath]:
    """Return a file, if it exists, and the bytecode that interpreters compiled from it."""
    if not _is_there(folder / path):
        return
    yield path
    if path.suffix == ".py":
        for compiled in (folder / path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            yield PurePosixPath(compiled.relative_to(folder))


def _is_there(path: Path) -> bool:
    return path.is_symlink() or is_there(path)


def _remove_empty_folders(folder: Path, removed: AbstractSet[PurePosixPath]) -> None:
    """Remove the folders that held only removed files."""
    parents = {parent for path in removed for parent in path.parents if parent.parts}
    for parent in sorted(parents, key=lambda path: len(path.parts), reverse=True):
        here = folder / parent
        if is_folder(here) and not any(here.iterdir()):
            here.rmdir()
