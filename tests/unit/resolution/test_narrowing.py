from collections.abc import Sequence

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.ladders import Catalogue
from archpip.resolution.narrowing import Narrowing

NAME = canonicalize_name("a")
CATALOGUE = Catalogue(name=NAME, releases={})
ALL = [Version(f"1.{minor}") for minor in reversed(range(10))]


def demand(specifier: str) -> Demand:
    return Demand(identifier=Identifier(NAME), specifier=SpecifierSet(specifier))


def narrowing(versions: Sequence[Version] = ALL) -> Narrowing:
    return Narrowing(lambda _: versions)


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
    demands = [demand(specifier) for specifier in specifiers]
    for _ in range(2):
        assert list(narrowed.versions(CATALOGUE, demands)) == left


def test_the_order_is_that_of_preference() -> None:
    kept = [ALL[6], *ALL[:6], *ALL[7:]]
    for versions in (kept, ALL[::-1]):
        narrowed = narrowing(versions)
        assert list(narrowed.versions(CATALOGUE, [demand(">=1.2")])) == [
            version for version in versions if version >= Version("1.2")
        ]


def test_readers_do_not_disturb_each_other() -> None:
    narrowed = narrowing()
    demands = [demand(">=1.0")]
    first, second = (narrowed.versions(CATALOGUE, demands) for _ in range(2))
    assert [next(first), next(first), next(second)] == [ALL[0], ALL[1], ALL[0]]
    assert [*first] == ALL[2:]
    assert [*second] == ALL[1:]
