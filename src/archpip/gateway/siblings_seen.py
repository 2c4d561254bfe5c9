"""Which sibling each thin wheel was judged beside, so that one that comes later is seen.

A verdict on a thin macOS wheel may rest on the same version's wheel for the other architecture
(`archpip.resolution.SiblingComparison`). Projects upload the two minutes or days apart.
"""

import threading
from collections import defaultdict

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution import Releases, may_have_sibling
from archpip.wheels import find_sibling


class ThinWheel(Struct, frozen=True):
    """A wheel before a view, as far as it takes to find its sibling."""

    view: str
    project: NormalizedName
    version: Version
    filename: str
    url: str

    def find_sibling(self, releases: Releases) -> str | None:
        """Return the URL of the sibling that is listed now; `None` where none is."""
        urls = {link.filename: link.url for link in releases.get(self.version, ())}
        sibling = find_sibling(self.filename, urls)
        return urls[sibling] if sibling is not None else None


class SiblingsSeen:
    """Remembers siblings. Safe to use from several threads."""

    def __init__(self) -> None:
        """Know no wheel."""
        self._lock = threading.Lock()
        self._seen: defaultdict[tuple[str, NormalizedName], dict[ThinWheel, str | None]]
        self._seen = defaultdict(dict)
        """By view and project."""

    def note(self, wheel: ThinWheel, releases: Releases) -> str | None:
        """Remember beside which sibling a wheel is judged, and return that one's URL."""
        if not may_have_sibling(wheel.filename):
            return None
        sibling = wheel.find_sibling(releases)
        with self._lock:
            self._seen[wheel.view, wheel.project][wheel] = sibling
        return sibling

    def holds(self, wheel: ThinWheel, sibling: str | None) -> bool:
        """Tell whether this is still the sibling that was noted last."""
        return self._seen.get((wheel.view, wheel.project), {}).get(wheel) == sibling

    def forget_changed(self, view: str, name: NormalizedName, releases: Releases) -> list[str]:
        """Return the URLs of wheels whose sibling is another one now, and forget those.

        Of versions that `releases` does not have nothing is said.
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
