"""Files that commands read and write: missing ones are reported, writes are atomic."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from archpip.errors import UsageError
from archpip.reachable import is_file, is_there
from archpip.whole_files import write_whole


class OutputFileError(UsageError):
    """An output file cannot be written."""

    code = "output-file"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot write {self.path}: {self.reason}; what was there before is as it was"


def write_output(path: Path, text: str) -> None:
    """Write an output file atomically, or leave the existing one unchanged.

    Raises:
        OutputFileError: The folder is missing, read-only or full.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        raise OutputFileError(path=path, reason=error.strerror or str(error)) from error


class MissingWheelError(UsageError):
    """A wheel on the command line does not exist."""

    code = "missing-wheel"

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"There is no file {self.path}"

    @property
    def hint(self) -> str:
        """Name what fetches one."""
        return "`archpip download NAME -d FOLDER` fetches wheels from an index."


def check_wheels(*paths: Path) -> None:
    """Check that the wheels exist before anything is done with them.

    Raises:
        MissingWheelError: One does not exist.
    """
    for path in paths:
        if not is_file(path):
            raise MissingWheelError(path=path)


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Create a folder, and translate errors of writing into it.

    What is made here and still empty when something goes wrong is removed.

    Raises:
        OutputFileError: It is full, read-only, or a file.
    """
    missing = [each for each in (folder, *folder.parents) if not is_there(each)]
    try:
        with _removing_empty(missing):
            folder.mkdir(parents=True, exist_ok=True)
            yield
    except OSError as error:
        raise OutputFileError(path=folder, reason=error.strerror or str(error)) from error


@contextmanager
def _removing_empty(folders: Sequence[Path]) -> Iterator[None]:
    """Remove folders, the innermost first, where an error or Ctrl-C left nothing in them."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for folder in folders:
                folder.rmdir()
        raise
