import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from archpip.index.once import OncePerKey


def test_value_is_made_once_for_all_threads() -> None:
    once: OncePerKey[str, object] = OncePerKey()
    made = []
    started = threading.Event()

    def make() -> object:
        started.wait(5)
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(once.get, "key", make) for _ in range(4)]
        started.set()
        values = {id(future.result()) for future in futures}
    assert (len(made), len(values)) == (1, 1)


def test_failure_is_forgotten() -> None:
    once: OncePerKey[str, int] = OncePerKey()
    with pytest.raises(ZeroDivisionError):
        once.get("key", lambda: 1 // 0)
    assert once.get("key", lambda: 7) == 7


def test_keys_are_apart() -> None:
    once: OncePerKey[str, str] = OncePerKey()
    assert [once.get(key, lambda key=key: key) for key in ("a", "b", "a")] == ["a", "b", "a"]  # type: ignore[misc]  # a default in a lambda
