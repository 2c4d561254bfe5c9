"""How the metadata of sdists is learned: from a wheel of the same version, or by reading them.

uv assumes that all files of a version have the same metadata, and so do we if there is a wheel: it
saves the download of every sdist, and the build of many.
"""

from collections.abc import Mapping
from concurrent.futures import Future

from packaging.utils import NormalizedName

from archpip.index import Link
from archpip.resolution.allowed_hashes import AllowedHashes
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import Ladder, Offer
from archpip.resolution.model import LinkKind
from archpip.resolution.ports import SourceFacts, SourceReference
from archpip.resolution.ranking import Ranking

_STAND_INS = 2
"""Wheels tried for one sdist: the second if the first is damaged."""


class Sdists:
    """Says what to read for an sdist, for one target. Safe to use from several threads."""

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        hashes: AllowedHashes,
        config_settings: Mapping[NormalizedName, tuple[tuple[str, str], ...]],
    ) -> None:
        """Take what it depends on; `config_settings` are the user's, by project."""
        self._library = library
        self._ranking = ranking
        self._hashes = hashes
        self._config_settings = config_settings

    def stand_ins(self, offer: Offer, ladder: Ladder) -> list[Link]:
        """Return the wheels whose METADATA counts as the sdist's, to be tried in this order.

        There are none for an sdist without a hash: it must be fetched all the same, to be hashed.
        """
        if not offer.link.sha256:
            return []
        fitting = [other.link for other in ladder.offers if other.kind is LinkKind.WHEEL]
        return [*fitting, *self._ranking.siblings(ladder)][:_STAND_INS]

    def reference(self, name: NormalizedName, offer: Offer) -> SourceReference:
        """Return the reference by which the library reads an sdist."""
        return SourceReference(
            link=offer.link,
            kind=LinkKind.SDIST,
            name=name,
            version=offer.version,
            config_settings=self.config_settings(name),
        )

    def config_settings(self, name: NormalizedName) -> tuple[tuple[str, str], ...]:
        """Return the settings for a project's build backend."""
        return self._config_settings.get(name, ())

    def begin(
        self, name: NormalizedName, offer: Offer, ladder: Ladder
    ) -> "Future[bytes] | Future[SourceFacts] | None":
        """Start reading an sdist's metadata; `None` if it is not allowed or not worth a build."""
        if not self._hashes.admit(name, offer.link):
            return None
        stand_ins = self.stand_ins(offer, ladder)
        if stand_ins:
            return self._library.wheel_metadata(stand_ins[0], inspect=False)
        # Old versions often fail to build.
        if self._ranking.prefers_lowest(name):
            return None
        return self._library.begin_source(self.reference(name, offer))
