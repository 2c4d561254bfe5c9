"""Install into a folder for a machine that need not be this one.

The layout is that of `pip install --target`: packages at the top, scripts in `bin`. Nothing is
compiled, since the bytecode would be this interpreter's and not the target's. Everything is
unpacked beside the folder first, and moved into it at the end (`folder_changes.py`).
"""

import csv
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from archpip.installing.errors import FolderUnwritableError
from archpip.installing.folder_changes import change_folder
from archpip.installing.installed import read_installed
from archpip.installing.model import InstalledDistribution, VerifiedWheel
from archpip.installing.unpacking import unpack_wheel
from archpip.reachable import is_folder
from archpip.targets import Target


def install_into_folder(
    wheels: Sequence[VerifiedWheel],
    folder: Path,
    *,
    target: Target,
    upgrade: bool = False,
) -> None:
    """Install wheels into a folder, which is created if needed.

    Either all of them are in the folder afterwards, or it is unchanged, even if interrupted. A
    wheel whose exact files are there already is left alone.

    Args:
        wheels: The wheels to install; at most one per project.
        folder: The folder, as for pip's `--target`.
        target: The machine that will run it, which decides the kind of launchers.
        upgrade: Whether to replace other versions of the same projects, and conflicting files.

    Raises:
        ChangedWheelError: A wheel's bytes are not those that were verified.
        FolderOccupiedError: Something would be overwritten, and `upgrade` does not allow it.
        FolderUnwritableError: The folder cannot be written.
        UninstallableWheelError: No installer would take a wheel.
    """
    folder = folder.absolute()
    try:
        present = {each.name: each for each in read_installed([folder])}
        wheels = [
            wheel
            for wheel in wheels
            if wheel.pin.name not in present or not _is_there(wheel, present[wheel.pin.name])
        ]
        if not wheels:
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{folder.name}-archpip-"
        with TemporaryDirectory(prefix=prefix, dir=_find_room(folder)) as beside:
            unpacked = Path(beside, "new")
            unpacked.mkdir()
            for wheel in wheels:
                unpack_wheel(wheel, unpacked, target)
            change_folder(
                folder,
                unpacked,
                removed=Path(beside, "old"),
                names={wheel.pin.name for wheel in wheels},
                upgrade=upgrade,
            )
    except OSError as error:
        raise FolderUnwritableError(folder=folder, reason=error.strerror or str(error)) from error


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
        recorded = (installed.dist_info / "RECORD").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    # Files in `.data` are moved when installed, and scripts are rewritten.
    wanted = {tuple(row) for row in csv.reader(listed.splitlines()) if row and row[1:2] != [""]}
    wanted = {row for row in wanted if ".data" not in row[0].partition("/")[0]}
    found = {tuple(row) for row in csv.reader(recorded.splitlines())}
    return (
        bool(wanted)
        and wanted <= found
        and all((installed.folder / row[0]).is_file() for row in wanted)
    )
