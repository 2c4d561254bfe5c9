import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.index import Link
from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.ladders import Catalogue, Ladder, Offer
from archpip.resolution.model import LinkKind
from archpip.resolution.narrowing import Narrowing, Preference
from archpip.resolution.version_bits import EVERY_VERSION

NAME = canonicalize_name("a")
ALL = [Version(f"1.{minor}") for minor in reversed(range(10))]
CATALOGUE = Catalogue(name=NAME, releases=dict.fromkeys(ALL, ()))
NEWEST = Preference()


def demand(specifier: str) -> Demand:
    return Demand(identifier=Identifier(NAME), specifier=SpecifierSet(specifier))


def make_ladder(version: Version) -> Ladder:
    filename = f"a-{version}-py3-none-any.whl"
    link = Link(url=f"https://files.example/{filename}", filename=filename)
    return Ladder(offers=(Offer(link=link, kind=LinkKind.WHEEL, version=version),))


def narrowing(preference: Preference = NEWEST) -> Narrowing:
    return Narrowing(
        preference=lambda _: preference, ladder=lambda _, version: make_ladder(version)
    )


def left_by(narrowed: Narrowing, *specifiers: str, among: int = EVERY_VERSION) -> list[Version]:
    demands = [demand(specifier) for specifier in specifiers]
    return [version for version, _ in narrowed.iter_ladders(CATALOGUE, demands, among=among)]


@pytest.mark.parametrize(
    ("specifiers", "left"),
    [
        ([], ALL),
        ([">=1.8"], ALL[:2]),
        ([">=1.5", "<1.7"], ALL[3:5]),
        (["<1.7", ">=1.5"], ALL[3:5]),
        ([">=1.5", "<1.5"], []),
    ],
)
def test_what_all_demands_allow_is_left_in_order(
    specifiers: list[str], left: list[Version]
) -> None:
    narrowed = narrowing()
    for _ in range(2):
        assert left_by(narrowed, *specifiers) == left


def test_the_order_is_that_of_preference() -> None:
    *newer, kept, older = allowed = ALL[:8]
    assert left_by(narrowing(Preference(kept=kept)), ">=1.2") == [kept, *newer, older]
    assert left_by(narrowing(Preference(lowest=True)), ">=1.2") == allowed[::-1]
    assert left_by(narrowing(Preference(kept=kept, lowest=True)), ">=1.2") == [
        *(kept, older),
        *newer[::-1],
    ]
    for absent in (Version("1.0"), Version("3")):
        assert left_by(narrowing(Preference(kept=absent)), ">=1.2") == allowed


def test_what_else_is_ruled_out_is_not_looked_at() -> None:
    asked: list[Version] = []

    def find_ladder(_: Catalogue, version: Version) -> Ladder:
        asked.append(version)
        return make_ladder(version)

    narrowed = Narrowing(preference=lambda _: NEWEST, ladder=find_ladder)
    among = sum(1 << CATALOGUE.bits.places[version] for version in ALL[4:7])

    assert left_by(narrowed, "<1.5", among=among) == ALL[5:7]
    assert asked == ALL[5:7]


@pytest.mark.parametrize("lowest", [False, True], ids=["newest first", "oldest first"])
def test_a_version_that_offers_nothing_is_looked_at_once(*, lowest: bool) -> None:
    asked: list[Version] = []

    def find_ladder(_: Catalogue, version: Version) -> Ladder:
        asked.append(version)
        return make_ladder(version) if version in ALL[3:] else Ladder(offers=())

    narrowed = Narrowing(preference=lambda _: Preference(lowest=lowest), ladder=find_ladder)
    for _ in range(2):
        assert set(left_by(narrowed)) == set(ALL[3:])
    assert len(asked) == len(ALL) + len(ALL[3:])


def test_readers_do_not_disturb_each_other() -> None:
    narrowed = narrowing()
    demands = [demand(">=1.0")]
    first, second = (narrowed.iter_ladders(CATALOGUE, demands) for _ in range(2))
    begun = [next(first), next(first), next(second)]
    assert [version for version, _ in begun] == [ALL[0], ALL[1], ALL[0]]
    assert [version for version, _ in first] == ALL[2:]
    assert [version for version, _ in second] == ALL[1:]
