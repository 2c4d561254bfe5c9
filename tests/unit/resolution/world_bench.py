"""`IndexWorld` over an index of files on disk and a store in memory, with all its parts."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.errors import BuildError
from archpip.index import Link, path_of, to_file_url
from archpip.resolution import IndexWorld
from archpip.wheels import Inspection, Tail

METADATA = b"Metadata-Version: 2.1\nName: a\nVersion: 1.0\n"
STATIC = b"Metadata-Version: 2.2\nName: a\nVersion: 1.0\n"


class MemoryStore:
    def __init__(self) -> None:
        self.inspections: dict[str, Inspection] = {}
        self.metadata: dict[str, bytes] = {}

    def get_inspection(self, sha256: str) -> Inspection | None:
        return self.inspections.get(sha256)

    def put_inspection(self, sha256: str, inspection: Inspection) -> None:
        self.inspections[sha256] = inspection

    def get_metadata(self, sha256: str) -> bytes | None:
        return self.metadata.get(sha256)

    def put_metadata(self, sha256: str, metadata: bytes) -> None:
        self.metadata[sha256] = metadata


class FolderIndex:
    """Files in a folder, offered under `https://files.example/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.beside: dict[str, bytes] = {}

    @property
    def ranges(self) -> "FolderIndex":
        return self

    def project(self, name: NormalizedName) -> Mapping[Version, Sequence[Link]]:
        return {Version("1.0"): (Link(url="https://files.example/x", filename=name),)}

    def metadata(self, link: Link) -> bytes | None:
        self.asked.append("metadata")
        return self.beside.get(link.filename)

    def download(self, link: Link, folder: Path) -> Path:
        self.asked.append("download")
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / link.filename
        target.write_bytes(self._path(link.url).read_bytes())
        return target

    def read_tail(self, url: str, length: int) -> Tail:
        self.asked.append("tail")
        content = self._path(url).read_bytes()
        return Tail(content=content[-length:], file_size=len(content))

    def read_many(self, url: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
        self.asked.append("ranges")
        content = self._path(url).read_bytes()
        return tuple(content[start:stop] for start, stop in ranges)

    def _path(self, url: str) -> Path:
        return path_of(url) if url.startswith("file:") else self.folder / url.rpartition("/")[2]


class Backend:
    def __init__(self) -> None:
        self.asked: list[Path] = []
        self.names: list[str | None] = []
        self.config_settings: list[tuple[tuple[str, str], ...]] = []
        self.error: BuildError | None = None
        self.customised: set[str] = set()
        self.patched: set[str] = set()

    def metadata(
        self,
        sdist: Path,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        config_settings: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        self.asked.append(sdist / subdirectory if subdirectory else sdist)
        self.names.append(name)
        self.config_settings.append(tuple(config_settings))
        if self.error is not None:
            raise self.error
        return METADATA

    def is_patched(self, name: NormalizedName) -> bool:
        return name in self.patched

    def is_customised(self, name: NormalizedName) -> bool:
        return name in self.customised | self.patched


class Repositories:
    def checkout(self, url: str, revision: str | None, folder: Path) -> str:
        (folder / "sub").mkdir(parents=True)
        return f"commit of {url} at {revision}"


class Bench:
    """A world and all its parts."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.index = FolderIndex(self.files)
        self.store = MemoryStore()
        self.backend = Backend()
        self.sources = folder / "sources"
        self.world = self.make_world()

    def make_world(self, *, built_before: datetime | None = None) -> IndexWorld:
        return IndexWorld(
            index=self.index,
            store=self.store,
            builder=self.backend,
            repositories=Repositories(),
            sources=self.sources,
            built_before=built_before,
        )

    def link(self, filename: str, *, hashed: bool = True, local: bool = False) -> Link:
        path = self.files / filename
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Link(
            url=to_file_url(path) if local else f"https://files.example/{filename}",
            filename=filename,
            hashes=(("sha256", digest),) if hashed else (),
        )

    def wheel(self) -> str:
        name = "a-1.0-py3-none-any.whl"
        with zipfile.ZipFile(self.files / name, "w") as archive:
            archive.writestr("a/__init__.py", "")
            archive.writestr("a-1.0.dist-info/METADATA", METADATA)
            archive.writestr(
                "a-1.0.dist-info/WHEEL",
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            archive.writestr("a-1.0.dist-info/RECORD", "")
        return name

    def sdist(self, pkg_info: bytes, name: str = "a-1.0.tar.gz") -> str:
        path = self.files / name
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as container:
                container.writestr("a-1.0/a.egg-info/PKG-INFO", b"")
                container.writestr("a-1.0/PKG-INFO", pkg_info)
            return name
        with tarfile.open(path, "w:gz") as archive:
            for member, content in (("a-1.0/deep/PKG-INFO", b""), ("a-1.0/PKG-INFO", pkg_info)):
                info = tarfile.TarInfo(member)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return name
