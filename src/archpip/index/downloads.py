"""Downloads: files checked against all given hashes and sizes, delivered whole or not at all."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from archpip.index.errors import (
    DownloadWriteError,
    HashMismatchError,
    IndexUnavailableError,
    SizeMismatchError,
)
from archpip.index.file_cache import FileCache
from archpip.index.model import FileStream, Link
from archpip.index.session import Session, check_status, raise_to_retry
from archpip.index.transport import OpenAnswer, TransportError
from archpip.index.urls import path_of
from archpip.reachable import is_file

_CHUNK_BYTES = 256 * 1024


class DownloadProgress(Protocol):
    """Receives the progress of a download, in the thread that downloads."""

    def __call__(self, link: Link, completed_bytes: int, total_bytes: int | None) -> None:
        """Note the bytes received so far; fewer than before if a retry starts over."""
        ...


def no_progress(link: Link, completed_bytes: int, total_bytes: int | None) -> None:
    """Ignore progress."""


def download(
    session: Session,
    link: Link,
    folder: Path,
    progress: DownloadProgress = no_progress,
    *,
    cache: FileCache | None = None,
) -> Path:
    """Download a link's file into `folder` under its own name, and return its path.

    An existing file with the link's hashes is left as it is. One in the cache is copied.

    Raises:
        HashMismatchError: It does not have the link's hashes.
        SizeMismatchError: It is longer or shorter than the link's size.
        DownloadWriteError: It cannot be written; nothing partial is left.
        IndexUnavailableError: It cannot be fetched.
        AuthenticationRequiredError: The server requires other credentials.
    """
    target = folder / _safe_name(link)
    if _is_there(link, target):
        return target
    if link.url.startswith("file:"):
        with _local_chunks(path_of(link.url), link.url) as (chunks, total):
            _write(link, chunks, total, target, progress)
        return target
    if cache is not None and _copy_cached(cache, link, target, progress):
        return target

    def attempt() -> None:
        with session.stream(link.url) as answer:
            raise_to_retry(answer)
            check_status(answer.status, link.url)
            _write(link, _chunks(answer), _length(answer), target, progress)

    session.trying(link.url, attempt)
    if cache is not None:
        cache.add(link.sha256, target)
    return target


@contextmanager
def open_file(session: Session, link: Link) -> Iterator[FileStream]:
    """Stream a link's file, for callers that forward it. Only the start is retried.

    Raises:
        IndexUnavailableError: It cannot be fetched; also raised by the chunks.
        AuthenticationRequiredError: The server requires other credentials.
    """
    if link.url.startswith("file:"):
        with _local_chunks(path_of(link.url), link.url) as (chunks, total):
            yield FileStream(total, _verify(link, chunks))
        return
    with ExitStack() as opened:

        def attempt() -> OpenAnswer:
            attempted = ExitStack()
            with attempted:
                answer = attempted.enter_context(session.stream(link.url))
                raise_to_retry(answer)
                check_status(answer.status, link.url)
                opened.push(attempted.pop_all())
            return answer

        answer = session.trying(link.url, attempt)
        total_bytes = _length(answer)
        try:
            yield FileStream(
                link.size_bytes if total_bytes is None else total_bytes,
                _verify(link, _chunks(answer)),
            )
        except TransportError as error:
            raise IndexUnavailableError(url=link.url, reason=error.reason) from error


def check_hashes(content: bytes, promised: Iterable[tuple[str, str]], *, url: str) -> None:
    """Check bytes against all given hashes.

    Raises:
        HashMismatchError: One of them differs.
    """
    for algorithm, expected in promised:
        actual = hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()
        _compare(actual, algorithm, expected, url=url)


def _safe_name(link: Link) -> str:
    name = link.filename
    if name in {"", ".", ".."} or any(character in name for character in "/\\\0"):
        raise IndexUnavailableError(url=link.url, reason=f"{name!r} is not a file name")
    return name


def _is_there(link: Link, path: Path) -> bool:
    if link.sha256 is None or not is_file(path):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == link.sha256


def _copy_cached(cache: FileCache, link: Link, target: Path, progress: DownloadProgress) -> bool:
    """Write the cached file to `target`; return `False` if there is none with all hashes."""
    path = cache.find(link.sha256)
    if path is None:
        return False
    try:
        with _local_chunks(path, link.url) as (chunks, total):
            _write(link, chunks, total, target, progress)
    except (HashMismatchError, SizeMismatchError, IndexUnavailableError):
        with suppress(OSError):
            path.unlink()
        return False
    return True


def _chunks(answer: OpenAnswer) -> Iterator[bytes]:
    return iter(lambda: answer.read(_CHUNK_BYTES), b"")


def _length(answer: OpenAnswer) -> int | None:
    written = answer.header("content-length") or ""
    # Python reads no number of more than 4,300 digits.
    return int(written) if written.isdecimal() and len(written) < 19 else None  # noqa: PLR2004


@contextmanager
def _local_chunks(path: Path, url: str) -> Iterator[tuple[Iterator[bytes], int]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise IndexUnavailableError(url=url, reason=error.strerror or str(error)) from error
    with file:
        yield iter(lambda: file.read(_CHUNK_BYTES), b""), path.stat().st_size


def _write(
    link: Link,
    chunks: Iterator[bytes],
    total_bytes: int | None,
    target: Path,
    progress: DownloadProgress,
) -> None:
    """Write to a file beside `target`, check, then rename: readers never see a partial file."""
    partial = target.with_name(f".{secrets.token_hex(8)}.part")
    completed = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("xb") as file:
            for chunk in _verify(link, chunks):
                file.write(chunk)
                completed += len(chunk)
                progress(link, completed, total_bytes)
        partial.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DownloadWriteError(url=link.url, path=target, reason=reason) from error
    finally:
        # Runs on any exception, Ctrl-C included; after the rename there is nothing to remove.
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _verify(link: Link, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks, the last one only once the whole has the link's hashes and size.

    A file that exceeds the link's size is aborted at once.
    """
    hashers = {name: hashlib.new(name, usedforsecurity=False) for name, _ in link.hashes}
    completed = 0
    held = b""
    for chunk in chunks:
        if held:
            yield held
        held = chunk
        completed += len(chunk)
        for hasher in hashers.values():
            hasher.update(chunk)
        if link.size_bytes is not None and completed > link.size_bytes:
            break
    if link.size_bytes not in {None, completed}:
        raise SizeMismatchError(url=link.url, expected=link.size_bytes or 0, actual=completed)
    for algorithm, expected in link.hashes:
        _compare(hashers[algorithm].hexdigest(), algorithm, expected, url=link.url)
    if held:
        yield held


def _compare(actual: str, algorithm: str, expected: str, *, url: str) -> None:
    if actual != expected:
        raise HashMismatchError(url=url, algorithm=algorithm, expected=expected, actual=actual)
