"""A page's entry for one file, in the form of PEP 691, and the fields that identify the file.

Code that goes through thousands of files needs their URLs and hashes, but few of their links: to
make a `Link` takes ten times as long as to read one of these fields.

Source: PEP 691 (forms), 592 (yanked), 658 and 714 (metadata).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeGuard

from archpip.index.model import Link
from archpip.index.urls import HASH_ALGORITHMS, hashes_of, quoted

Described = Mapping[str, object]
"""Values by PEP 691's keys, unknown keys included; `url` and `filename` are present, and the URL is
absolute. Must not be changed."""


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a JSON value is an object."""
    return isinstance(value, dict)


def url_of(said: Described) -> str:
    """Return the file's URL, the same as its link's."""
    return quoted(str(said["url"]).partition("#")[0])


def sha256_of(said: Described) -> str | None:
    """Return the sha256 that the index gives, the same as the link's."""
    hashes = said.get("hashes")
    digest = hashes.get("sha256") if is_object(hashes) else None
    # If there is no other hash, the URL's fragment may have one.
    return str(digest).lower() if digest is not None else dict(_hashes_of(said)).get("sha256")


def offers_metadata(said: Described) -> bool:
    """Return whether the index offers the wheel's METADATA beside it."""
    return _metadata_of(said) is not None


def link_of(said: Described, *, index_url: str) -> Link:
    """Make a link from an entry; `index_url` is the index's location, redacted."""
    size = said.get("size")
    requires_python = said.get("requires-python")
    return Link(
        url=url_of(said),
        filename=str(said["filename"]),
        hashes=_hashes_of(said),
        requires_python=requires_python if isinstance(requires_python, str) else None,
        yanked=_yanked_of(said),
        metadata_hashes=_metadata_of(said),
        size_bytes=size if isinstance(size, int) and not isinstance(size, bool) else None,
        upload_time=parse_time(said.get("upload-time")),
        index_url=index_url,
    )


def parse_time(value: object) -> datetime | None:
    """Parse a moment as pages write it (ISO 8601); `None` if it is invalid."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _hashes_of(said: Described) -> tuple[tuple[str, str], ...]:
    return _read_hashes(said.get("hashes")) or hashes_of(str(said["url"]).partition("#")[2])


def _read_hashes(value: object) -> tuple[tuple[str, str], ...]:
    if not is_object(value):
        return ()
    return tuple(
        sorted(
            (name, str(digest).lower()) for name, digest in value.items() if name in HASH_ALGORITHMS
        )
    )


def _yanked_of(said: Described) -> str | None:
    value = said.get("yanked")
    if isinstance(value, str) and value:
        return value
    return "" if value is True else None


def _metadata_of(said: Described) -> tuple[tuple[str, str], ...] | None:
    # PEP 714 renames the key, and requires clients to prefer the new one.
    value = said.get("core-metadata", said.get("dist-info-metadata"))
    if is_object(value):
        return _read_hashes(value)
    return () if value is True else None
