from pathlib import Path

from packaging.utils import canonicalize_name

from archpip.resolution import apply_overrides, parse_requirement
from archpip.resolution.demands import DemandBook
from archpip.resolution.overrides import group_overrides
from archpip.resolution.requirements import RequestedRequirement
from archpip.targets import marker_environments
from tests.unit.resolution.fake_world import make_target


def asked(text: str, *hashes: str) -> RequestedRequirement:
    allowed = tuple(("sha256", digest) for digest in hashes)
    return parse_requirement(text, base=Path("/"), hashes=allowed)


def test_an_override_stands_in_the_place_of_what_is_asked() -> None:
    found = apply_overrides([asked("a<2"), asked("b")], [asked("a==3")])
    assert [requirement.text for requirement in found] == ["a==3", "b"]


def test_several_overrides_of_one_project_all_stand() -> None:
    overrides = [asked("a==3; os_name == 'nt'"), asked("a==4; os_name != 'nt'")]
    assert apply_overrides([asked("a")], overrides) == tuple(overrides)


def test_hashes_of_what_was_asked_stay() -> None:
    (found,) = apply_overrides([asked("a", "11")], [asked("a==3", "22")])
    assert found.hashes == (("sha256", "11"), ("sha256", "22"))


def test_what_distributions_require_is_overridden_too() -> None:
    overrides = group_overrides([asked("a==3"), asked("gone; os_name == 'never'")])
    book = DemandBook(marker_environments(make_target()), overrides=overrides)
    demands = book.for_project(
        canonicalize_name("project"), ("a<2", "gone", "b", "a[x]; os_name == 'never'")
    )
    assert sorted(map(str, demands)) == ["a==3", "b"]
    assert canonicalize_name("a") in overrides
