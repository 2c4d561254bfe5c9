"""Install into a folder for a machine that need not be this one, through the `installer` library.

The layout is that of `pip install --target`: packages at the top, scripts in `bin`. Nothing is
compiled, since the bytecode would be this interpreter's and not the target's. Everything is
unpacked beside the folder first, and moved into it at the end (`folder_changes.py`).
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.exceptions import InstallerError
from installer.records import RecordEntry
from installer.scripts import Script
from installer.sources import WheelFile
from installer.utils import Scheme

from archpip.architecture import Architecture, OperatingSystem
from archpip.installing.errors import FolderUnwritableError
from archpip.installing.folder_changes import change_folder
from archpip.installing.installed import read_installed
from archpip.installing.model import InstalledDistribution, VerifiedWheel
from archpip.installing.records import direct_url_json
from archpip.installing.staging import check_hash
from archpip.targets import Target

_LauncherKind: TypeAlias = Literal["posix", "win-ia32", "win-amd64", "win-arm64"]

_LAUNCHERS: dict[Architecture, _LauncherKind] = {
    Architecture.X86_64: "win-amd64",
    Architecture.ARM64: "win-arm64",
    Architecture.I686: "win-ia32",
}

# The path of the interpreter on another machine is unknown.
_POSIX_INTERPRETER = "/usr/bin/env python3"
_WINDOWS_INTERPRETER = "python.exe"


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
        FolderUnwritableError: The folder, or a wheel, cannot be written or unpacked.
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
        # Beside the folder: on the same file system, so that moving is renaming.
        with TemporaryDirectory(prefix=f".{folder.name}-archpip-", dir=folder.parent) as beside:
            unpacked = Path(beside, "new")
            unpacked.mkdir()
            for wheel in wheels:
                _unpack(wheel, unpacked, target)
            change_folder(
                folder,
                unpacked,
                removed=Path(beside, "old"),
                names={wheel.pin.name for wheel in wheels},
                upgrade=upgrade,
            )
    except (OSError, InstallerError, zipfile.BadZipFile, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise FolderUnwritableError(folder=folder, reason=reason or str(error)) from error


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


def _unpack(wheel: VerifiedWheel, folder: Path, target: Target) -> None:
    with wheel.path.open("rb") as file:
        check_hash(file, wheel)
        # The archive is read through the same handle whose bytes were hashed.
        with zipfile.ZipFile(file) as archive, warnings.catch_warnings():
            # Bytecode in a wheel is left out on purpose.
            warnings.filterwarnings("ignore", "Skip installing", RuntimeWarning)
            marks = {"INSTALLER": b"archpip\n"}
            if wheel.pin.requested:
                marks["REQUESTED"] = b""
            if direct_url := direct_url_json(wheel):
                marks["direct_url.json"] = direct_url
            install(WheelFile(archive), _destination(folder, wheel, target), marks)


def _destination(folder: Path, wheel: VerifiedWheel, target: Target) -> "_FolderDestination":
    windows = target.operating_system is OperatingSystem.WINDOWS
    schemes = dict.fromkeys(("purelib", "platlib", "data"), str(folder))
    schemes["scripts"] = str(folder / "bin")
    schemes["headers"] = str(folder / "include" / wheel.pin.name)
    return _FolderDestination(
        scheme_dict=schemes,
        interpreter=_WINDOWS_INTERPRETER if windows else _POSIX_INTERPRETER,
        script_kind=_LAUNCHERS[target.architectures[0]] if windows else "posix",
        overwrite_existing=True,  # Two wheels may bring one file, as namespace packages did.
    )


class _FolderDestination(SchemeDictionaryDestination):
    """A folder whose launchers find the interpreter on PATH of the machine they run on."""

    def write_script(
        self, name: str, module: str, attr: str, section: Literal["console", "gui"]
    ) -> RecordEntry:
        script = Script(name, module, attr, section)
        if self.script_kind == "posix":
            # `installer` would quote `/usr/bin/env python3` as one path with a space in it.
            name, content = script.generate("python", "posix")
            content = content.replace(b"#!python\n", f"#!{self.interpreter}\n".encode(), 1)
        else:
            name, content = script.generate(self.interpreter, self.script_kind)
        with io.BytesIO(content) as stream:
            return self.write_to_fs(Scheme("scripts"), name, stream, is_executable=True)
