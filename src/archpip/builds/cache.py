"""The cache of built wheels: stored after the check, looked up before anything is unpacked.

Keyed by the sdist's bytes and everything else that can change the outcome. pip's own wheel cache is
never used: it keys wheels by their sdist's URL and trusts the name that a build gives its wheel.
"""

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from archpip.builds.model import BuildSettings
from archpip.builds.plan import BuilderChoice, BuildTools
from archpip.codec import encode
from archpip.owned_folders import owned_folder
from archpip.reachable import find_beneath
from archpip.targets import Target

_UNKEYED = "unkeyed-"
_UNKEYED_SECONDS = 24 * 60 * 60

_KEY_VERSION = 4
"""Raised whenever plans change, so that wheels built by an older plan are not found."""


def build_key(
    *,
    sdist_sha256: str,
    target: Target,
    choice: BuilderChoice,
    settings: BuildSettings,
    tools: BuildTools,
    subdirectory: str | None,
    uploaded_before: datetime | None,
    uploaded_before_of: tuple[tuple[str, datetime | None], ...] = (),
    constraints: tuple[str, ...] = (),
) -> str:
    """Return the cache key of a build: 64 hex digits.

    It does not include the plan, which is known only once the sdist is unpacked, but everything
    that the plan is made from.
    """
    content = {
        "version": _KEY_VERSION,
        "sdist": sdist_sha256,
        "subdirectory": subdirectory,
        "target": target,
        "choice": choice,
        # Settings that do not change the wheel are left out; a patch counts by content, not path.
        "settings": replace(settings, patches=(), approved=False, allow_pure=False),
        "patches": [patch.sha256 for patch in settings.patches],
        "tools": tools,
        "uploaded_before": uploaded_before and uploaded_before.timestamp(),
        "uploaded_before_of": [
            (name, moment and moment.timestamp()) for name, moment in uploaded_before_of
        ],
        "constraints": constraints,
    }
    return hashlib.sha256(encode(content)).hexdigest()


class BuiltWheelCache:
    """One folder for each build. Safe for several processes; survives being killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Path | None:
        """Return the wheel stored under a key, or `None`."""
        return next(iter(find_beneath(self._folder / key, "*.whl")), None)

    def put(self, key: str, wheel: Path) -> Path:
        """Store a checked wheel atomically, and return the path of the stored one.

        If two processes build the same, the first one's wheel stays, whatever their file names.

        Raises:
            OSError: It cannot be written.
        """
        with self._scratch() as scratch:
            staged = scratch / key
            staged.mkdir()
            shutil.move(wheel, staged / wheel.name)
            try:
                os.rename(staged, self._folder / key)  # noqa: PTH104  # atomic, over no wheel
            except OSError:
                kept = self.find(key)
                if kept is None:
                    raise
                return kept
        return self._folder / key / wheel.name

    def put_unkeyed(self, wheel: Path, sha256: str) -> Path:
        """Store a checked wheel for the run that built it; no other finds it.

        Raises:
            OSError: It cannot be written.
        """
        self._drop_unkeyed()
        return self.put(f"{_UNKEYED}{sha256}", wheel)

    def _drop_unkeyed(self) -> None:
        """Delete the wheels whose runs are long over."""
        for entry in find_beneath(self._folder, f"{_UNKEYED}*"):
            with contextlib.suppress(OSError):  # another process was faster
                if time.time() - entry.stat().st_mtime > _UNKEYED_SECONDS:
                    self.forget(entry.name)

    def forget(self, key: str) -> None:
        """Delete the entry of a key atomically."""
        with self._scratch() as scratch, contextlib.suppress(FileNotFoundError):
            os.rename(self._folder / key, scratch / key)  # noqa: PTH104  # as above

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Create a folder on the cache's own file system, for atomic renames."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with owned_folder(".new-", self._folder) as scratch:
            yield scratch
