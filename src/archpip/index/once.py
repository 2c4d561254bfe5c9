"""Work that several threads may need, done by one of them."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class OncePerKey(Generic[K, V]):
    """Makes one value per key: the first thread makes it, the others wait for it.

    A failure is raised in all waiting threads and not cached, so that a later call tries again.
    """

    def __init__(self) -> None:
        self._made: dict[K, Future[V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of `key`, calling `make` if there is none yet."""
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
        """Drop the value of `key`, so that the next `get` makes it again."""
        with self._lock:
            future = self._made.get(key)
            # A value that is being made now is new enough.
            if future is not None and future.done():
                del self._made[key]
