import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.priorities import OrderChangedError, Priorities

A, B = NormalizedName("a"), NormalizedName("b")


def demand(name: NormalizedName, specifier: str = "") -> Demand:
    return Demand(identifier=Identifier(name), specifier=SpecifierSet(specifier))


def met(*names: NormalizedName) -> Priorities:
    priorities = Priorities()
    for name in names:
        priorities.meet(name)
    return priorities


def first(priorities: Priorities, *demands: Demand) -> str:
    return min(demands, key=lambda d: priorities.of(d.identifier, [d])).identifier.name


def test_who_was_met_first_is_decided_first() -> None:
    assert first(met(B, A, B), demand(A), demand(B)) == "b"


def test_an_upper_bound_is_no_reason_to_be_first() -> None:
    assert first(met(A, B), demand(A), demand(B, "<2")) == "a"


def test_what_is_pinned_is_decided_before_the_rest() -> None:
    assert first(met(A, B), demand(A), demand(B, "==2")) == "b"


def test_who_was_passed_over_five_times_is_decided_early() -> None:
    priorities = met(A, B)
    for _ in range(4):
        priorities.note_conflict(B, because_of=A)
    assert not priorities.is_early(B)
    assert first(priorities, demand(A), demand(B)) == "a"

    with pytest.raises(OrderChangedError):
        priorities.note_conflict(B, because_of=A)

    assert priorities.is_early(B)
    assert first(priorities, demand(A), demand(B)) == "b"


def test_who_is_blamed_goes_before_those_without_conflicts() -> None:
    priorities = met(NormalizedName("other"), A, B)
    for _ in range(4):
        priorities.note_conflict(B, because_of=A)
    with pytest.raises(OrderChangedError):
        priorities.note_conflict(B, because_of=A)

    assert first(priorities, demand(NormalizedName("other")), demand(A)) == "a"


def test_a_project_is_in_no_conflict_with_itself() -> None:
    priorities = met(A)
    for _ in range(9):
        priorities.note_conflict(A, because_of=A)

    assert not priorities.is_early(A)


def test_an_extra_follows_its_project() -> None:
    priorities = met(A, B)
    extra = Identifier(A, NormalizedName("x"))

    assert (
        priorities.of(Identifier(A), [])
        < priorities.of(extra, [])
        < priorities.of(Identifier(B), [])
    )
