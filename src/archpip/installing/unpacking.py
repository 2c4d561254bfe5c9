"""Unpack one wheel into a folder for any machine, through the `installer` library.

`installer` decides where each file goes and what a launcher looks like. What costs time is done
here: each member is inflated, hashed and written at once, and each folder is made once.
"""

import configparser
import io
import os
import posixpath
import re
import stat
import warnings
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, cast

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.exceptions import InstallerError
from installer.records import Hash, RecordEntry
from installer.scripts import Script
from installer.sources import WheelContentElement, WheelFile
from installer.utils import Scheme, make_file_executable

from archpip.architecture import Architecture, OperatingSystem
from archpip.foreign_archives import DAMAGED_ARCHIVE
from archpip.installing.errors import UninstallableWheelError
from archpip.installing.model import VerifiedWheel
from archpip.installing.records import direct_url_json, encode_digest
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

_MOST_AT_ONCE = 16 * 1024 * 1024
"""Members with more bytes are inflated in pieces: CUDA libraries have 2 GB."""

_SCRIPT_GROUPS = ("console_scripts", "gui_scripts")
_ENTRY_POINT = re.compile(r"[\w.]+\s*:\s*[\w.]+\s*(\[.*\])?\s*", re.ASCII)
"""A module and a function in it, as a launcher needs both."""

_REFUSALS: tuple[type[Exception], ...] = (
    *DAMAGED_ARCHIVE,
    InstallerError,
    RuntimeError,
    ValueError,
)
"""What `installer` and `zipfile` raise for a wheel's content."""


def unpack_wheel(wheel: VerifiedWheel, folder: Path, target: Target) -> None:
    """Unpack a wheel into a folder, in the layout of `pip install --target`.

    Raises:
        ChangedWheelError: Its bytes are not those that were verified.
        UninstallableWheelError: Its RECORD, its entry points or its layout are against the
            specification, so that no installer would take it.
        OSError: A file cannot be written.
    """
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
            try:
                source = _Source(archive, marks)
                source.check()
                install(source, _destination(folder, wheel, target), marks)
            except _REFUSALS as error:
                # `installer` puts its own source object before the sentence.
                reason = str(error.args[-1] if error.args else error)
                raise UninstallableWheelError(filename=wheel.path.name, reason=reason) from error


class _Source(WheelFile):
    """A wheel whose small members are inflated at once, and which brings none of our marks."""

    def __init__(self, archive: zipfile.ZipFile, marks: dict[str, bytes]) -> None:
        super().__init__(archive)
        self._archive = archive
        self._ours = {f"{self.dist_info_dir}/{name}" for name in marks}

    def check(self) -> None:
        """Check what `installer` takes for granted.

        Raises:
            ValueError: There is no RECORD, or the entry points make no launchers.
        """
        names = self.dist_info_filenames
        for needed in ("WHEEL", "RECORD"):
            if needed not in names:
                raise ValueError(f"it has no {needed} file")
        if "entry_points.txt" in names:
            _check_entry_points(self.read_dist_info("entry_points.txt"))

    @property
    def dist_info_filenames(self) -> list[str]:
        """The names of the files in the dist-info folder."""
        start = f"{self.dist_info_dir}/"
        return [
            name.removeprefix(start)
            for name in self._archive.namelist()
            if name.startswith(start) and not name.endswith("/")
        ]

    def get_contents(self) -> Iterator[WheelContentElement]:
        """Return every file. Its RECORD is not read: a new one is made from the bytes.

        Raises:
            ValueError: Installers do not agree where one of them belongs.
        """
        for member in self._archive.infolist():
            name = member.filename
            if name.endswith("/") or name in self._ours:
                continue
            if "./" in name:
                name = _without_dots(name)
            mode = member.external_attr >> 16
            is_executable = stat.S_ISREG(mode) and bool(mode & 0o111)  # as in pip
            if member.file_size > _MOST_AT_ONCE:
                with self._archive.open(member) as stream:
                    yield (name, "", ""), cast("BinaryIO", stream), is_executable
            else:
                yield (name, "", ""), io.BytesIO(self._archive.read(member)), is_executable


def _without_dots(path: str) -> str:
    """Return a path without its parts `.`, unless that shows a folder with a meaning of its own.

    `installer` would look for the start of such a path without end.
    """
    plain = posixpath.normpath(path)
    if path.startswith(".") and plain.partition("/")[0].endswith((".data", ".dist-info")):
        raise ValueError(f"installers do not agree where {path} belongs")
    return plain


def _check_entry_points(text: str) -> None:
    """Check that each script is a module and a function.

    Source: https://packaging.python.org/en/latest/specifications/entry-points/#file-format
    """
    parser = configparser.RawConfigParser(delimiters="=")
    try:
        parser.read_string(text, source="entry_points.txt")
    except configparser.Error as error:
        sentence = " ".join(str(error).split())
        raise ValueError(f"its entry points cannot be read: {sentence}") from error
    for group in _SCRIPT_GROUPS:
        for name, value in parser.items(group) if parser.has_section(group) else ():
            if not _ENTRY_POINT.fullmatch(value):
                raise ValueError(f"its script '{name} = {value}' names no function of a module")


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

    _made: str = ""
    """The folder that was made last: a wheel's files stand together."""

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

    def write_to_fs(
        self,
        scheme: Scheme,
        path: str,
        stream: BinaryIO,
        is_executable: bool,  # noqa: FBT001 -- as `installer` has it
    ) -> RecordEntry:
        """Write a file, and return its row of RECORD.

        Raises:
            ValueError: The path leads out of the folder, or another wheel has a file where this
                one has a folder.
        """
        root = self.scheme_dict[scheme]
        # Strings: a `Path` for each of 20,000 files took a second.
        written = os.path.normpath(os.path.join(root, path))  # noqa: PTH118
        if not written.startswith(root + os.sep):
            raise ValueError(f"{path} would be written outside of the folder")
        try:
            hashed, size = self._write(written, stream)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise ValueError(
                f"{path} is in the way of what another wheel brought, or that in its way"
            ) from error
        if is_executable:
            make_file_executable(Path(written))
        return RecordEntry(path, Hash("sha256", encode_digest(hashed)), size)

    def _write(self, path: str, stream: BinaryIO) -> tuple[bytes, int]:
        """Write a file and its folder; return the sha256 and the size in bytes."""
        parent = path.rpartition(os.sep)[0]
        if parent != self._made:
            Path(parent).mkdir(parents=True, exist_ok=True)
            self._made = parent
        hashed, size = sha256(), 0
        with open(path, "wb") as file:  # noqa: PTH123
            while content := stream.read(_MOST_AT_ONCE):
                hashed.update(content)
                size += file.write(content)
        return hashed.digest(), size
