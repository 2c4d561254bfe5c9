"""`IndexWorld`, over an index of files on disk and a store in memory."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.errors import BuildError
from archpip.index import (
    CheckoutError,
    HashMismatchError,
    IndexUnavailableError,
    Link,
    to_file_url,
)
from archpip.resolution import LinkKind, SourceReference, parse_metadata
from tests.unit.resolution.hollow_wheels import PATH, WHEELS
from tests.unit.resolution.world_bench import METADATA, STATIC, Bench

SDISTS = ((STATIC, "a-1.0.tar.gz"), (METADATA, "a-1.0.zip"))


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


def test_a_wheel_without_binaries_is_inspected_as_soon_as_its_metadata_is_read(
    bench: Bench,
) -> None:
    link = bench.link(bench.wheel())
    facts = bench.world.wheel(link, inspect=False)
    bench.index.asked.clear()

    assert facts.inspection is not None
    assert bench.world.wheel(link, inspect=True).inspection == facts.inspection
    assert bench.index.asked == []


@pytest.mark.parametrize("local", [True, False])
def test_a_file_without_a_promised_hash_is_hashed(bench: Bench, *, local: bool) -> None:
    name = bench.wheel()

    facts = bench.world.wheel(bench.link(name, hashed=False, local=local), inspect=True)

    assert facts.sha256 == bench.link(name).sha256
    assert ("download" in bench.index.asked) is not local


@pytest.mark.parametrize("kind", [LinkKind.WHEEL, LinkKind.SDIST])
def test_a_file_that_is_not_on_this_disk_cannot_be_used(
    bench: Bench, tmp_path: Path, kind: LinkKind
) -> None:
    gone = tmp_path / ("a-1.0-py3-none-any.whl" if kind is LinkKind.WHEEL else "folder")
    link = Link(url=to_file_url(gone), filename=gone.name)

    def ask() -> object:
        if kind is LinkKind.WHEEL:
            return bench.world.wheel(link, inspect=True)
        return bench.world.source(source(link))

    with pytest.raises(IndexUnavailableError, match="there is no such file") as caught:
        ask()
    assert "Check the path" in caught.value.hint


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


def test_what_is_known_without_a_build(bench: Bench) -> None:
    static, built = (bench.link(bench.sdist(text, name)) for text, name in SDISTS)

    assert bench.world.known_source(source(built)) is None
    known = bench.world.known_source(source(static))
    assert known is not None
    assert (known.metadata, known.sha256) == (STATIC, static.sha256)
    assert bench.backend.asked == []

    bench.world.source(source(built))
    known = bench.world.known_source(source(built))
    assert known is not None
    assert known.metadata == METADATA
    settings = (("a", "b"),)
    assert bench.world.known_source(source(built, config_settings=settings)) is None


def test_what_is_stated_must_do_where_the_backend_fails(bench: Bench) -> None:
    """flash-attn's wants torch before it says anything; its PKG-INFO names what it requires."""
    stated = (
        b"Metadata-Version: 2.4\nName: a\nVersion: 1.0\nDynamic: requires-dist\nRequires-Dist: c\n"
    )
    link = bench.link(bench.sdist(stated))
    bench.backend.error = BuildError("no torch")

    assert bench.world.source(source(link)).metadata == stated
    with pytest.raises(BuildError):
        bench.world.source(source(link, config_settings=(("a", "b"),)))

    with pytest.raises(BuildError):
        bench.world.source(source(bench.link(bench.sdist(METADATA))))


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

    assert [path.name for path in bench.backend.asked] == ["one", "two"]


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


def test_a_repository_without_the_folder_that_is_asked_for(bench: Bench) -> None:
    link = Link(url="git+https://host/a.git", filename="a.git")

    with pytest.raises(CheckoutError, match=r"git\+https://host/a.git .* it has no folder none at"):
        bench.world.source(source(link, LinkKind.VCS, revision="v1", subdirectory="none"))


def write_pair(bench: Bench, *, hashed: bool = True) -> list[Link]:
    """Write two thin wheels, the first one's module hollow."""
    for filename, contents in WHEELS.items():
        with zipfile.ZipFile(bench.files / filename, "w") as archive:
            for member, content in contents.items():
                archive.writestr(member, content)
    return [bench.link(filename, hashed=hashed) for filename in WHEELS]


@pytest.mark.parametrize("hashed", [True, False])
def test_two_wheels_with_hashes_are_compared_once(bench: Bench, *, hashed: bool) -> None:
    arm, intel = write_pair(bench, hashed=hashed)

    found = bench.world.compare(arm, intel, [PATH])
    assert found[PATH].examples == ("_sum",)
    bench.index.asked.clear()
    assert bench.world.compare(arm, intel, [PATH]) == found
    assert bool(bench.index.asked) is not hashed


def test_a_comparison_that_was_stored_damaged_is_made_again(bench: Bench) -> None:
    arm, intel = write_pair(bench)

    found = bench.world.compare(arm, intel, [PATH])
    bench.store.metadata = dict.fromkeys(bench.store.metadata, b"{}")
    assert bench.world.compare(arm, intel, [PATH]) == found
