"""The layers of a container image, applied in order as the files that a container would see.

Nothing is extracted: a layer is read as a stream, and only native files and records are kept, in
one nameless temporary file. Source: https://github.com/opencontainers/image-spec/blob/main/layer.md.

What the specification leaves open is done as Docker, containerd and Podman do it on overlayfs. They
unpack each layer by itself, so that a path goes through the links of its own layer only: of `lib/x`
over a layer with `lib -> usr/lib`, containers see a folder `lib`, with `x` alone.
"""

import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from tempfile import TemporaryFile
from typing import IO, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from archpip.binaries import looks_native
from archpip.environments.links import follow
from archpip.environments.model import ImageFacts
from archpip.environments.records import find_conda_prefix
from archpip.environments.tars import TarReader
from archpip.printable import spell_bytes
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

MAX_PATH_CHARACTERS = 4096
"""Linux' `PATH_MAX`: a container cannot have a longer path or link."""

MAX_FOLDERS = 256
"""Folders of one path, each of which is noted."""

_ALWAYS_ALLOWED_BYTES = 256 << 20
_HEAD_BYTES = 4096
_CHUNK_BYTES = 1 << 20
_Value = TypeVar("_Value")
_SHOWN_CHARACTERS = 80
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_RECORDS = ("/METADATA", "/WHEEL", "/RECORD", "/top_level.txt", "pyvenv.cfg", ".pth")
_LISTED = ".py"
"""Modules decide what is imported by their names; their content and size are not needed."""


class _Kept(Struct, frozen=True, kw_only=True):
    """A file's place in the temporary file."""

    member: Member
    offset: int
    kept_bytes: int
    """The number of bytes kept: all or none."""


class Layer:
    """What one layer changes, by normal paths for display."""

    def __init__(self) -> None:
        self.kept: dict[str, _Kept] = {}
        self.links: dict[str, str] = {}
        """Where symbolic links lead, as written."""
        self.removed: set[str] = set()
        """What disappears from lower layers, with all that is in it."""
        self.opaque: set[str] = set()
        """Folders of which all that lower layers have disappears."""
        self.folders: set[str] = set()
        """They replace whatever is no folder in lower layers."""

    def place(self, raw: str) -> str | None:
        """Return the path of an entry, with all folders above it; `None` if it climbs out."""
        path = _normal(raw)
        if path == ".." or path.startswith("../"):
            return None
        folder, name = posixpath.split(path)
        if folder and self.links:
            folder = follow(folder, self.links) or folder
        path = f"{folder}/{name}" if folder else name
        while folder and folder not in self.folders:
            self.folders.add(folder)
            folder = posixpath.dirname(folder)
        return path

    def replace(self, path: str) -> None:
        """Remove what had the path, here and in lower layers."""
        self.removed.add(path)
        self.kept.pop(path, None)
        self.links.pop(path, None)


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
        self._links: dict[str, str] = {}
        self._folders: set[str] = set()
        """Every folder that a layer had; some may be gone."""
        self._problems: list[Problem] = []
        self._end = 0
        self._seen = 0

    def apply(self, stream: IO[bytes], *, name: str, size_bytes: int) -> Layer:
        """Apply one layer over those before it, and return it so that it can be applied again.

        Args:
            stream: The tar archive, decompressed.
            name: The layer's name, for problems.
            size_bytes: The stream's stored size, which limits what the layer may inflate to.
        """
        layer = Layer()
        limit = max(_ALWAYS_ALLOWED_BYTES, MAX_INFLATION * size_bytes)
        try:
            archive = TarReader(stream, seekable=False)
            for entry in archive:
                self._seen += 1
                if self._is_too_much(entry, name, limit):
                    break
                self._read_entry(archive, entry, layer)
                archive.forget()
        except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
            self.note(ProblemKind.UNREADABLE_MEMBER, name, f"the layer cannot be read: {error}")
        self.put(layer)
        return layer

    def put(self, layer: Layer) -> None:
        """Apply a layer that was read."""
        # A layer hides only files of lower layers, whatever the order of its entries.
        self._kept = self._merge(self._kept, layer.kept, layer)
        self._links = self._merge(self._links, layer.links, layer)
        self._folders |= layer.folders

    def follow(self, path: str) -> str:
        """Return the path of the file or folder that a path leads to."""
        return follow(_normal(path), self._links) or path

    def note(self, kind: ProblemKind, member: str, detail: str) -> None:
        """Record a problem."""
        self._problems.append(Problem(kind=kind, member=member, detail=detail))

    def members(self) -> tuple[Member, ...]:
        """Return the files that a container would see and an audit needs."""
        return tuple(self._files[path].member for path in sorted(self._files))

    def problems(self) -> tuple[Problem, ...]:
        """Return what could not be read."""
        self.members()
        return tuple(self._problems)

    def open(self, path: str) -> KeptContent:
        """Open a file.

        Raises:
            WheelUnreadableError: There is none.
        """
        kept = self._files.get(path)
        if kept is None:
            raise WheelUnreadableError(filename="", member=path, reason="there is no such file")
        return KeptContent(self._file, kept)

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()

    @cached_property
    def _files(self) -> dict[str, _Kept]:
        """The kept files, and links to them; to be used when all layers were applied."""
        files = dict(self._kept)
        for path, aim in self._links.items():
            real = follow(path, self._links)
            if (kept := self._kept.get(real or "")) is not None:
                files[path] = replace(kept, member=kept.member._replace(path=path))
            elif is_module_by_name(path):
                detail = f"a link to {aim} leads to no file that can be read"
                self.note(ProblemKind.UNREADABLE_MEMBER, path, detail)
        return files

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

    def _read_entry(self, archive: TarReader, entry: tarfile.TarInfo, layer: Layer) -> None:
        if _is_endless(entry.name) or _is_endless(entry.linkname):
            detail = "no system has room for its path, or for where it leads"
            self.note(ProblemKind.UNSAFE_PATH, spell_bytes(entry.name[:_SHOWN_CHARACTERS]), detail)
            return
        path = layer.place(entry.name)
        if path is None:
            self.note(ProblemKind.UNSAFE_PATH, spell_bytes(entry.name), "its path climbs out")
            return
        folder, name = posixpath.split(path)
        if name == _OPAQUE:
            layer.opaque.add(folder)
        elif name.startswith(_WHITEOUT):
            layer.removed.add(posixpath.join(folder, name.removeprefix(_WHITEOUT)))
        elif entry.isdir():
            layer.folders.add(path)
        elif entry.islnk():
            self._link(_normal(entry.linkname), path, layer)
        else:
            layer.replace(path)
            if entry.issym():
                layer.links[path] = spell_bytes(entry.linkname)
            elif entry.isreg() and (kept := self._keep(archive, entry, path)) is not None:
                layer.kept[path] = kept

    def _link(self, aim: str, path: str, layer: Layer) -> None:
        """Give a hard link the bytes, or the aim, of the earlier file that it names."""
        folder, name = posixpath.split(aim)
        aim = posixpath.join(follow(folder, layer.links) or folder, name)
        kept = layer.kept.get(aim) or self._kept.get(aim)
        link = layer.links.get(aim) or self._links.get(aim)
        layer.replace(path)
        if kept is not None:
            layer.kept[path] = replace(kept, member=kept.member._replace(path=path))
        elif link is not None:
            layer.links[path] = link

    def _keep(self, archive: TarReader, entry: tarfile.TarInfo, path: str) -> _Kept | None:
        """Keep a file that is native code or a record; return `None` for any other."""
        member = Member(
            path=path,
            size_bytes=entry.size,
            compressed_bytes=entry.size,
            executable_bit=bool(entry.mode & 0o100),
        )
        if path.endswith(_LISTED):
            listed = Member(path, 0, 0, executable_bit=False)
            return _Kept(member=listed, offset=0, kept_bytes=0)
        is_record = path.endswith(_RECORDS) or find_conda_prefix(path) is not None
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

    def _merge(
        self, lower: dict[str, _Value], upper: dict[str, _Value], layer: Layer
    ) -> dict[str, _Value]:
        """Return what is seen of the lower layers' files, and all of the upper layer's."""
        for path in layer.removed | layer.folders:
            lower.pop(path, None)
        within = layer.removed & self._folders
        if within or layer.opaque:
            # A folder takes along whatever is in it.
            lower = {p: one for p, one in lower.items() if not _is_within(p, within | layer.opaque)}
        return lower | upper


def _is_endless(path: str) -> bool:
    return len(path) > MAX_PATH_CHARACTERS or path.count("/") > MAX_FOLDERS


def _is_within(path: str, folders: set[str]) -> bool:
    while path:
        path = posixpath.dirname(path)
        if path in folders:
            return True
    return False


def _iter_chunks(head: bytes, content: IO[bytes]) -> Iterator[bytes]:
    yield head
    while chunk := content.read(_CHUNK_BYTES):
        yield chunk


def _normal(raw: str) -> str:
    path = posixpath.normpath(spell_bytes(raw).lstrip("/"))
    return "" if path == "." else path
