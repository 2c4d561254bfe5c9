"""Wheels opened once by all that share a store."""

from collections.abc import Callable, Collection, Mapping

from archpip.binaries import UnboundSymbols
from archpip.index import Link
from archpip.resolution import IndexWorld, WheelFacts, ignore
from archpip.store import Store


class ClaimingOpener:
    """Opens wheels as a world does, after a claim; an `archpip.gateway.WheelOpener`."""

    def __init__(self, world: IndexWorld, store: Store) -> None:
        """Take who opens wheels, and the store that it looks into first."""
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
        """Return what a wheel holds, from the store or from the wheel itself.

        Raises:
            WheelError: The file is not a wheel or cannot be read.
            IndexAccessError: The file cannot be had.
        """
        if link.sha256 is None or not inspect:
            return self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
        with self._store.claim(link.sha256):
            return self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
