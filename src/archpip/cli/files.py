"""Files that commands write: whole or not at all."""

import os
from pathlib import Path

from archpip.errors import UsageError


class OutputFileError(UsageError):
    """A file that was asked for cannot be written."""

    code = "output-file"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot write {self.path}: {self.reason}. What was there before is as it was."


def write_whole(path: Path, text: str) -> None:
    """Write a file, or leave what is there.

    Raises:
        OutputFileError: The folder is missing, read-only or full.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputFileError(path=path, reason=error.strerror or str(error)) from error
