"""Install into a folder for a machine that need not be this one.

The layout is that of `pip install --target`: packages at the top, scripts in `bin`. Nothing is
compiled, since the bytecode would be this interpreter's and not the target's. Everything is
unpacked beside the folder first, and moved into it at the end (`folder_changes.py`).
"""

import csv
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree

from packaging.utils import NormalizedName

from archpip.installing.errors import FolderUnwritableError
from archpip.installing.folder_changes import change_folder, make_folders
from archpip.installing.installed import read_installed
from archpip.installing.model import InstalledDistribution, VerifiedWheel
from archpip.installing.unpacking import unpack_wheel
from archpip.owned_folders import owned_folder
from archpip.reachable import is_folder, is_there
from archpip.targets import Target


def install_into_folder(
    wheels: Iterable[VerifiedWheel],
    folder: Path,
    *,
    target: Target,
    upgrade: bool = False,
) -> None:
    """Install wheels into a folder, which is created if needed.

    Either all of them are in the folder afterwards, or it is unchanged, even if interrupted. A
    wheel whose exact files are there already is left alone.

    Args:
        wheels: The wheels to install; at most one per project. Each is unpacked as it comes, so
            that the next ones may be downloaded meanwhile.
        folder: The folder, as for pip's `--target`.
        target: The machine that will run it, which decides the kind of launchers.
        upgrade: Whether to replace other versions of the same projects, and conflicting files.

    Raises:
        ChangedWheelError: A wheel's bytes are not those that were verified.
        FolderOccupiedError: Something would be overwritten, and `upgrade` does not allow it.
        FolderUnwritableError: The folder cannot be written.
        UninstallableWheelError: No installer would take a wheel.
        UnremovableDistributionError: What would be replaced does not say which files it has.
    """
    folder = folder.absolute()
    try:
        with (
            _parents_of(folder),
            owned_folder(f".{folder.name}-archpip-new-", _find_room(folder)) as beside,
            _place_for_old_files(beside, folder) as removed,
        ):
            unpacked = beside / "new"
            unpacked.mkdir()
            names = _unpack_missing(wheels, unpacked, present=folder, target=target)
            if names:
                change_folder(
                    folder,
                    unpacked,
                    removed=removed,
                    names=names,
                    upgrade=upgrade,
                )
    except OSError as error:
        raise FolderUnwritableError(folder=folder, reason=error.strerror or str(error)) from error


@contextmanager
def _place_for_old_files(beside: Path, folder: Path) -> Iterator[Path]:
    """Return a path for what is replaced, and delete what is there in the end.

    That is no owned folder: what is left there by a process that was killed is the user's.
    """
    place = beside.with_name(f".{folder.name}-archpip-old-{beside.name.rpartition('-')[2]}")
    yield place
    rmtree(place, ignore_errors=True)


@contextmanager
def _parents_of(folder: Path) -> Iterator[None]:
    """Create the folders that hold a folder, and take them away again if it was not made."""
    made = make_folders(folder.parent)
    try:
        yield
    finally:
        if not is_there(folder):
            with suppress(OSError):  # another process has put something there
                for each in reversed(made):
                    each.rmdir()


def _unpack_missing(
    wheels: Iterable[VerifiedWheel], unpacked: Path, *, present: Path, target: Target
) -> frozenset[NormalizedName]:
    """Unpack the wheels whose files are not in the folder; return their projects' names."""
    installed = {each.name: each for each in read_installed([present])}
    names = set()
    for wheel in wheels:
        name = wheel.pin.name
        if name not in installed or not _is_there(wheel, installed[name]):
            unpack_wheel(wheel, unpacked, target)
            names.add(name)
    return frozenset(names)


def _find_room(folder: Path) -> Path:
    """Return where to unpack: on the folder's file system, so that moving is renaming.

    That is beside the folder; in it, where it is a volume (`docker run -v`), or the only place that
    may be written to.
    """
    beside = folder.parent
    if not is_folder(folder):
        return beside
    is_volume = folder.stat().st_dev != beside.stat().st_dev
    return folder if is_volume or not os.access(beside, os.W_OK | os.X_OK) else beside


def _is_there(wheel: VerifiedWheel, installed: InstalledDistribution) -> bool:
    """Return whether a folder holds every file that a wheel's RECORD lists, with its hash.

    The version alone is not enough: the folder may have been filled for another machine.
    """
    if wheel.pin.version != installed.version:
        return False
    with zipfile.ZipFile(wheel.path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]
        listed = archive.read(names[0]).decode("utf-8", "replace") if names else ""
    try:
        recorded = (installed.info / "RECORD").read_text(encoding="utf-8")
        wanted = {tuple(row) for row in csv.reader(listed.splitlines()) if row and row[1:2] != [""]}
        found = {tuple(row) for row in csv.reader(recorded.splitlines())}
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    # Files in `.data` are moved when installed, and scripts are rewritten.
    wanted = {row for row in wanted if ".data" not in row[0].partition("/")[0]}
    return (
        bool(wanted)
        and wanted <= found
        and all((installed.folder / row[0]).is_file() for row in wanted)
    )
