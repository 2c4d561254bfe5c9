"""Container images: `docker save` archives and OCI image layouts, packed or as a folder.

Source: https://github.com/opencontainers/image-spec/blob/main/image-layout.md and Docker's
`manifest.json` (https://github.com/moby/docker-image-spec).
"""

import gzip
import json
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol, cast

from msgspec import Struct
from msgspec.structs import replace

from archpip.codec import as_list, as_mapping
from archpip.environments import zstd
from archpip.environments.errors import NothingToAuditError
from archpip.environments.layers import MAX_INFLATION, Layer, LayeredTree
from archpip.environments.model import ImageFacts
from archpip.environments.tars import TarReader
from archpip.errors import UsageError
from archpip.targets import Target, parse_target
from archpip.wheels import ProblemKind

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
"""A manifest, index or configuration; real ones have some kilobytes."""

_DIGEST = re.compile(r"(sha256|sha512):([0-9a-f]{64,128})")
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
_MOST_NESTED = 3
_MOST_LAYERS = 1000
_MOST_LINKS = 40
"""As Linux allows in one path (path_resolution(7))."""
_MOST_FILES = 100_000
"""Most files of an archive of images, which has some three for each layer."""


class _Files(Protocol):
    """The files of an image's archive or folder, by name."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file; raise `KeyError` if there is none."""
        ...

    def size(self, name: str) -> int:
        """Return a file's size in bytes; raise `KeyError` if there is none."""
        ...


class _FolderFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> IO[bytes]:
        return self._path(name).open("rb")

    def size(self, name: str) -> int:
        return self._path(name).stat().st_size

    def _path(self, name: str) -> Path:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise KeyError(name)
        return path


class _TarFiles:
    def __init__(self, file: IO[bytes]) -> None:
        self._archive = TarReader(file, seekable=True)
        self._entries: dict[str, tarfile.TarInfo] = {}
        for entry in self._archive:
            self._entries[entry.name.removeprefix("./")] = entry
            if len(self._entries) > _MOST_FILES:
                reason = f"it holds more than {_MOST_FILES} files"
                raise ValueError(reason)

    def open(self, name: str) -> IO[bytes]:
        content = self._archive.open(self._find(name))
        if content is None:
            raise KeyError(name)
        return content

    def size(self, name: str) -> int:
        return self._find(name).size

    def _find(self, name: str) -> tarfile.TarInfo:
        """Follow links: `docker save` of old links equal layers.

        `tarfile` looks through the whole archive for each of them.
        """
        first = name
        for _ in range(_MOST_LINKS):
            entry = self._entries[name]
            if entry.issym():
                name = posixpath.normpath(posixpath.join(posixpath.dirname(name), entry.linkname))
            elif entry.islnk():
                name = entry.linkname.removeprefix("./")
            else:
                return entry
        reason = f"{first} is a link to itself"
        raise ValueError(reason)


class _Image(Struct, frozen=True, kw_only=True):
    """One image of an archive: the names of its files there."""

    configuration: str
    layers: tuple[str, ...]
    platform: str = ""


class ImageTree(LayeredTree):
    """A `Tree` over the files that a container of the image would see."""

    def __init__(self, path: Path, *, target: Target | None = None) -> None:
        """Read all layers of an image.

        Args:
            path: An archive or a folder; an image for several platforms is several images there.
            target: Selects among several images; of those that remain, or without a target, the
                first is read, and a problem lists the others.

        Raises:
            NothingToAuditError: The archive holds no image that can be read.
        """
        super().__init__()
        try:
            with ExitStack() as opened:
                files = _open_files(path, opened)
                images = tuple(_iter_images(files))
                if not images:
                    reason = "it holds no image"
                    raise ValueError(reason)  # noqa: TRY301 - one way out, which closes the tree
                image, others = _choose_image(files, images, target)
                if others:
                    self.note(ProblemKind.TOO_MANY_MEMBERS, path.name, others)
                self.image = _read_facts(files, image)
                applied: dict[str, Layer | None] = {}
                for name in image.layers[:_MOST_LAYERS]:
                    # An archive may name one layer a thousand times.
                    if (layer := applied.get(name)) is not None:
                        self.put(layer)
                    elif name not in applied:
                        applied[name] = self._apply(files, name)
                folder = self.follow(self.image.working_folder)
                self.image = replace(self.image, working_folder=folder)
        except (OSError, tarfile.TarError, EOFError, zlib.error, ValueError, KeyError) as error:
            self.close()
            what = f"it lacks {error}" if isinstance(error, KeyError) else error
            reason = f"it is no container image that can be read ({what})"
            raise NothingToAuditError(path=str(path), reason=reason) from error

    def _apply(self, files: _Files, layer: str) -> Layer | None:
        with files.open(layer) as stream:
            magic = stream.read(len(zstd.MAGIC))
        with files.open(layer) as stream:
            plain: IO[bytes] | None = stream
            if magic == zstd.MAGIC:
                plain = zstd.open_zstd(stream)
            elif magic.startswith(_GZIP_MAGIC):
                plain = _open_gzip(stream)
            if plain is None:
                self.note(ProblemKind.UNREADABLE_MEMBER, layer, zstd.MISSING)
                return None
            return self.apply(plain, name=layer, size_bytes=files.size(layer))


def is_image_archive(path: Path) -> bool:
    """Return whether a file is a tar archive, plain or gzip-compressed, by its first header.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        is_packed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        plain = _open_gzip(file) if is_packed else file
        try:
            TarReader(plain, seekable=False)
        except (tarfile.TarError, EOFError, zlib.error, ValueError, gzip.BadGzipFile):
            return False
    return True


def _open_files(path: Path, opened: ExitStack) -> _Files:
    if path.is_dir():
        return _FolderFiles(path)
    file = opened.enter_context(path.open("rb"))
    if file.read(2) == _GZIP_MAGIC:
        file.seek(0)
        plain = opened.enter_context(TemporaryFile(prefix="archpip-"))  # noqa: SIM115 - `opened` closes it
        _inflate(file, plain, limit=MAX_INFLATION * path.stat().st_size)
        return _TarFiles(plain)
    file.seek(0)
    return _TarFiles(file)


def _open_gzip(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))


def _inflate(packed: IO[bytes], plain: IO[bytes], *, limit: int) -> None:
    """Inflate into an unnamed file, so that its parts can be seeked."""
    written = 0
    with gzip.GzipFile(fileobj=packed) as content:
        while chunk := content.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > limit:
                reason = f"inflates to more than {limit} bytes"
                raise ValueError(reason)
            plain.write(chunk)
    plain.seek(0)


def _iter_images(files: _Files) -> Iterator[_Image]:
    """Yield the images; those of Docker's manifest, if an archive has it beside OCI's."""
    try:
        listed = _read_document(files, "manifest.json")
    except KeyError:
        yield from _iter_oci(files, as_mapping(_read_index(files)), depth=0, seen=set())
        return
    for one in listed if isinstance(listed, list) else []:
        entry = as_mapping(one)
        layers = tuple(str(layer) for layer in as_list(entry.get("Layers")))
        yield _Image(configuration=str(entry.get("Config", "")), layers=layers)


def _read_index(files: _Files) -> object:
    try:
        return _read_document(files, "index.json")
    except KeyError as error:
        reason = (
            "it has neither manifest.json nor index.json; unpack an archive of other content, and "
            "audit the folder"
        )
        raise ValueError(reason) from error


def _iter_oci(
    files: _Files, index: Mapping[str, object], *, depth: int, seen: set[str]
) -> Iterator[_Image]:
    """Yield the images of an index and of those that it leads to, each document read once."""
    for one in as_list(index.get("manifests")):
        entry = as_mapping(one)
        platform = _platform_of(as_mapping(entry.get("platform")))
        if platform.startswith("unknown/"):
            continue  # an attestation about another image
        name = _blob(entry)
        if name in seen:
            continue
        seen.add(name)
        document = as_mapping(_read_document(files, name))
        if "manifests" in document and depth < _MOST_NESTED:
            yield from _iter_oci(files, document, depth=depth + 1, seen=seen)
        elif "layers" in document:
            yield _Image(
                configuration=_blob(as_mapping(document.get("config"))),
                layers=tuple(_blob(as_mapping(layer)) for layer in as_list(document["layers"])),
                platform=platform,
            )


def _choose_image(
    files: _Files, images: Sequence[_Image], target: Target | None
) -> tuple[_Image, str]:
    """Return the image to read, and the other candidates that are not read."""
    if len(images) == 1:
        return images[0], ""
    unnamed = {image.configuration: image for image in images if not image.platform}
    read = {name: _read_platform(files, image) for name, image in unnamed.items()}
    platforms = [image.platform or read[image.configuration] for image in images]
    # Images for other platforms are not shipped to this one.
    meant = [i for i, name in enumerate(platforms) if target is None or _is_for(name, target)]
    if len(meant) == 1:
        return images[meant[0]], ""
    first = meant[0] if meant else 0
    named = ", ".join(dict.fromkeys(name or "of no platform" for name in platforms))
    which = platforms[first] or "the first"
    return images[first], f"of its {len(images)} images ({named}) one was read: {which}"


def _is_for(platform: str, target: Target) -> bool:
    try:
        named = parse_target(platform, host=target)
    except UsageError:
        return False
    return named.operating_system is target.operating_system and not set(
        named.architectures
    ).isdisjoint(target.architectures)


def _read_platform(files: _Files, image: _Image) -> str:
    """Return the platform that a configuration names; Docker's manifest names none."""
    return _platform_of(as_mapping(_read_document(files, image.configuration)))


def _read_facts(files: _Files, image: _Image) -> ImageFacts:
    document = as_mapping(_read_document(files, image.configuration))
    inner = as_mapping(document.get("config"))
    return ImageFacts(
        platform=image.platform or _platform_of(document),
        working_folder=str(inner.get("WorkingDir") or "").strip("/"),
    )


def _platform_of(document: Mapping[str, object]) -> str:
    parts = [str(document.get(key) or "") for key in ("os", "architecture", "variant")]
    return "/".join(part for part in parts if part) if all(parts[:2]) else ""


def _blob(descriptor: Mapping[str, object]) -> str:
    match = _DIGEST.fullmatch(str(descriptor.get("digest", "")))
    if match is None:
        reason = "a digest is malformed"
        raise ValueError(reason)
    return f"blobs/{match[1]}/{match[2]}"


def _read_document(files: _Files, name: str) -> object:
    if files.size(name) > MAX_DOCUMENT_BYTES:
        reason = f"{name} is too large"
        raise ValueError(reason)
    with files.open(name) as stream:
        try:
            return cast("object", json.load(stream))
        except RecursionError as error:
            reason = f"{name} is nested too deeply"
            raise ValueError(reason) from error
