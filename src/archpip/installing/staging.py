"""Collect verified wheels in one folder, and check that their bytes are the verified ones."""

import hashlib
import io
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from archpip.installing.errors import ChangedWheelError
from archpip.installing.model import VerifiedWheel


def stage(wheels: Iterable[VerifiedWheel], folder: Path) -> None:
    """Put wheels into one folder under their own names, and check their hashes.

    Wheels are hard-linked if possible, and copied from another file system.

    Raises:
        ChangedWheelError: A wheel's bytes are not those that were verified.
    """
    for wheel in wheels:
        staged = folder / wheel.path.name
        try:
            os.link(wheel.path, staged)
        except OSError:
            shutil.copyfile(wheel.path, staged)
        with staged.open("rb") as file:
            check_hash(file, wheel)


def check_hash(file: io.BufferedReader, wheel: VerifiedWheel) -> None:
    """Check the bytes of an open wheel, and rewind it.

    Raises:
        ChangedWheelError: They are not those that were verified.
    """
    found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wheel.sha256:
        raise ChangedWheelError(path=wheel.path, expected=wheel.sha256, found=found)
    file.seek(0)
