"""The store of toolchains: one folder each, added atomically, with a `toolchain.json`."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from archpip.builds.errors import InvalidToolchainError, UnknownToolchainError
from archpip.builds.model import IndexOptions
from archpip.builds.plan import Zig
from archpip.builds.processes import CommandRunner, Deadline
from archpip.builds.toolchains.debian import DEBIAN_MIRROR, DebianWorkshop
from archpip.builds.toolchains.model import Toolchain, toolchain_from_table, toolchain_to_table
from archpip.builds.toolchains.recipes import debian_recipe
from archpip.builds.toolchains.zig import ZIG_NAME, find_zig, install_zig
from archpip.owned_folders import owned_folder
from archpip.reachable import find_beneath
from archpip.targets import Target

_FILE = "toolchain.json"


class ShelvedToolchain(Struct, frozen=True, kw_only=True):
    """One toolchain as `archpip toolchain list` shows it."""

    name: str
    """The name for `remove`: `linux-aarch64-py3.11`, `zig`."""
    description: str
    folder: Path
    size_bytes: int


class ToolchainShelf:
    """The toolchains of one user. A toolchain becomes visible only once it is complete."""

    def __init__(self, folder: Path, *, log_folder: Path, environment: Mapping[str, str]) -> None:
        """Store the folders for toolchains and logs, and the variables that commands inherit."""
        self._folder = folder
        self._log_folder = log_folder
        self._environment = environment

    def toolchains(self, name: str | None = None) -> tuple[Toolchain, ...]:
        """Return the installed toolchains by name: all, or those that `remove` would take.

        Raises:
            InvalidToolchainError: A description is malformed.
        """
        return tuple(_read(p) for p in self._descriptions() if _is_named(name, p.parent.name))

    def zig(self) -> Zig | None:
        """Return zig, if it is installed."""
        return find_zig(self._folder / ZIG_NAME)

    def entries(self, name: str | None = None) -> tuple[ShelvedToolchain, ...]:
        """Return the same for display, and zig."""
        found = [
            ShelvedToolchain(
                name=path.parent.name,
                description=_read(path).origin,
                folder=path.parent,
                size_bytes=_size(path.parent),
            )
            for path in self._descriptions()
            if _is_named(name, path.parent.name)
        ]
        zig = self.zig()
        if zig is not None and _is_named(name, ZIG_NAME):
            folder = self._folder / ZIG_NAME
            description = f"zig {zig.version}"
            found.append(
                ShelvedToolchain(
                    name=ZIG_NAME, description=description, folder=folder, size_bytes=_size(folder)
                )
            )
        return tuple(found)

    def add_debian(
        self,
        target: Target,
        host: Target,
        *,
        more_packages: tuple[str, ...] = (),
        mirror: str = DEBIAN_MIRROR,
        on_step: Callable[[str], None] = lambda _: None,
    ) -> Toolchain:
        """Make a toolchain for a Linux target from Debian's packages, replacing an earlier one.

        Raises:
            ToolchainFailedError: Debian has none for it, or it could not be made here.
        """
        recipe = debian_recipe(target, host, more_packages=more_packages)
        name = f"{target.name}-py{target.python.short_version}"
        final = self._folder / name
        log = self._fresh_log(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        with owned_folder(".new-", self._folder) as scratch:
            folder = scratch / name
            folder.mkdir()
            toolchain = DebianWorkshop(
                recipe,
                folder=folder,
                final_folder=final,
                environment=self._environment,
                runner=CommandRunner(log=log, deadline=Deadline(None)),
                log=log,
                mirror=mirror,
                on_step=on_step,
            ).make()
            text = json.dumps(toolchain_to_table(toolchain), indent=2) + "\n"
            (folder / _FILE).write_text(text, encoding="utf-8")
            self._put(folder, final)
        log.unlink(missing_ok=True)
        return toolchain

    def add_zig(self, *, indexes: IndexOptions | None = None, requirement: str = "ziglang") -> Zig:
        """Install zig from the package index, replacing an earlier one.

        Raises:
            ToolchainFailedError: It cannot be installed.
        """
        log = self._fresh_log(ZIG_NAME)
        self._folder.mkdir(parents=True, exist_ok=True)
        with owned_folder(".new-", self._folder) as scratch:
            folder = scratch / ZIG_NAME
            install_zig(
                folder,
                requirement=requirement,
                indexes=indexes,
                environment=self._environment,
                runner=CommandRunner(log=log, deadline=Deadline(None)),
                log=log,
            )
            self._put(folder, self._folder / ZIG_NAME)
        log.unlink(missing_ok=True)
        zig = self.zig()
        if zig is None:
            raise UnknownToolchainError(name=ZIG_NAME, known=self.names())
        return zig

    def remove(self, name: str) -> tuple[str, ...]:
        """Remove a toolchain, or all for a target's name; return the names that are gone.

        Raises:
            UnknownToolchainError: There is none of that name.
        """
        gone = [known for known in self.names() if _is_named(name, known)]
        if not gone:
            raise UnknownToolchainError(name=name, known=self.names())
        for known in gone:
            shutil.rmtree(self._folder / known)
        return tuple(gone)

    def names(self) -> tuple[str, ...]:
        """Return the name of everything that is installed."""
        # Unread, for a malformed one has to be removed as well.
        names = (path.parent.name for path in self._descriptions())
        return (*names, ZIG_NAME) if self.zig() else tuple(names)

    def _descriptions(self) -> tuple[Path, ...]:
        return find_beneath(self._folder, f"*/{_FILE}")

    def _put(self, folder: Path, final: Path) -> None:
        """Move a complete folder to its final path, removing an earlier one first."""
        if final.exists():
            shutil.rmtree(final)
        folder.rename(final)

    def _fresh_log(self, name: str) -> Path:
        self._log_folder.mkdir(parents=True, exist_ok=True)
        log = self._log_folder / f"toolchain-{name}.log"
        log.unlink(missing_ok=True)
        return log


def _is_named(name: str | None, known: str) -> bool:
    """Whether a toolchain is meant: by its own name, by its target's, or as one of all."""
    return name is None or known == name or known.startswith(f"{name}-py")


def _read(path: Path) -> Toolchain:
    name = path.parent.name
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidToolchainError(name=name, problems=(str(error),)) from error
    if not isinstance(table, dict):
        raise InvalidToolchainError(name=name, problems=("it is not a table",))
    return toolchain_from_table(name.rpartition("-py")[0] or name, table)


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
