"""Built wheels, kept after they were checked and looked up before anything is unpacked.

Keyed by the sdist's bytes and everything else that can change the outcome. pip's own wheel cache is
never used: it keys wheels by their sdist's URL and takes whatever a build named itself.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from archpip.builds.model import BuildSettings
from archpip.builds.plan import BuilderChoice, BuildTools
from archpip.codec import encode
from archpip.reachable import find_beneath
from archpip.targets import Target

_KEY_VERSION = 4
"""Raised whenever plans change: wheels that were built by an older plan are then not found."""


def build_key(
    *,
    sdist_sha256: str,
    target: Target,
    choice: BuilderChoice,
    settings: BuildSettings,
    tools: BuildTools,
    subdirectory: str | None,
    uploaded_before: datetime | None,
    uploaded_before_of: tuple[tuple[str, datetime], ...] = (),
    constraints: tuple[str, ...] = (),
) -> str:
    """Return the key of a build: 64 hex digits.

    It does not hold the plan, which is known only once the sdist is unpacked, but everything that
    the plan is made from.
    """
    content = {
        "version": _KEY_VERSION,
        "sdist": sdist_sha256,
        "subdirectory": subdirectory,
        "target": target,
        "choice": choice,
        # What does not change the wheel is left out; a patch counts by content, wherever it lies.
        "settings": replace(settings, patches=(), approved=False, allow_pure=False),
        "patches": [patch.sha256 for patch in settings.patches],
        "tools": tools,
        "uploaded_before": uploaded_before and uploaded_before.timestamp(),
        "uploaded_before_of": [(name, moment.timestamp()) for name, moment in uploaded_before_of],
        "constraints": constraints,
    }
    return hashlib.sha256(encode(content)).hexdigest()


class BuiltWheelCache:
    """One folder for each build. Safe for several processes; survives being killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Path | None:
        """Return the wheel that is kept under a key."""
        return next(iter(find_beneath(self._folder / key, "*.whl")), None)

    def put(self, key: str, wheel: Path) -> Path:
        """Keep a checked wheel, whole or not at all, and return where one is kept.

        Of two builders of the same, the first one's stays, whatever either called its wheel.

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

    def forget(self, key: str) -> None:
        """Drop what is kept under a key, at once and as a whole."""
        with self._scratch() as scratch, contextlib.suppress(FileNotFoundError):
            os.rename(self._folder / key, scratch / key)  # noqa: PTH104  # as above

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Make a folder on the cache's own disk, from which names move at once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".new-") as scratch:
            yield Path(scratch)
