"""Work that several threads may ask for, and one does."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class OncePerKey(Generic[K, V]):
    """Makes one value per key: the first thread makes it, the others wait for it.

    A failure reaches everybody who waited, and is forgotten, so that a later call tries again.
    """

    def __init__(self) -> None:
        self._made: dict[K, Future[V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of `key`, making it where nobody has."""
        with self._lock:
            future = self._made.get(key)
            ours = future is None
            if future is None:
                future = self._made[key] = Future()
        if not ours:
            return future.result()
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                del self._made[key]
            future.set_exception(error)
            raise
        future.set_result(value)
        return value

    def forget(self, key: K) -> None:
        """Make the value of `key` again when it is asked for next."""
        with self._lock:
            future = self._made.get(key)
            # What is being made now is new enough.
            if future is not None and future.done():
                del self._made[key]
