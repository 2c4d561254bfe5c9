"""The ladder of universal2: fat wheels, pairs of thin ones, wheels for any machine, the sdist."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.index import Link
from archpip.resolution import (
    Fallback,
    LinkKind,
    ProjectSelection,
    RejectionReason,
    ResolveOptions,
)
from archpip.resolution.ladders import Catalogue, Ladder
from archpip.resolution.ranking import Ranking
from archpip.targets import Target
from archpip.verdicts import Status
from tests.unit.resolution.fake_world import FakeWorld, Solver, make_target

Condemn = Callable[..., None]

ARM = "a-1.0-cp311-cp311-macosx_11_0_arm64.whl"
INTEL = "a-1.0-cp311-cp311-macosx_10_9_x86_64.whl"
FAT = "a-1.0-cp311-cp311-macosx_10_9_universal2.whl"
PURE = "a-1.0-py3-none-any.whl"
SDIST = "a-1.0.tar.gz"


@pytest.fixture
def target() -> Target:
    both = (Architecture.ARM64, Architecture.X86_64)
    return make_target(OperatingSystem.MACOS, *both)


def link(filename: str, **fields: object) -> Link:
    return Link(url=f"https://files.example/{filename}", filename=filename, **fields)  # type: ignore[arg-type]  # any field


def rank(target: Target, *links: Link, options: ResolveOptions | None = None) -> Ladder:
    ranking = Ranking(target=target, options=options or ResolveOptions())
    version = Version("1.0")
    releases = {version: links}
    return ranking.ladder(Catalogue(name=canonicalize_name("a"), releases=releases), version)


def rungs(ladder: Ladder) -> list[tuple[str, str | None]]:
    return [
        (o.link.filename, o.fused_with.filename if o.fused_with else None) for o in ladder.offers
    ]


def test_a_pair_stands_below_fat_wheels_and_above_pure_ones(target: Target) -> None:
    ladder = rank(target, *map(link, (SDIST, PURE, INTEL, ARM, FAT)))

    assert rungs(ladder) == [(FAT, None), (ARM, INTEL), (PURE, None), (SDIST, None)]
    assert (ladder.rejections, ladder.misfits) == ((), ())


def test_one_machine_alone_makes_no_pair() -> None:
    ladder = rank(make_target(), *map(link, (INTEL, ARM)))

    assert rungs(ladder) == [(ARM, None)]


@pytest.mark.parametrize(
    "intel",
    [
        "a-1.0-cp310-cp310-macosx_10_9_x86_64.whl",
        "a-1.0-cp311-abi3-macosx_10_9_x86_64.whl",
        "a-1.0-1-cp311-cp311-macosx_10_9_x86_64.whl",
        "a-1.0-cp311-cp311-macosx_14_0_x86_64.whl",
        "a-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
    ],
)
def test_wheels_that_are_no_halves_of_one_stay_misfits(target: Target, intel: str) -> None:
    ladder = rank(target, link(ARM), link(intel))

    assert ladder.offers == ()
    assert [each.filename for each in ladder.misfits] == [ARM, intel]
    assert {each.reason for each in ladder.rejections} == {RejectionReason.TAGS}


@pytest.mark.parametrize(
    "fields",
    [
        {"index_url": "https://other.example/simple"},
        {"yanked": "broken"},
        {"requires_python": ">=3.12"},
    ],
)
def test_a_half_that_the_page_tells_apart_is_not_taken(
    target: Target, fields: dict[str, str]
) -> None:
    assert rank(target, link(ARM), link(INTEL, **fields)).offers == ()


def test_a_half_that_is_too_new_is_not_taken(target: Target) -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    options = ResolveOptions(uploaded_before=datetime(2026, 2, 1, tzinfo=UTC))
    links = (link(ARM, upload_time=old), link(INTEL, upload_time=new))

    assert rank(target, *links, options=options).offers == ()


def test_builds_for_a_newer_macos_go_together(target: Target) -> None:
    newer = [f"a-1.0-cp311-cp311-macosx_12_0_{machine}.whl" for machine in ("arm64", "x86_64")]

    ladder = rank(target, *map(link, (ARM, INTEL, *newer)))

    assert rungs(ladder) == [(newer[0], newer[1]), (ARM, INTEL)]


def test_every_arm64_wheel_finds_a_partner_where_there_is_one(target: Target) -> None:
    newer = "a-1.0-cp311-cp311-macosx_12_0_arm64.whl"

    assert rungs(rank(target, *map(link, (ARM, INTEL, newer)))) == [(newer, INTEL), (ARM, INTEL)]


# --- resolved ----------------------------------------------------------------------------------


def test_a_pin_holds_both_halves_and_what_was_read_of_them(world: FakeWorld, solve: Solver) -> None:
    arm = world.add(ARM, requires=["b"])
    intel = world.add(INTEL, requires=["b"])
    world.add(SDIST)
    world.add("b-1.0-py3-none-any.whl")

    pin, dependency = solve("a").pins

    assert (pin.link, pin.kind, pin.sha256) == (arm, LinkKind.WHEEL, arm.sha256)
    assert pin.fused_with is not None
    assert (pin.fused_with.link, pin.fused_with.sha256) == (intel, intel.sha256)
    assert pin.inspection is not None
    assert pin.inspection.filename == ARM
    assert pin.fused_with.inspection is not None
    assert pin.fused_with.inspection.filename == INTEL
    assert pin.verdict is not None
    assert (pin.verdict.target, pin.verdict.status) == ("macos-universal2", Status.OK)
    assert (dependency.name, dependency.fused_with) == ("b", None)


def test_a_wrong_fat_wheel_gives_way_to_a_pair(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    condemn(world.add(FAT))
    world.add(ARM)
    world.add(INTEL)
    world.add(SDIST)

    (pin,) = solve("a").pins

    assert pin.link.filename == ARM
    assert pin.fused_with is not None
    assert [rejection.link.filename for rejection in pin.rejections] == [FAT]


def test_a_pair_brings_the_sdist_that_may_stand_in_for_it(world: FakeWorld, solve: Solver) -> None:
    world.add(ARM)
    world.add(INTEL)
    sdist = world.add(SDIST)

    assert solve("a").pins[0].sdist == sdist
    assert solve("a", options=ResolveOptions(fallback=Fallback.OLDER)).pins[0].sdist is None
    only_binary = ProjectSelection(first=frozenset({"a"}))
    assert solve("a", options=ResolveOptions(formats=only_binary)).pins[0].sdist is None


@pytest.mark.parametrize("wrong", [ARM, INTEL])
def test_a_pair_with_a_wrong_half_gives_way_to_the_source(
    world: FakeWorld, solve: Solver, condemn: Condemn, wrong: str
) -> None:
    links = {name: world.add(name) for name in (ARM, INTEL, SDIST)}
    condemn(links[wrong])

    (pin,) = solve("a").pins

    assert (pin.link.filename, pin.fused_with) == (SDIST, None)
    assert [rejection.link.filename for rejection in pin.rejections] == [wrong]


def test_the_findings_of_both_halves_count(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    condemn(world.add(ARM), Status.DEGRADED, "AP602")
    condemn(world.add(INTEL), Status.DEGRADED, "AP601")

    (pin,) = solve("a").pins

    assert pin.verdict is not None
    assert [finding.code for finding in pin.verdict.findings] == ["AP601", "AP602"]
    assert pin.verdict.status is Status.DEGRADED


def test_halves_that_require_other_projects_are_not_fused(world: FakeWorld, solve: Solver) -> None:
    world.add(ARM, requires=["b"])
    world.add(INTEL)
    world.add(SDIST)
    world.add("b-1.0-py3-none-any.whl")

    pin = solve("a").pins[0]

    assert pin.link.filename == SDIST
    assert "their requirements differ" in pin.rejections[0].message
