"""Import reqwest with safe settings for its allocator, mimalloc. Import it only from here."""

import os
import threading
from importlib import import_module

# mimalloc reads these when it is loaded. By default, it allocates huge pages and never returns
# them: a lock takes 300 MB by default, and 165 MB with these.
os.environ.setdefault("MIMALLOC_ALLOW_THP", "0")  # noqa: TID251  # written, and not for us
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "0")  # noqa: TID251  # likewise


def _load_for_good() -> None:
    """Load reqwest in a thread that does not end before the process does.

    mimalloc takes the thread that loads it for the main one. If that were a worker of a pool, any
    allocation after its end would crash the process.
    """
    loaded = threading.Event()

    def load() -> None:
        try:
            import_module("pyreqwest.client")
        finally:
            loaded.set()
        threading.Event().wait()

    threading.Thread(target=load, daemon=True, name="archpip-reqwest").start()
    loaded.wait()


if threading.current_thread() is not threading.main_thread():
    _load_for_good()

from pyreqwest.client import SyncClient, SyncClientBuilder  # noqa: E402  # only now
from pyreqwest.exceptions import (  # noqa: E402
    BodyDecodeError,
    BuilderError,
    DetailedPyreqwestError,
    ReadError,
    RequestTimeoutError,
)
from pyreqwest.proxy import ProxyBuilder  # noqa: E402
from pyreqwest.request import SyncStreamRequest  # noqa: E402
from pyreqwest.response import SyncResponse  # noqa: E402

__all__ = [
    "BodyDecodeError",
    "BuilderError",
    "DetailedPyreqwestError",
    "ProxyBuilder",
    "ReadError",
    "RequestTimeoutError",
    "SyncClient",
    "SyncClientBuilder",
    "SyncResponse",
    "SyncStreamRequest",
]
