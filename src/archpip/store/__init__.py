"""The store: a cache of inspections, metadata and pages between runs.

`SqliteStore` keeps them in a file, `archpip.store.postgres` in a database that machines share.
Callers define Protocols of what they need (`FactStore` of resolution, `PageStore` of the index);
`Store` has all methods.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.store.errors import (
        StoreBusyError,
        StoreDamagedError,
        StoreServerError,
        StoreUnusableError,
        StoreVersionError,
    )
    from archpip.store.model import Store, StoreInfo
    from archpip.store.sqlite import SqliteStore
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "SqliteStore",
    "Store",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreInfo",
    "StoreServerError",
    "StoreUnusableError",
    "StoreVersionError",
]
