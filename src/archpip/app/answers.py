"""A cache of resolutions: an earlier answer is reused while everything it depends on is unchanged.

The same question is often resolved again: in CI, before each deployment, by each member of a team.
Its answer is stored with the digests of the project pages that were read for it. If all pages are
unchanged, so is the answer, and nothing is searched, parsed or opened; if one has changed, what was
read of the others serves the new resolution. Locking again with an existing lockfile, whose
versions are kept, is the same question.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import packaging
from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

import archpip
from archpip.codec import decode, encode
from archpip.errors import IndexAccessError
from archpip.index import IndexLocations, KeptPages
from archpip.resolution import JointResolution, WatchedWorld

if TYPE_CHECKING:
    from archpip.index.client import IndexClient

# A page, or the user, may give a URL with a password. It is not stored.
# Redacted URLs end in four stars.
_CREDENTIALS = re.compile(rb'"\w+://[^/"?#]*(?<!\*{4})@')

_SOURCES = (".py", ".toml")
"""Suffixes of the source files that an answer depends on: code and rules."""

_THREADS = 48
"""Requests wait for the network, not for a CPU: with an index 55 ms away, revalidating the 121
pages of a warm lock takes half as long as with 12."""


class CurrentPages:
    """Reads the current state of project pages: from the store while fresh, else from the index.

    Use it from one thread only; it sends requests from others. The caller closes it.
    """

    def __init__(
        self,
        kept: KeptPages,
        locations: IndexLocations,
        *,
        open_index: "Callable[[], IndexClient]",
    ) -> None:
        """Store both; the index is opened when a page must be requested."""
        self._kept = kept
        self._locations = locations
        self._open_index = open_index
        self._was_asked = False
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="archpip-page")
        self._asking: dict[NormalizedName, Future[str | None]] = {}

    def begin(self, names: Iterable[NormalizedName]) -> None:
        """Start requesting all pages at once: if one has changed, all will be read."""
        names = [name for name in names if name not in self._asking]
        # A thread for each would cost more than finding them in the store does.
        believed = {name: self._kept.digest(name, self._locations) for name in names}
        for name, digest in believed.items():
            if digest is None:
                self._was_asked = True
                self._asking[name] = self._pool.submit(self._open_index().digest, name)
            else:
                self._asking[name] = Future()
                self._asking[name].set_result(digest)

    def digests(self, names: Iterable[NormalizedName]) -> dict[NormalizedName, str | None]:
        """Return digests that change whenever a project's pages do; `None` where there is none.

        Raises:
            IndexAccessError: A page cannot be fetched.
        """
        names = list(names)
        self.begin(names)
        return {name: self._asking[name].result() for name in names}

    def read(self, name: NormalizedName) -> str | None:
        """Return the digest of the pages that this process read.

        Another process may have stored newer ones since.
        """
        self._was_asked = True
        return self._open_index().digest(name)

    def keep_unread(self) -> None:
        """Mark the requested pages as fresh: they are unchanged since they were read."""
        if self._was_asked:
            self._open_index().keep_unread()

    def close(self) -> None:
        """Send no more requests, without waiting: the index's owner closes its connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class AnswerStore(Protocol):
    """Stores answers between runs; `archpip.store.Store` implements this."""

    def get_answer(self, question: str) -> bytes | None:
        """Return the answer stored under a question's hash, or `None`."""
        ...

    def put_answer(self, question: str, answer: bytes) -> None:
        """Store an answer."""
        ...


Locked = Mapping[str, Mapping[NormalizedName, Version]]
"""The locked versions that each target is to keep, by the target's name."""

_NOTHING_LOCKED: Locked = MappingProxyType({})


class _KeptAnswer(Struct, frozen=True, kw_only=True):
    pages: tuple[tuple[str, str], ...]
    """(project, digest of its pages), sorted."""
    locked: Locked
    """The locked versions when the answer was found."""
    answer: JointResolution


class Answers:
    """Finds the stored answer to one question, or stores it."""

    def __init__(self, question: object, *, pages: CurrentPages, store: AnswerStore) -> None:
        """Hash the question.

        Args:
            question: Everything that an answer may depend on, besides pages, files with a hash and
                locked versions: values that `archpip.codec.encode` can write.
            pages: Says whether project pages have changed.
            store: Where answers are stored.
        """
        self._key = hashlib.sha256(encode((fingerprint(), question))).hexdigest()
        self._pages = pages
        self._store = store

    def begin(self) -> bool:
        """Start requesting the pages that a stored answer depends on; `find` then waits less.

        Returns:
            Whether there is a stored answer.
        """
        if self._kept is None:
            return False
        self._pages.begin(_digests_of(self._kept))
        return True

    def recall(self, locked: Locked = _NOTHING_LOCKED) -> JointResolution | None:
        """Return the stored answer if only a changed page could invalidate it, else `None`.

        Args:
            locked: The versions to keep where possible.
        """
        kept = self._kept
        if kept is None or (locked != kept.locked and not _is_of(locked, kept.answer)):
            return None
        return kept.answer

    def find(self, locked: Locked = _NOTHING_LOCKED) -> JointResolution | None:
        """Return what `recall` does if no page has changed, else `None`."""
        answer = self.recall(locked)
        if answer is None or self._kept is None or not self._holds(self._kept):
            return None
        self._pages.keep_unread()
        return answer

    def keep(
        self,
        answer: JointResolution,
        world: WatchedWorld,
        *,
        locked: Locked = _NOTHING_LOCKED,
    ) -> None:
        """Store an answer if it can be reused."""
        if not world.is_repeatable:
            return
        pages = []
        for name in sorted(world.projects):
            digest = self._pages.read(name)
            if digest is None:
                return
            pages.append((name, digest))
        kept = encode(_KeptAnswer(pages=tuple(pages), locked=dict(locked), answer=answer))
        if not _CREDENTIALS.search(kept):
            self._store.put_answer(self._key, kept)

    @cached_property
    def _kept(self) -> _KeptAnswer | None:
        kept = self._store.get_answer(self._key)
        if kept is None:
            return None
        try:
            return decode(kept, _KeptAnswer)
        except ValueError:
            return None  # A damaged row: it is replaced by the next answer.

    def _holds(self, kept: _KeptAnswer) -> bool:
        before = _digests_of(kept)
        try:
            return self._pages.digests(before) == before
        except IndexAccessError:
            self._pages.close()
            return False  # The resolution fails in the same way, and names the project.


def _digests_of(kept: _KeptAnswer) -> dict[NormalizedName, str | None]:
    return {NormalizedName(name): digest for name, digest in kept.pages}


def _is_of(locked: Locked, answer: JointResolution) -> bool:
    """Return whether the locked versions are an answer's own: it is then reused.

    Each of its versions is preferred, and none of them conflicts with another.
    """
    return all(
        locked.get(resolution.target.name) == {pin.name: pin.version for pin in resolution.pins}
        for resolution in answer.resolutions
    )


@cache
def fingerprint() -> str:
    """Identify this archpip by the state of its sources: reading its version takes 10 ms."""
    states = []
    for folder, _, names in os.walk(Path(archpip.__file__).parent):
        for name in names:
            if name.endswith(_SOURCES):
                state = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118  # ten times as fast
                states.append((name, state.st_mtime_ns, state.st_size))
    # Versions, specifiers and markers mean what this library says.
    return str((sorted(states), packaging.__version__))
