"""Shared policies: read from their server, with a cached copy for when it is unavailable."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from archpip.codec import decode, encode
from archpip.errors import IndexAccessError
from archpip.index import without_credentials
from archpip.whole_files import write_whole


class TextServer(Protocol):
    """Fetches texts; `archpip.index.client.IndexClient` implements this."""

    def fetch_text(self, url: str, *, etag: str | None) -> tuple[str, str | None] | None:
        """Return a text and its ETag; `None` if the given ETag still matches.

        Raises:
            IndexAccessError: It cannot be fetched.
        """
        ...


class _Copy(Struct, frozen=True, kw_only=True):
    text: str
    etag: str | None = None


def read_shared_policy(
    url: str,
    *,
    server: TextServer,
    folder: Path,
    warn: Callable[[str], None],
    is_valid: Callable[[str], bool],
) -> str:
    """Return a policy's text, revalidated with its server each time.

    Args:
        url: Where the policy is.
        server: Fetches it.
        folder: Where copies are cached.
        warn: Called when a cached copy is used instead.
        is_valid: Whether a text is a policy without errors. Nothing else replaces the copy, such as
            the page on which a network wants a login.

    Raises:
        IndexAccessError: It cannot be fetched, and there is no copy.
    """
    name = hashlib.sha256(without_credentials(url).encode()).hexdigest()
    path = folder / f"{name}.json"
    copy = _read_copy(path)
    try:
        found = server.fetch_text(url, etag=copy.etag if copy else None)
    except IndexAccessError as error:
        if copy is None:
            raise
        day = time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime))
        warn(f"{error}; the policy as it was at {day} holds")
        return copy.text
    # An unwritable cache is reported where it is opened; the policy applies anyway.
    if found is None and copy is not None:
        with suppress(OSError):
            path.touch()
        return copy.text
    text, etag = found or ("", None)
    if is_valid(text):
        with suppress(OSError):
            _write_copy(path, _Copy(etag=etag, text=text))
    return text


def _read_copy(path: Path) -> _Copy | None:
    try:
        return decode(path.read_bytes(), _Copy)
    except (OSError, ValueError):
        return None


def _write_copy(path: Path, copy: _Copy) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, encode(copy).decode(), mode=0o600)
