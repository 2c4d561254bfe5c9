"""What a fake world holds: indexes, their projects and files, and how each index behaves.

All of it is frozen. What happens when something asks is decided in `fake_index.answers`.
"""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Self


class PageFormat(StrEnum):
    """The format of an index's pages."""

    NEGOTIATED = "negotiated"  # what Accept prefers (PEP 691)
    HTML = "html"
    JSON = "json"


class Ranges(StrEnum):
    """How an index responds to a Range header."""

    HONOURED = "honoured"
    IGNORED = "ignored"  # 200, the whole file
    REFUSED = "refused"  # 416, though the range is there
    FORBIDDEN = "forbidden"  # 403
    NO_SUFFIX = "no-suffix"  # `bytes=-500` is refused, `bytes=0-499` is not
    WRONG_RANGE = "wrong-range"  # 206, but Content-Range and bytes are of another part
    WRONG_SIZE = "wrong-size"  # 206, but Content-Range misstates the file's size
    UNSTATED = "unstated"  # 206 without Content-Range
    SHORT = "short"  # 206 with fewer bytes than were asked for, and says so
    CUT = "cut"  # 206, and the connection ends before Content-Length is reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault in the response to a request for a path."""

    path: str
    """A shell pattern over the request's path: `*/simple/uamqp/`, `*.whl`."""
    times: int | None = None
    """Affects only this many first requests of one path; `None` means all."""
    status: int | None = None
    body: bytes = b""
    """Of an answer whose status is given."""
    content_type: str = "text/plain"
    delay_seconds: float = 0
    """Before anything is answered, or in the middle (`pause_after`)."""
    pause_after: int | None = None
    """The delay comes after so many bytes of the body."""
    cut_after: int | None = None
    """The connection ends after so many bytes of the body."""
    truncate_to: int | None = None
    """A whole answer, as far as anyone can tell, of so many bytes of the body."""
    flip_byte: int | None = None
    """The byte at this offset of the body is inverted, so that a hash no longer fits."""
    location: str | None = None
    """Where a redirect leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How an index responds."""

    pages: PageFormat = PageFormat.NEGOTIATED
    metadata: bool = True
    """Offer each wheel's METADATA beside it (PEP 658 and 714)."""
    hashes: bool = True
    ranges: Ranges = Ranges.HONOURED
    chunked: bool = False
    """Send files without saying how long they are."""
    etags: bool = True
    absolute_urls: bool = False
    credentials: tuple[str, str] | None = None
    """The user and password without which every path is 401."""
    faults: tuple[Fault, ...] = ()
    """The first fault that matches a request applies."""


@dataclass(frozen=True, kw_only=True)
class IndexFile:
    """One file that an index offers."""

    filename: str
    content: bytes
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, perhaps empty; `None` where the file is not yanked."""
    metadata: bytes | None = None
    """The METADATA to offer beside a wheel."""
    upload_time: str = "2024-01-01T00:00:00Z"

    @cached_property
    def sha256(self) -> str:
        """The content's hash, in lower-case hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def metadata_sha256(self) -> str:
        """The hash of the metadata."""
        return hashlib.sha256(self.metadata or b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project and its files."""

    name: str
    """Normalised."""
    files: tuple[IndexFile, ...]
    """In upload order; versions and kinds mix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One index."""

    name: str
    """The first part of its paths: `/<name>/simple/`."""
    projects: tuple[Project, ...]
    behaviour: Behaviour = Behaviour()

    def find_project(self, name: str) -> Project | None:
        """Return the project of a normalised name, or `None`."""
        return next((project for project in self.projects if project.name == name), None)

    def find_file(self, filename: str) -> IndexFile | None:
        """Return a file of any project, or `None`."""
        files = (file for project in self.projects for file in project.files)
        return next((file for file in files if file.filename == filename), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All indexes that one server serves."""

    indexes: tuple[Index, ...]

    def find_index(self, name: str) -> Index | None:
        """Return an index by name, or `None`."""
        return next((index for index in self.indexes if index.name == name), None)

    def with_behaviour(self, behaviour: Behaviour) -> Self:
        """Return a world whose indexes all behave so."""
        return replace(
            self, indexes=tuple(replace(each, behaviour=behaviour) for each in self.indexes)
        )
