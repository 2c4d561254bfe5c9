"""The toolchain model, and its form as a table (JSON on the shelf, TOML by users)."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.builds.errors import InvalidToolchainError
from archpip.builds.tables import TableReader
from archpip.targets import Target


class CrossPython(Struct, frozen=True, kw_only=True):
    """One Python of a toolchain's sysroot, as this machine sees its files."""

    version: tuple[int, int]
    include_folders: tuple[Path, ...]
    """First the one with `Python.h`, then more that it needs."""
    executable: Path | None = None
    """The target's interpreter, which the emulator can run."""


class Toolchain(Struct, frozen=True, kw_only=True):
    """Compiles and runs code for one kind of machine. Immutable once made."""

    name: str
    """The target's name: `linux-aarch64`."""
    operating_system: OperatingSystem
    architecture: Architecture
    libc: Libc | None
    c: Path
    cxx: Path
    archiver: Path
    ranlib: Path
    strip: Path | None = None
    sysroot: Path
    library_folder: Path
    """The sysroot's main folder of libraries."""
    libc_version: tuple[int, int] | None = None
    """Of the sysroot: what code that it makes may need. `None` where it is not known."""
    floors_folder: Path | None = None
    """The folder of stand-ins for older C libraries; `None` if none may be made."""
    pythons: tuple[CrossPython, ...] = ()
    emulator: tuple[str, ...] = ()
    """A command that is followed by a program of the target."""
    cmake_toolchain_file: Path | None = None
    """The user's own, in place of ours."""
    py_build_cmake_cross_file: Path | None = None
    """The user's own, in place of ours."""
    origin: str = ""
    """Its origin, for messages: `Debian bookworm`."""

    def serves(self, target: Target) -> bool:
        """Whether it makes code for the target's machine; its Python may still be missing."""
        return (
            self.operating_system is target.operating_system
            and (self.architecture,) == target.architectures
            and self.libc is target.libc
        )

    def find_python(self, version: tuple[int, int]) -> CrossPython | None:
        """Return the sysroot's Python of a version, if it has one."""
        return next((python for python in self.pythons if python.version == version), None)


_PATHS = ("c", "cxx", "archiver", "ranlib", "sysroot", "library_folder")
_OPTIONAL_PATHS = ("strip", "floors_folder", "cmake_toolchain_file", "py_build_cmake_cross_file")


def toolchain_to_table(toolchain: Toolchain) -> dict[str, object]:
    """Return the table that `toolchain_from_table` reads back."""
    table: dict[str, object] = {
        "operating-system": toolchain.operating_system.value,
        "architecture": toolchain.architecture.value,
        "emulator": list(toolchain.emulator),
        "origin": toolchain.origin,
        "pythons": [_python_to_table(python) for python in toolchain.pythons],
    }
    if toolchain.libc is not None:
        table["libc"] = toolchain.libc.value
    if toolchain.libc_version is not None:
        table["libc-version"] = ".".join(map(str, toolchain.libc_version))
    for name in (*_PATHS, *_OPTIONAL_PATHS):
        path: Path | None = getattr(toolchain, name)
        if path is not None:
            table[name.replace("_", "-")] = str(path)
    return table


def _python_to_table(python: CrossPython) -> dict[str, object]:
    table: dict[str, object] = {
        "version": f"{python.version[0]}.{python.version[1]}",
        "include-folders": [str(folder) for folder in python.include_folders],
    }
    if python.executable is not None:
        table["executable"] = str(python.executable)
    return table


def toolchain_from_table(name: str, table: Mapping[str, object]) -> Toolchain:
    """Read a toolchain from its table: `[tool.archpip.toolchain.NAME]`, or the shelf's JSON.

    Raises:
        InvalidToolchainError: A key is missing, unknown or of the wrong kind; all are named.
    """
    reader = _Reader(table)
    libc = reader.text("libc", required=False)
    paths = {key: reader.path(key) for key in _PATHS}
    optional = {key: reader.optional_path(key) for key in _OPTIONAL_PATHS}
    system, architecture = reader.text("operating-system"), reader.text("architecture")
    libc_version = reader.version("libc-version", required=False)
    toolchain_pythons = reader.pythons()
    emulator, origin = reader.texts("emulator"), reader.text("origin", required=False)
    if problems := reader.problems():
        raise InvalidToolchainError(name=name, problems=problems)
    try:
        return Toolchain(
            name=name,
            operating_system=OperatingSystem(system),
            architecture=Architecture(architecture),
            libc=Libc(libc) if libc else None,
            pythons=toolchain_pythons,
            emulator=emulator,
            origin=origin,
            c=paths["c"],
            cxx=paths["cxx"],
            archiver=paths["archiver"],
            ranlib=paths["ranlib"],
            sysroot=paths["sysroot"],
            library_folder=paths["library_folder"],
            libc_version=libc_version,
            strip=optional["strip"],
            floors_folder=optional["floors_folder"],
            cmake_toolchain_file=optional["cmake_toolchain_file"],
            py_build_cmake_cross_file=optional["py_build_cmake_cross_file"],
        )
    except ValueError as error:
        raise InvalidToolchainError(name=name, problems=(str(error),)) from error


class _Reader(TableReader):
    """Reads the description of one toolchain, or of one of its Pythons."""

    def text(self, key: str, *, required: bool = True) -> str:
        value = self._rest.pop(key, None if required else "")
        if isinstance(value, str):
            return value
        self._problems.append(f"`{key}` must be a text")
        return ""

    def version(self, key: str, *, required: bool = True) -> tuple[int, int] | None:
        text = self.text(key, required=required)
        major, _, minor = text.partition(".")
        if major.isdecimal() and minor.isdecimal():
            return int(major), int(minor)
        if text:
            self._problems.append(f"`{key}`: {text!r} is not a version like 3.11")
        return None

    def path(self, key: str) -> Path:
        return Path(self.text(key.replace("_", "-")))

    def optional_path(self, key: str) -> Path | None:
        text = self.text(key.replace("_", "-"), required=False)
        return Path(text) if text else None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._rest.pop(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._problems.append(f"`{key}` must be a list of texts")
        return ()

    def pythons(self) -> tuple[CrossPython, ...]:
        value = self._rest.pop("pythons", [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return tuple(self._python(item) for item in value)
        self._problems.append("`pythons` must be a list of tables")
        return ()

    def _python(self, table: Mapping[str, object]) -> CrossPython:
        inner = _Reader(table)
        version, executable = inner.version("version"), inner.optional_path("executable")
        folders = inner.texts("include-folders")
        self._problems += [f"pythons: {problem}" for problem in inner.problems()]
        return CrossPython(
            version=version or (0, 0),
            include_folders=tuple(Path(folder) for folder in folders),
            executable=executable,
        )
