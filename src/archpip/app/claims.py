"""Open each wheel once among all processes that share a store."""

from collections.abc import Callable, Collection, Mapping

from archpip.binaries import UnboundSymbols
from archpip.index import Link
from archpip.resolution import IndexWorld, WheelFacts, ignore
from archpip.store import Store


class ClaimingOpener:
    """Opens wheels through a world after claiming them; an `archpip.resolution.WheelOpener`."""

    def __init__(self, world: IndexWorld, store: Store) -> None:
        """Keep the world that opens wheels, and the store that it reads first."""
        self._world = world
        self._store = store

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Read the same members of two thin wheels; see `IndexWorld.compare`."""
        return self._world.compare(link, sibling, paths)

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        """Return a wheel's content, from the store or from the wheel itself.

        Raises:
            WheelError: The file is not a wheel or cannot be read.
            IndexAccessError: The file cannot be fetched.
        """
        if link.sha256 is None or not inspect:
            return self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
        with self._store.claim(link.sha256):
            return self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
