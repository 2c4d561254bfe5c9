"""A watched world says what an answer rests on, and whether all of it will be said again."""

import pytest
from packaging.utils import NormalizedName

from archpip.errors import BuildError
from archpip.index import ProjectNotFoundError
from archpip.resolution import (
    LinkKind,
    Releases,
    SourceFacts,
    SourceReference,
    WatchedWorld,
    WheelFacts,
    World,
)
from tests.unit.locking.resolutions import make_link

WHEEL = make_link("a-1.0-py3-none-any.whl")
SDIST = make_link("a-1.0.tar.gz")


class SmallWorld:
    """Knows one project, one wheel, and a source that cannot be built."""

    def releases(self, name: NormalizedName) -> Releases:
        if name != "a":
            raise ProjectNotFoundError(name=name, locations=())
        return {}

    def wheel(self, *_: object, **__: object) -> WheelFacts:
        return WheelFacts(metadata=b"", inspection=None, sha256=None)

    def compare(self, *_: object) -> dict[str, object]:
        return {}

    def source(self, reference: SourceReference) -> SourceFacts:
        if reference.subdirectory:
            raise BuildError
        return SourceFacts(metadata=b"")

    def known_source(self, _: SourceReference) -> SourceFacts | None:
        return None


@pytest.fixture
def world() -> WatchedWorld:
    small: World = SmallWorld()  # type: ignore[assignment]  # a world in fewer words
    return WatchedWorld(small)


def test_missing_projects_count_too(world: WatchedWorld) -> None:
    world.releases(NormalizedName("a"))
    with pytest.raises(ProjectNotFoundError):
        world.releases(NormalizedName("b"))
    assert world.projects == {"a", "b"}
    assert world.is_repeatable


def test_files_with_a_hash_are_what_they_are(world: WatchedWorld) -> None:
    world.wheel(WHEEL, inspect=True)
    world.compare(WHEEL, WHEEL, ())
    world.source(SourceReference(link=SDIST, kind=LinkKind.SDIST))
    assert world.known_source(SourceReference(link=SDIST, kind=LinkKind.SDIST)) is None
    assert world.is_repeatable


@pytest.mark.parametrize("kind", [LinkKind.DIRECTORY, LinkKind.VCS])
def test_folders_and_repositories_change(world: WatchedWorld, kind: LinkKind) -> None:
    world.source(SourceReference(link=SDIST, kind=kind))
    assert not world.is_repeatable


def test_a_file_without_a_hash_may_change(world: WatchedWorld) -> None:
    world.wheel(make_link("a-1.0-py3-none-any.whl", hashes=()), inspect=False)
    assert not world.is_repeatable


def test_what_failed_may_succeed(world: WatchedWorld) -> None:
    with pytest.raises(BuildError):
        world.source(SourceReference(link=SDIST, kind=LinkKind.SDIST, subdirectory="x"))
    assert not world.is_repeatable
