"""The layers of a container image, applied in order as the files that a container would see.

Nothing is extracted: a layer is read as a stream, and only native files and records are kept, in
one nameless temporary file. Source: https://github.com/opencontainers/image-spec/blob/main/layer.md.
"""

import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from msgspec import Struct

from archpip.binaries import looks_native
from archpip.environments.model import ImageFacts
from archpip.environments.tars import TarReader
from archpip.wheels import (
    Likelihood,
    Member,
    Problem,
    ProblemKind,
    WheelUnreadableError,
    estimate_likelihood,
    is_module_by_name,
)

MAX_MEMBERS = 2_000_000
"""Most members of all layers; a large image has 300,000."""

MAX_KEPT_BYTES = 16 << 30
"""Most bytes of native code and records of one image, kept in a temporary file."""

MAX_INFLATION = 100
"""Highest inflation ratio of a layer; real ones reach 10."""

_ALWAYS_ALLOWED_BYTES = 256 << 20
_HEAD_BYTES = 4096
_CHUNK_BYTES = 1 << 20
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_RECORDS = ("/METADATA", "/WHEEL", "/RECORD", "/top_level.txt", "/__init__.py", "pyvenv.cfg")


class _Kept(Struct, frozen=True, kw_only=True):
    """A file's place in the temporary file."""

    member: Member
    offset: int
    kept_bytes: int
    """The number of bytes kept: all or none."""


class KeptContent:
    """The bytes of a file in a layer; those of a file that is no binary were not kept."""

    def __init__(self, file: IO[bytes], kept: _Kept) -> None:
        self._file = file
        self._kept = kept

    @property
    def size(self) -> int:
        """The length in bytes."""
        return self._kept.kept_bytes

    @property
    def at_hand(self) -> bool:
        """Every part can be read at once."""
        return True

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes; fewer than `length` only at the end."""
        length = min(length, self._kept.kept_bytes - offset)
        if length <= 0:
            return b""
        self._file.seek(self._kept.offset + offset)
        return self._file.read(length)

    def read_head(self, length: int) -> bytes:
        """Return the first bytes."""
        return self.read_at(0, length)

    def estimate_compressed(self, length: int) -> int:
        """Return `length`: nothing is compressed here."""
        return length

    def close(self) -> None:
        """Do nothing: the file is the tree's."""


class LayeredTree:
    """A `Tree` built by applying layers, the lowest first."""

    image: ImageFacts | None = None

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile(prefix="archpip-")  # noqa: SIM115 - closed by close()
        self._kept: dict[str, _Kept] = {}
        self._problems: list[Problem] = []
        self._end = 0
        self._seen = 0

    def apply(self, stream: IO[bytes], *, name: str, size_bytes: int) -> None:
        """Apply one layer over those before it.

        Args:
            stream: The tar archive, decompressed.
            name: The layer's name, for problems.
            size_bytes: The stream's stored size, which limits what the layer may inflate to.
        """
        added: dict[str, _Kept] = {}
        hidden: set[str] = set()
        limit = max(_ALWAYS_ALLOWED_BYTES, MAX_INFLATION * size_bytes)
        try:
            archive = TarReader(stream, seekable=False)
            for entry in archive:
                self._seen += 1
                if self._is_too_much(entry, name, limit):
                    break
                self._read_entry(archive, entry, added, hidden)
                archive.forget()
        except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
            self.note(ProblemKind.UNREADABLE_MEMBER, name, f"the layer cannot be read: {error}")
        # A layer hides only files of lower layers, whatever the order of its entries.
        self._hide(hidden)
        self._kept.update(added)

    def note(self, kind: ProblemKind, member: str, detail: str) -> None:
        """Record a problem."""
        self._problems.append(Problem(kind=kind, member=member, detail=detail))

    def members(self) -> tuple[Member, ...]:
        """Return the files that a container would see and an audit needs."""
        return tuple(self._kept[path].member for path in sorted(self._kept))

    def problems(self) -> tuple[Problem, ...]:
        """Return what could not be read."""
        return tuple(self._problems)

    def open(self, path: str) -> KeptContent:
        """Open a file.

        Raises:
            WheelUnreadableError: There is none.
        """
        kept = self._kept.get(path)
        if kept is None:
            raise WheelUnreadableError(filename="", member=path, reason="there is no such file")
        return KeptContent(self._file, kept)

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()

    def _is_too_much(self, entry: tarfile.TarInfo, name: str, limit: int) -> bool:
        if self._seen > MAX_MEMBERS:
            detail = f"more than {MAX_MEMBERS} files; those behind are not read"
            self.note(ProblemKind.TOO_MANY_MEMBERS, name, detail)
            return True
        if entry.offset_data + entry.size > limit:
            detail = f"the layer inflates to more than {limit} bytes; the rest is not read"
            self.note(ProblemKind.RATIO, name, detail)
            return True
        return False

    def _read_entry(
        self,
        archive: TarReader,
        entry: tarfile.TarInfo,
        added: dict[str, _Kept],
        hidden: set[str],
    ) -> None:
        path = posixpath.normpath(entry.name.lstrip("/"))
        if path == ".." or path.startswith("../"):
            self.note(ProblemKind.UNSAFE_PATH, _shown(entry.name), "its path climbs out")
            return
        folder, name = posixpath.split(path)
        if name == _OPAQUE:
            hidden.add(f"{folder}/")
        elif name.startswith(_WHITEOUT):
            hidden.add(posixpath.join(folder, name.removeprefix(_WHITEOUT)))
        elif entry.isreg():
            hidden.add(path)
            added.pop(_shown(path), None)
            if (kept := self._keep(archive, entry, _shown(path))) is not None:
                added[kept.member.path] = kept
        elif entry.islnk():
            self._link(entry, _shown(path), added)
        elif not entry.isdir():
            hidden.add(path)

    def _link(self, entry: tarfile.TarInfo, path: str, added: dict[str, _Kept]) -> None:
        """Give a hard link the bytes of the earlier file that it names."""
        aim = _shown(posixpath.normpath(entry.linkname.lstrip("/")))
        kept = added.get(aim) or self._kept.get(aim)
        if kept is not None:
            member = Member(
                path=path,
                size_bytes=kept.member.size_bytes,
                compressed_bytes=kept.member.compressed_bytes,
                executable_bit=kept.member.executable_bit,
            )
            added[path] = _Kept(member=member, offset=kept.offset, kept_bytes=kept.kept_bytes)

    def _keep(self, archive: TarReader, entry: tarfile.TarInfo, path: str) -> _Kept | None:
        """Keep a file that is native code or a record; return `None` for any other."""
        member = Member(
            path=path,
            size_bytes=entry.size,
            compressed_bytes=entry.size,
            executable_bit=bool(entry.mode & 0o100),
        )
        is_record = path.endswith(_RECORDS) or path.startswith("conda-meta/")
        if not is_record and estimate_likelihood(member) is Likelihood.NONE:
            return None
        content = archive.open(entry)
        if content is None:
            return None
        head = content.read(_HEAD_BYTES)
        if not is_record and not looks_native(head) and not is_module_by_name(path):
            return None
        if self._end + entry.size > MAX_KEPT_BYTES:
            self.note(ProblemKind.TOO_LARGE, path, f"more than {MAX_KEPT_BYTES} bytes to look at")
            return None
        return self._write(member, head, content)

    def _write(self, member: Member, head: bytes, content: IO[bytes]) -> _Kept:
        offset = self._end
        self._file.seek(offset)
        for chunk in _iter_chunks(head, content):
            self._file.write(chunk)
            self._end += len(chunk)
        return _Kept(member=member, offset=offset, kept_bytes=self._end - offset)

    def _hide(self, hidden: set[str]) -> None:
        """Remove the named files of lower layers, and everything in named folders."""
        if hidden:
            self._kept = {p: k for p, k in self._kept.items() if not _is_hidden(p, hidden)}


def _is_hidden(path: str, hidden: set[str]) -> bool:
    if path in hidden:
        return True
    folder = posixpath.dirname(path)
    while folder:
        # A name with a trailing slash is an opaque folder: it stays, but its earlier files do not.
        if folder in hidden or f"{folder}/" in hidden:
            return True
        folder = posixpath.dirname(folder)
    return "/" in hidden


def _iter_chunks(head: bytes, content: IO[bytes]) -> Iterator[bytes]:
    yield head
    while chunk := content.read(_CHUNK_BYTES):
        yield chunk


def _shown(raw: str) -> str:
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
