from collections.abc import Iterator

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


def narrowing() -> tuple[Narrowing, list[Version]]:
    """Return a narrowing of `ALL`, and the versions that it looked at, as it looks at them."""
    looked_at: list[Version] = []

    def versions(_: Catalogue) -> Iterator[Version]:
        for version in ALL:
            looked_at.append(version)
            yield version

    return Narrowing(versions), looked_at


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
    narrowed, _ = narrowing()
    demands = [demand(specifier) for specifier in specifiers]
    for _ in range(2):
        assert list(narrowed.versions(CATALOGUE, demands)) == left


def test_no_more_is_looked_at_than_is_read() -> None:
    narrowed, looked_at = narrowing()
    below = demand("<1.8")
    assert next(iter(narrowed.versions(CATALOGUE, [below]))) == Version("1.7")
    assert looked_at == ALL[:3]
    assert next(iter(narrowed.versions(CATALOGUE, [below, demand(">1")]))) == Version("1.7")
    assert looked_at == ALL[:3]


def test_readers_do_not_disturb_each_other() -> None:
    narrowed, looked_at = narrowing()
    demands = [demand(">=1.0")]
    first, second = (iter(narrowed.versions(CATALOGUE, demands)) for _ in range(2))
    assert [next(first), next(first), next(second)] == [ALL[0], ALL[1], ALL[0]]
    assert [*first] == ALL[2:]
    assert [*second] == ALL[1:]
    assert looked_at == ALL
