from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.binaries import UnboundSymbols
from archpip.index import Link, ProjectNotFoundError
from archpip.installing import (
    Action,
    InstalledDistribution,
    PresentWorld,
    plan_installation,
    read_installed,
)
from archpip.installing.present_world import present_url
from archpip.resolution import Pin, Releases, SourceFacts, SourceReference, WheelFacts
from archpip.targets import Target
from tests.unit.installing.conftest import MakePin

NAME = canonicalize_name("mine")
OFFERED = Link(url="https://i.example/mine-1.0-py3-none-any.whl", filename="mine-1.0.whl")
METADATA = b"Metadata-Version: 2.1\nName: mine\nVersion: 1.5\n"


class Below:
    """A world that has one version of one project, and hears what it is asked."""

    def __init__(self, releases: Releases | None) -> None:
        self._releases = releases

    def releases(self, name: NormalizedName) -> Releases:
        if self._releases is None:
            raise ProjectNotFoundError(name=name, locations=())
        return self._releases

    def wheel(self, link: Link, *, inspect: bool, on_metadata: object = None) -> WheelFacts:  # noqa: ARG002  # a World's
        return WheelFacts(metadata=link.url.encode(), inspection=None, sha256=None)

    def compare(self, link: Link, sibling: Link, paths: object) -> dict[str, UnboundSymbols]:
        raise AssertionError(link, sibling, paths)

    def source(self, reference: SourceReference) -> SourceFacts:
        raise AssertionError(reference)

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        raise AssertionError(reference)


@pytest.fixture
def installed(tmp_path: Path) -> InstalledDistribution:
    dist_info = tmp_path / "mine-1.5.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_bytes(METADATA)
    return InstalledDistribution(
        name=NAME, version=Version("1.5"), folder=tmp_path, info=dist_info, direct_url="file:"
    )


def offered(version: str) -> Releases:
    return {Version(version): (OFFERED,)}


def test_a_project_that_no_index_knows_is_there(installed: InstalledDistribution) -> None:
    world = PresentWorld(Below(None), [installed])
    releases = world.releases(NAME)
    assert list(releases) == [Version("1.5")]
    (link,) = releases[Version("1.5")]
    assert world.wheel(link, inspect=True).metadata == METADATA
    with pytest.raises(ProjectNotFoundError):
        world.releases(canonicalize_name("other"))


@pytest.mark.parametrize(
    ("version", "order"), [("1.0", ["1.5", "1.0"]), ("2.0", ["2.0", "1.5"]), ("1.5", ["1.5"])]
)
def test_it_stands_among_the_versions_of_the_index(
    installed: InstalledDistribution, version: str, order: list[str]
) -> None:
    releases = PresentWorld(Below(offered(version)), [installed]).releases(NAME)
    assert [str(each) for each in releases] == order
    assert len(releases) == len(order)
    assert releases[Version("1.5")][0].url == present_url(installed)


def test_what_came_from_an_index_is_that_index_s(installed: InstalledDistribution) -> None:
    plain = replace(installed, direct_url=None)
    assert PresentWorld(Below(offered("1.5")), [plain]).releases(NAME) == offered("1.5")


def test_what_setuptools_installed_need_not_be_what_the_index_has(tmp_path: Path) -> None:
    info = tmp_path / "mine.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_bytes(METADATA)
    (info / "requires.txt").write_text("idna\n")
    (developed,) = read_installed([tmp_path])
    world = PresentWorld(Below(offered("1.5")), [developed])
    (link,) = world.releases(NAME)[Version("1.5")]
    assert link.url == present_url(developed)
    assert b"Requires-Dist: idna" in world.wheel(link, inspect=True).metadata


def test_it_is_kept_as_it_is(
    installed: InstalledDistribution, make_pin: MakePin, target: Target
) -> None:
    pin: Pin = make_pin("mine", "1.5", url=present_url(installed))
    (step,) = plan_installation([pin], [installed], target=target).steps
    assert step.action is Action.KEEP
