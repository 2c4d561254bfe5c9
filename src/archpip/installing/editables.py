"""Editable installs: run pip with a folder or repository in place.

Everything else is installed from verified wheels. Sources that will be edited cannot be verified;
their dependencies were resolved and verified like all others, so pip installs only the editables
themselves. It builds them with their build requirements, from the user's own indexes.

Source: PEP 660.
"""

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from archpip.installing.errors import EditableFolderError
from archpip.installing.into_environment import (
    Environment,
    InstallerOptions,
    pip_install_command,
)
from archpip.installing.running import run_installer
from archpip.owned_folders import owned_folder
from archpip.resolution import LinkKind, Pin


class EditableOptions(Struct, frozen=True, kw_only=True):
    """How editable projects are built, and where repositories are cloned."""

    indexes: Mapping[str, str]
    """Variables that make pip take build requirements from the user's indexes."""
    repositories: Path | None = None
    """pip's `--src`; `None` leaves it to pip: `src` in the environment."""
    build_isolation: bool = True


def install_editables(
    pins: Iterable[Pin],
    environment: Environment,
    options: InstallerOptions,
    editable: EditableOptions,
) -> None:
    """Have pip install projects as editable, without their dependencies.

    Raises:
        InstallFailedError: pip failed; carries its message.
    """
    lines = [_requirement(pin) for pin in pins]
    if not lines:
        return
    command = [*pip_install_command(environment, options), "--no-deps"]
    if editable.repositories is not None:
        command.append(f"--src={editable.repositories}")
    if not editable.build_isolation:
        command.append("--no-build-isolation")
    with owned_folder("archpip-install-") as folder:
        requirements = folder / "requirements.txt"
        # A file, since a repository's URL may hold a password that `ps` would show.
        requirements.write_text("".join(lines), encoding="utf-8")
        command += ["-r", str(requirements)]
        run_installer(command, options.variables, more=editable.indexes)


def refuse_editables(pins: Iterable[Pin]) -> None:
    """Refuse editables for `--target`: Python does not process `.pth` files in such a folder.

    Raises:
        EditableFolderError: A pin is editable.
    """
    names = tuple(pin.name for pin in pins if pin.editable)
    if names:
        raise EditableFolderError(names=names)


def _requirement(pin: Pin) -> str:
    fragment = f"#egg={pin.name}"
    if pin.subdirectory:
        fragment += f"&subdirectory={pin.subdirectory}"
    revision = f"@{pin.revision}" if pin.revision and pin.kind is LinkKind.VCS else ""
    words = ["-e", shlex.quote(f"{pin.link.url}{revision}{fragment}")]
    for key, value in pin.config_settings:
        words.append(f"--config-settings={shlex.quote(f'{key}={value}')}")
    return " ".join(words) + "\n"
