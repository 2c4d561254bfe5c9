"""The store: inspections, metadata and pages kept between runs.

`SqliteStore` is the one implementation. What its callers need of it is a Protocol of theirs
(`FactStore` of resolution, `PageStore` of the index), so another can take its place.
"""

from archpip.store.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreUnusableError,
    StoreVersionError,
)
from archpip.store.model import StoreInfo
from archpip.store.sqlite import SqliteStore

__all__ = [
    "SqliteStore",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreInfo",
    "StoreUnusableError",
    "StoreVersionError",
]
