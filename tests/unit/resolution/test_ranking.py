import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.index import Link
from archpip.resolution import LinkKind, RejectionReason, ResolveOptions, VersionOrder
from archpip.resolution.ladders import Catalogue, Ladder
from archpip.resolution.ranking import Ranking
from tests.unit.resolution.fake_world import make_target

NAME = canonicalize_name("a")
ONE = Version("1.0")


def rank(*filenames: str, ranking: Ranking | None = None) -> tuple[Ranking, Ladder]:
    links = [Link(url=f"https://files.example/{name}", filename=name) for name in filenames]
    ranking = ranking or Ranking(target=make_target(), options=ResolveOptions())
    return ranking, ranking.ladder(Catalogue(name=NAME, releases={ONE: links}), ONE)


def names(ladder: Ladder) -> list[str]:
    return [offer.link.filename for offer in ladder.offers]


def test_pip_s_order_of_tags_within_a_rung() -> None:
    best_first = [
        "a-1.0-cp311-cp311-macosx_13_0_arm64.whl",
        "a-1.0-cp311-cp311-macosx_11_0_arm64.whl",
        "a-1.0-cp311-abi3-macosx_11_0_arm64.whl",
        "a-1.0-cp39-abi3-macosx_11_0_arm64.whl",
        "a-1.0-py3-none-macosx_11_0_arm64.whl",
        "a-1.0-cp311-cp311-macosx_11_0_universal2.whl",
        "a-1.0-cp311-cp311-macosx_10_9_universal2.whl",
        "a-1.0-py3-none-any.whl",
        "a-1.0.tar.gz",
        "a-1.0.zip",
    ]

    _, ladder = rank(*reversed(best_first))

    assert names(ladder) == best_first
    assert [offer.loose for offer in ladder.offers] == [False] * 5 + [True] * 3 + [False] * 2
    assert ladder.offers[-1].kind is LinkKind.SDIST


def test_the_first_index_wins_where_two_offer_the_same_file() -> None:
    links = [
        Link(url=f"https://{host}/a-1.0-py3-none-any.whl", filename="a-1.0-py3-none-any.whl")
        for host in ("first", "second")
    ]
    ranking = Ranking(target=make_target(), options=ResolveOptions())

    ladder = ranking.ladder(Catalogue(name=NAME, releases={ONE: links}), ONE)

    assert ladder.offers[0].link is links[0]


@pytest.mark.parametrize(
    "filename",
    [
        "a-1.0-cp312-cp312-macosx_11_0_arm64.whl",
        "a-1.0-cp311-cp311-macosx_11_0_x86_64.whl",
        "a-1.0-cp311-cp311-macosx_14_0_arm64.whl",
        "a-1.0-cp311-cp311t-macosx_11_0_arm64.whl",
        "a-1.0-cp311-cp311-manylinux_2_17_aarch64.whl",
    ],
)
def test_wheels_of_other_machines_are_misfits(filename: str) -> None:
    _, ladder = rank(filename)

    assert ladder.offers == ()
    assert [r.reason for r in ladder.rejections] == [RejectionReason.TAGS]
    assert [link.filename for link in ladder.misfits] == [filename]


def test_the_most_similar_misfit_comes_first() -> None:
    ranking, ladder = rank(
        "a-1.0-py2-none-any.whl",
        "a-1.0-cp27-cp27m-macosx_10_9_x86_64.whl",
        "a-1.0-cp310-cp310-win_amd64.whl",
        "a-1.0-cp310-cp310-macosx_11_0_arm64.whl",
        "a-1.0-cp311-cp311-win_amd64.whl",
        "a-1.0-cp311-cp311-macosx_10_9_x86_64.whl",
        "a-1.0-cp312-cp312-macosx_11_0_arm64.whl",
    )

    assert [link.filename for link in ranking.siblings(ladder)] == [
        "a-1.0-cp311-cp311-win_amd64.whl",
        "a-1.0-cp311-cp311-macosx_10_9_x86_64.whl",
        "a-1.0-cp310-cp310-win_amd64.whl",
        "a-1.0-cp310-cp310-macosx_11_0_arm64.whl",
        "a-1.0-py2-none-any.whl",
        "a-1.0-cp27-cp27m-macosx_10_9_x86_64.whl",
        "a-1.0-cp312-cp312-macosx_11_0_arm64.whl",
    ]


def test_a_broken_requires_python_on_a_page_excludes_nothing() -> None:
    ranking = Ranking(target=make_target(), options=ResolveOptions())

    assert ranking.accepts_python(">=3.6.*.x")
    assert ranking.accepts_python(None)
    assert not ranking.accepts_python(">=3.12")


def test_requires_python_can_be_ignored() -> None:
    options = ResolveOptions(ignore_requires_python=True)

    assert Ranking(target=make_target(), options=options).accepts_python(">=3.12")


def test_a_universal_target_takes_fat_wheels_only() -> None:
    target = make_target(OperatingSystem.MACOS, Architecture.ARM64, Architecture.X86_64)
    ranking = Ranking(target=target, options=ResolveOptions())

    _, ladder = rank(
        "a-1.0-cp311-cp311-macosx_11_0_arm64.whl",
        "a-1.0-cp311-cp311-macosx_11_0_universal2.whl",
        "a-1.0-py3-none-any.whl",
        ranking=ranking,
    )

    assert names(ladder) == [
        "a-1.0-cp311-cp311-macosx_11_0_universal2.whl",
        "a-1.0-py3-none-any.whl",
    ]


@pytest.mark.parametrize(
    ("order", "requested", "kept", "expected"),
    [
        (VersionOrder.HIGHEST, False, None, ["3", "2", "1"]),
        (VersionOrder.HIGHEST, False, "2", ["2", "3", "1"]),
        (VersionOrder.HIGHEST, False, "9", ["3", "2", "1"]),
        (VersionOrder.LOWEST, False, None, ["1", "2", "3"]),
        (VersionOrder.LOWEST_DIRECT, False, None, ["3", "2", "1"]),
        (VersionOrder.LOWEST_DIRECT, True, "3", ["3", "1", "2"]),
    ],
)
def test_the_order_of_versions(
    order: VersionOrder, kept: str | None, expected: list[str], *, requested: bool
) -> None:
    ranking = Ranking(
        target=make_target(),
        options=ResolveOptions(order=order),
        requested=frozenset({NAME} if requested else ()),
    )
    catalogue = Catalogue(name=NAME, releases={Version(v): () for v in ("3", "2", "1")})
    found = ranking.versions(catalogue, kept=Version(kept) if kept else None)
    assert [str(version) for version in found] == expected
