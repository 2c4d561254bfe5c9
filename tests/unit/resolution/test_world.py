"""`IndexWorld`, over an index of files on disk and a store in memory."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.errors import BuildError
from archpip.index import HashMismatchError, Link, path_of, to_file_url
from archpip.resolution import IndexWorld, LinkKind, SourceReference, parse_metadata
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
        config_settings: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        self.asked.append(sdist)
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


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def source(link: Link, kind: LinkKind = LinkKind.SDIST, **changes: object) -> SourceReference:
    return SourceReference(link=link, kind=kind, **changes)  # type: ignore[arg-type]  # any field


def test_releases_are_the_index_s(bench: Bench) -> None:
    assert list(bench.world.releases(canonicalize_name("a"))) == [Version("1.0")]


def test_one_request_gives_metadata_and_inspection(bench: Bench) -> None:
    link = bench.link(bench.wheel())

    facts = bench.world.wheel(link, inspect=True)

    assert facts.metadata == METADATA
    assert facts.inspection is not None
    assert facts.sha256 == link.sha256
    assert bench.index.asked == ["tail"]


def test_what_the_store_has_is_not_asked_for(bench: Bench) -> None:
    link = bench.link(bench.wheel())
    first = bench.world.wheel(link, inspect=True)
    bench.index.asked.clear()

    again = bench.world.wheel(link, inspect=True)

    assert (again.metadata, again.inspection) == (first.metadata, first.inspection)
    assert bench.index.asked == []


def test_metadata_alone_comes_from_beside_the_wheel(bench: Bench) -> None:
    link = bench.link(bench.wheel())
    bench.index.beside[link.filename] = STATIC

    facts = bench.world.wheel(link, inspect=False)

    assert (facts.metadata, facts.inspection) == (STATIC, None)
    assert bench.index.asked == ["metadata"]


def test_metadata_alone_is_read_from_the_wheel_where_nothing_is_beside(bench: Bench) -> None:
    facts = bench.world.wheel(bench.link(bench.wheel()), inspect=False)

    assert facts.metadata == METADATA
    assert bench.index.asked == ["metadata", "tail"]


@pytest.mark.parametrize("local", [True, False])
def test_a_file_without_a_promised_hash_is_hashed(bench: Bench, *, local: bool) -> None:
    name = bench.wheel()

    facts = bench.world.wheel(bench.link(name, hashed=False, local=local), inspect=True)

    assert facts.sha256 == bench.link(name).sha256
    assert ("download" in bench.index.asked) is not local


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
@pytest.mark.parametrize("kind", [LinkKind.WHEEL, LinkKind.SDIST])
def test_a_file_on_this_disk_must_be_what_its_link_promises(
    bench: Bench, kind: LinkKind, algorithm: str
) -> None:
    name = bench.wheel() if kind is LinkKind.WHEEL else bench.sdist(STATIC)
    link = replace(bench.link(name, local=True), hashes=((algorithm, "00"),))

    def ask() -> object:
        if kind is LinkKind.WHEEL:
            return bench.world.wheel(link, inspect=False)
        return bench.world.source(source(link))

    with pytest.raises(HashMismatchError, match="00 was promised"):
        ask()

    assert bench.store.metadata == {}


@pytest.mark.parametrize("name", ["a-1.0.tar.gz", "a-1.0.zip"])
def test_static_metadata_needs_no_build(bench: Bench, name: str) -> None:
    link = bench.link(bench.sdist(STATIC, name))

    facts = bench.world.source(source(link))

    assert (facts.metadata, facts.sha256) == (STATIC, link.sha256)
    assert bench.backend.asked == []


def test_other_metadata_is_the_backend_s_and_is_remembered(bench: Bench) -> None:
    link = bench.link(bench.sdist(METADATA))

    first, again = bench.world.source(source(link)), bench.world.source(source(link))

    assert (first.metadata, again.metadata) == (METADATA, METADATA)
    assert len(bench.backend.asked) == 1


def test_what_older_build_tools_said_is_remembered_apart(bench: Bench) -> None:
    link = bench.link(bench.sdist(METADATA))
    days = [datetime(2021, 6, day, tzinfo=UTC) for day in (1, 1, 2)]

    for moment in (None, *days):
        world = bench.make_world(built_before=moment)
        assert world.source(source(link)).metadata == METADATA

    assert len(bench.backend.asked) == 3


def test_settings_are_part_of_the_question(bench: Bench) -> None:
    link = bench.link(bench.sdist(METADATA))

    bench.world.source(source(link))
    bench.world.source(source(link, config_settings=(("a", "b"),)))

    assert bench.backend.config_settings == [(), (("a", "b"),)]


@pytest.mark.parametrize("metadata", [STATIC, METADATA], ids=["static", "dynamic"])
def test_what_a_patched_source_says_is_asked_of_its_backend_and_not_remembered(
    bench: Bench, metadata: bytes
) -> None:
    link = bench.link(bench.sdist(metadata))
    bench.backend.patched.add("a")

    for _ in range(2):
        assert bench.world.source(source(link)).metadata == METADATA

    assert len(bench.backend.asked) == 2
    bench.backend.patched.clear()
    assert bench.world.source(source(link)).metadata == metadata


def test_a_folders_sdist_is_known_again_by_its_bytes(bench: Bench) -> None:
    bench.sdist(METADATA)
    local = Link(url=to_file_url(bench.files / "a-1.0.tar.gz"), filename="a-1.0.tar.gz")

    for _ in range(2):
        assert bench.world.source(source(local)).metadata == METADATA

    assert len(bench.backend.asked) == 1


def test_each_project_of_one_archive_speaks_for_itself(bench: Bench) -> None:
    link = bench.link(bench.sdist(METADATA))

    bench.world.source(source(link, subdirectory="one"))
    bench.world.source(source(link, subdirectory="two"))

    assert len(bench.backend.asked) == 2


def test_what_settings_change_is_not_remembered_for_others(bench: Bench) -> None:
    link = bench.link(bench.sdist(METADATA))
    bench.backend.customised.add("a")
    bench.world.source(source(link))
    assert bench.store.metadata == {}


def test_a_broken_archive_is_left_to_whoever_builds_it(bench: Bench) -> None:
    (bench.files / "a-1.0.tar.gz").write_bytes(b"not an archive")
    bench.backend.error = BuildError("cannot be unpacked")

    with pytest.raises(BuildError, match="cannot be unpacked"):
        bench.world.source(source(bench.link("a-1.0.tar.gz")))


def test_a_folder_is_built_where_it_lies(bench: Bench) -> None:
    project = bench.files / "project"
    project.mkdir()
    link = Link(url=to_file_url(project), filename="project")

    facts = bench.world.source(source(link, LinkKind.DIRECTORY))

    assert facts.metadata == METADATA
    assert bench.backend.asked == [project]


def test_a_folder_whose_file_says_all_is_not_built(bench: Bench) -> None:
    project = bench.files / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "a"\nversion = "1.0"\ndependencies = ["b"]\n'
    )
    link = Link(url=to_file_url(project), filename="project")

    facts = bench.world.source(source(link, LinkKind.DIRECTORY))

    assert parse_metadata(facts.metadata).requires == ("b",)
    assert bench.backend.asked == []


def test_a_folder_is_read_by_the_settings_of_the_project_in_it(bench: Bench) -> None:
    project = bench.files / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "A"\ndynamic = ["version"]\n')
    link = Link(url=to_file_url(project), filename="project")
    bench.backend.customised = {"a", "project"}

    facts = bench.world.source(source(link, LinkKind.DIRECTORY))

    assert bench.backend.names == ["a"]
    assert facts.name == "a"


@pytest.mark.parametrize(("customised", "name"), [(set(), "a"), ({"a"}, None), ({"b"}, None)])
def test_a_project_that_its_backend_names_was_read_as_any_other(
    bench: Bench, customised: set[str], name: str | None
) -> None:
    (bench.files / "b").mkdir()
    link = Link(url=to_file_url(bench.files / "b"), filename="b")
    bench.backend.customised = customised

    assert bench.world.source(source(link, LinkKind.DIRECTORY)).name == name


def test_a_repository_without_a_name_is_called_as_it_is_there(bench: Bench) -> None:
    link = Link(url="git+https://host/mine.git", filename="mine.git")

    bench.world.source(source(link, LinkKind.VCS))

    assert bench.backend.names == ["mine"]


def test_a_repository_is_checked_out_and_its_commit_kept(bench: Bench) -> None:
    link = Link(url="git+https://host/a.git", filename="a.git")

    facts = bench.world.source(source(link, LinkKind.VCS, revision="v1", subdirectory="sub"))

    assert facts.commit == "commit of git+https://host/a.git at v1"
    assert bench.backend.asked[0].name == "sub"
