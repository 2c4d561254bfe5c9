"""Record which sibling each thin wheel was judged with, to notice one that is uploaded later.

A verdict on a thin macOS wheel may rest on the same version's wheel for the other architecture
(`archpip.resolution.SiblingComparison`). Projects upload these two minutes or days apart.
"""

import threading
from collections import defaultdict

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution import Releases, may_have_sibling
from archpip.wheels import find_sibling


class ThinWheel(Struct, frozen=True):
    """What is needed of a wheel in a view to find its sibling."""

    view: str
    project: NormalizedName
    version: Version
    filename: str
    url: str

    def find_sibling(self, releases: Releases) -> str | None:
        """Return the URL of the sibling that is listed now, or `None`."""
        urls = {link.filename: link.url for link in releases.get(self.version, ())}
        sibling = find_sibling(self.filename, urls)
        return urls[sibling] if sibling is not None else None


class SiblingsSeen:
    """Remembers siblings. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._seen: defaultdict[tuple[str, NormalizedName], dict[ThinWheel, str | None]]
        self._seen = defaultdict(dict)
        """Thin wheels and their siblings' URLs, by view and project."""

    def note(self, wheel: ThinWheel, releases: Releases) -> str | None:
        """Record the sibling that a wheel is judged with, and return its URL."""
        if not may_have_sibling(wheel.filename):
            return None
        sibling = wheel.find_sibling(releases)
        with self._lock:
            self._seen[wheel.view, wheel.project][wheel] = sibling
        return sibling

    def holds(self, wheel: ThinWheel, sibling: str | None) -> bool:
        """Return whether this is still the sibling that was recorded last."""
        return self._seen.get((wheel.view, wheel.project), {}).get(wheel) == sibling

    def forget_changed(self, view: str, name: NormalizedName, releases: Releases) -> list[str]:
        """Forget the wheels whose sibling has changed, and return their URLs.

        Versions that `releases` does not hold are left alone.
        """
        with self._lock:
            seen = list(self._seen.get((view, name), {}).items())
        changed = [
            wheel
            for wheel, sibling in seen
            if wheel.version in releases and wheel.find_sibling(releases) != sibling
        ]
        with self._lock:
            for wheel in changed:
                self._seen[view, name].pop(wheel, None)
        return [wheel.url for wheel in changed]
