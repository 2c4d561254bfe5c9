"""Direct references that are met on the way: who may say where a project is taken from."""

import pytest

from archpip.resolution import IndirectReferenceError
from tests.unit.resolution.fake_world import (
    FakeWorld,
    Solver,
    add_versions,
    pins,
    versions,
    wanted,
)


@pytest.fixture
def place(world: FakeWorld) -> str:
    """Return the URL of `b` 5, which no index offers; indexes have 1 and 2."""
    link = world.add("b-5-py3-none-any.whl")
    world.remove("b-5-py3-none-any.whl")
    add_versions(world, "b", 2)
    return link.url


@pytest.fixture
def reference(place: str) -> str:
    """Return a requirement on that `b`."""
    return f"b @ {place}"


def test_what_an_index_offers_may_not_say_where_a_project_is_taken_from(
    world: FakeWorld, solve: Solver, place: str
) -> None:
    """As with uv that is the end, though an older version would do without."""
    world.add("a-2-py3-none-any.whl", requires=[f"b @ {place}"])
    world.add("a-1-py3-none-any.whl", requires=["b"])
    world.add("above-1-py3-none-any.whl", requires=["a"])

    with pytest.raises(IndirectReferenceError, match=f"a 2 requires b from {place}") as caught:
        solve("above")

    assert caught.value.details == ("you asked for above", "above 1 requires a")
    assert f"'b @ {place}'" in caught.value.hint
    assert "'a!=2'" in caught.value.hint
    assert "b" not in world.asked
    assert pins(solve, "above", "a!=2") == {"above": "1", "a": "1", "b": "2"}


def test_an_extra_that_nobody_asks_for_may_say_so(
    world: FakeWorld, solve: Solver, reference: str
) -> None:
    world.add("a-2-py3-none-any.whl", requires=[f"{reference} ; extra == 'more'"])

    assert pins(solve, "a") == {"a": "2"}
    with pytest.raises(IndirectReferenceError, match=r"a\[more\] 2 requires b from"):
        solve("a[more]")


@pytest.mark.parametrize("fragment", ["", f"#sha256={'0' * 64}"], ids=["bare", "with a hash"])
@pytest.mark.parametrize("role", ["requirement", "constraint", "override"])
def test_a_place_that_the_user_names_may_be_required(
    world: FakeWorld, solve: Solver, place: str, role: str, fragment: str
) -> None:
    """Whether or not both repeat the hash of the file."""
    link = world.add("b-5-py3-none-any.whl", sha256="0" * 64)
    world.remove(link.filename)
    world.add("a-2-py3-none-any.whl", requires=[f"b @ {place}"])
    said = f"b @ {place}{fragment}"
    if role == "requirement":
        found = solve("a", said)
    elif role == "constraint":
        found = solve("a", constraints=[said])
    else:
        found = solve("a", overrides=wanted(said))

    assert versions(found) == {"a": "2", "b": "5"}


def test_what_the_user_takes_from_elsewhere_may_say_where_more_is(
    world: FakeWorld, solve: Solver, reference: str
) -> None:
    """Then others may require it from there, too."""
    link = world.add("a-2-py3-none-any.whl", requires=[reference])
    world.remove(link.filename)
    world.add("c-1-py3-none-any.whl", requires=[reference])

    assert pins(solve, f"a @ {link.url}", "c") == {"a": "2", "b": "5", "c": "1"}
