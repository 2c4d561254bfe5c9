from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import Incompatibility
from archpip.resolution.priorities import Priorities

A, B, OTHER = (Identifier(NormalizedName(name)) for name in ("a", "b", "other"))


def demand(identifier: Identifier, specifier: str = "") -> Demand:
    return Demand(identifier=identifier, specifier=SpecifierSet(specifier))


def met(*demands: Demand | Identifier) -> Priorities:
    priorities = Priorities()
    for each in demands:
        priorities.meet(demand(each) if isinstance(each, Identifier) else each)
    return priorities


def order(priorities: Priorities, *identifiers: Identifier) -> list[str]:
    return [str(each) for each in sorted(identifiers, key=priorities.of)]


def note_conflicts(priorities: Priorities, count: int) -> None:
    for _ in range(count):
        priorities.note_conflict(B, about=B, cause=Incompatibility({A: 1, B: 2}))


def test_who_was_met_first_is_decided_first() -> None:
    assert order(met(B, A, B), A, B) == ["b", "a"]


def test_an_upper_bound_is_no_reason_to_be_first() -> None:
    assert order(met(A, demand(B, "<2")), A, B) == ["a", "b"]


def test_what_somebody_pins_is_decided_before_the_rest() -> None:
    assert order(met(A, demand(B, "==2"), B), A, B) == ["b", "a"]


def test_an_extra_follows_its_project() -> None:
    extra = Identifier(A.name, NormalizedName("x"))

    assert order(met(A, B, extra), extra, B, A) == ["a", "a[x]", "b"]


def test_who_was_rejected_five_times_and_who_is_to_blame_are_decided_early() -> None:
    priorities = met(OTHER, A, B)

    note_conflicts(priorities, 4)
    assert priorities.change() == []
    assert order(priorities, OTHER, A, B) == ["other", "a", "b"]

    note_conflicts(priorities, 1)
    assert priorities.change() == [A]
    assert order(priorities, OTHER, A, B) == ["b", "a", "other"]


def test_decisions_are_undone_once_for_whoever_is_to_blame() -> None:
    priorities = met(A, B)
    note_conflicts(priorities, 5)
    priorities.change()

    note_conflicts(priorities, 9)

    assert priorities.change() == []


def test_who_is_to_blame_is_pinned_no_more_until_somebody_says_so_again() -> None:
    priorities = met(OTHER, demand(A, "==1"), B)
    note_conflicts(priorities, 5)
    priorities.change()
    assert order(priorities, A, B) == ["b", "a"]

    priorities.meet(demand(A, "==1"))

    assert order(priorities, A, B) == ["a", "b"]


def test_a_project_is_in_no_conflict_with_its_own_extra() -> None:
    priorities = met(A, B)
    extra = Identifier(A.name, NormalizedName("x"))
    for _ in range(9):
        priorities.note_conflict(A, about=A, cause=Incompatibility({A: 2, extra: 4}))

    assert priorities.change() == []
    assert order(priorities, A, B) == ["a", "b"]
