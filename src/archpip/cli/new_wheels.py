"""Write a fused or thinned wheel into a folder, without replacing others by accident."""

import filecmp
from collections.abc import Callable
from pathlib import Path

from archpip.cli.files import writing_into
from archpip.cli.terminal import Terminal
from archpip.errors import UsageError
from archpip.owned_folders import owned_folder
from archpip.reachable import is_file


class WheelExistsError(UsageError):
    """A wheel of the same name already exists in the current folder."""

    code = "wheel-exists"

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"The current folder already has a {self.name}, which was not replaced"

    @property
    def hint(self) -> str:
        """Say how to have both, or the new one."""
        return "Name a folder for the new wheel with `-o FOLDER`; `-o .` replaces what is here."


class FolderIsWheelError(UsageError):
    """The folder for a new wheel has a wheel's name."""

    code = "folder-is-wheel"

    def __init__(self, *, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"-o takes a folder, and {self.folder} is the name of a wheel"

    @property
    def hint(self) -> str:
        """Say who names the wheel."""
        return "The new wheel's own name follows from its content."


def place_wheel(make: Callable[[Path], Path], folder: Path | None, terminal: Terminal) -> Path:
    """Make a wheel, and move it into a folder atomically.

    The current folder often holds the source wheels, and perhaps the publisher's own: nothing is
    replaced there. In a folder that the user named, another wheel is replaced, with a remark.

    Args:
        make: Writes the wheel into the given folder, and returns its path.
        folder: Created if missing; `None` for the current one.
        terminal: Shows the remark.

    Raises:
        FolderIsWheelError: The folder has a wheel's name.
        WheelExistsError: No folder was named, and the current one has another wheel of that name.
        OutputFileError: The folder cannot be written into.
    """
    if folder is not None and folder.suffix == ".whl":
        raise FolderIsWheelError(folder=folder)
    aim = folder or Path()
    with writing_into(aim), owned_folder(".archpip-", aim) as beside:
        made = make(beside)
        path = aim / made.name
        differs = is_file(path) and not filecmp.cmp(made, path, shallow=False)
        if differs and folder is None:
            raise WheelExistsError(name=path.name)
        made.replace(path)
    if differs:
        terminal.remark(f"Another {path.name} was there, and is replaced")
    return path
