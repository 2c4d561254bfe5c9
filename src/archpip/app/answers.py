"""Answers given before, repeated for as long as nothing that they rest on has changed.

The same question is asked often: in CI, before each deployment, by everybody of a team. Its answer
is kept with the digests of the pages that were read for it. Where all pages are the same, so is the
answer, and nothing is searched, parsed or opened; where one is not, what was learned of the others
serves the resolution that follows. To lock again, which is to keep what the lockfile has by then,
is the same question.
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

# A page, or the user, may name a file by a URL with a password. That is not written down.
# Redacted ones end in four stars.
_CREDENTIALS = re.compile(rb'"\w+://[^/"?#]*(?<!\*{4})@')

_SOURCES = (".py", ".toml")
"""Endings of the files that an answer depends on: code and rules."""

_THREADS = 48
"""Requests wait for the network, not for a CPU: where the index is 55 ms away, to ask again for the
121 pages of a warm lock takes half of the time that it takes with 12."""


class CurrentPages:
    """Says what projects' pages are now: from the store where they are believed, else by asking.

    For one thread; it asks in others. Close it.
    """

    def __init__(
        self,
        kept: KeptPages,
        locations: IndexLocations,
        *,
        open_index: "Callable[[], IndexClient]",
    ) -> None:
        """Take both; the index is opened when a page must be asked for."""
        self._kept = kept
        self._locations = locations
        self._open_index = open_index
        self._was_asked = False
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="archpip-page")
        self._asking: dict[NormalizedName, Future[str | None]] = {}

    def begin(self, names: Iterable[NormalizedName]) -> None:
        """Begin to ask for pages, all at once: should one have changed, all will be read."""
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
        """Return what is another whenever a project's pages are; `None` where nobody can say.

        Raises:
            IndexAccessError: A page cannot be had.
        """
        names = list(names)
        self.begin(names)
        return {name: self._asking[name].result() for name in names}

    def read(self, name: NormalizedName) -> str | None:
        """Return the digest of pages that were read.

        Another process may since have kept others.
        """
        self._was_asked = True
        return self._open_index().digest(name)

    def keep_unread(self) -> None:
        """Keep what was asked for: it is as it was when it was read."""
        if self._was_asked:
            self._open_index().keep_unread()

    def close(self) -> None:
        """Ask for nothing more, and wait for nothing: the index's owner closes its connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class AnswerStore(Protocol):
    """Keeps answers between runs; `archpip.store.Store` does."""

    def get_answer(self, question: str) -> bytes | None:
        """Return what was put under a hash."""
        ...

    def put_answer(self, question: str, answer: bytes) -> None:
        """Keep an answer."""
        ...


Locked = Mapping[str, Mapping[NormalizedName, Version]]
"""The versions that each target had before and is to keep, by the target's name."""

_NOTHING_LOCKED: Locked = MappingProxyType({})


class _KeptAnswer(Struct, frozen=True, kw_only=True):
    pages: tuple[tuple[str, str], ...]
    """(project, digest of its pages), sorted."""
    locked: Locked
    """What was to be kept when it was given."""
    answer: JointResolution


class Answers:
    """Finds the answer to one question, or keeps it."""

    def __init__(self, question: object, *, pages: CurrentPages, store: AnswerStore) -> None:
        """Take the question.

        Args:
            question: Everything that an answer may depend on, besides pages, files with a hash and
                what is locked: values that `archpip.codec.encode` can write.
            pages: Asked whether they have changed.
            store: Where answers are kept.
        """
        self._key = hashlib.sha256(encode((fingerprint(), question))).hexdigest()
        self._pages = pages
        self._store = store

    def begin(self) -> bool:
        """Begin to ask for the pages that an earlier answer rests on; `find` then waits less.

        Returns:
            Whether there is one.
        """
        if self._kept is None:
            return False
        self._pages.begin(_digests_of(self._kept))
        return True

    def recall(self, locked: Locked = _NOTHING_LOCKED) -> JointResolution | None:
        """Return what was answered before, if nothing but a page can speak against it.

        Args:
            locked: The versions to keep where nothing speaks against them.
        """
        kept = self._kept
        if kept is None or (locked != kept.locked and not _is_of(locked, kept.answer)):
            return None
        return kept.answer

    def find(self, locked: Locked = _NOTHING_LOCKED) -> JointResolution | None:
        """Return what `recall` does, if it would be answered again."""
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
        """Keep an answer, where it could be given again."""
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
            return False  # The resolution meets the same, and says whom it concerns.


def _digests_of(kept: _KeptAnswer) -> dict[NormalizedName, str | None]:
    return {NormalizedName(name): digest for name, digest in kept.pages}


def _is_of(locked: Locked, answer: JointResolution) -> bool:
    """Tell whether an answer's own versions are to be kept: it is then given again.

    Each of its versions is preferred, and none of them speaks against another.
    """
    return all(
        locked.get(resolution.target.name) == {pin.name: pin.version for pin in resolution.pins}
        for resolution in answer.resolutions
    )


@cache
def fingerprint() -> str:
    """Name this archpip by the state of its sources: its version takes 10 ms to read."""
    states = []
    for folder, _, names in os.walk(Path(archpip.__file__).parent):
        for name in names:
            if name.endswith(_SOURCES):
                state = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118  # ten times as fast
                states.append((name, state.st_mtime_ns, state.st_size))
    # Versions, specifiers and markers mean what this library says.
    return str((sorted(states), packaging.__version__))
