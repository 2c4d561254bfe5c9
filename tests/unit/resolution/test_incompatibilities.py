from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import Incompatibility
from archpip.resolution.provider import Asked

A, B, C = (Identifier(NormalizedName(name)) for name in "abc")


def asked(identifier: Identifier) -> Asked:
    return Asked(Demand(identifier=identifier, specifier=SpecifierSet()), None)


def test_what_always_holds_is_left_out() -> None:
    assert dict(Incompatibility({A: 2, B: -1}).terms) == {A: 2}


def test_two_cases_of_one_identifier_leave_what_they_say_of_the_others() -> None:
    first = Incompatibility({A: 0b010, B: 0b0110})
    second = Incompatibility({A: 0b100, B: 0b1100, C: 0b10})

    found = first.combine(second, about=A)

    assert dict(found.terms) == {A: 0b110, B: 0b0100, C: 0b10}
    assert found.causes == (first, second)


def test_where_the_cases_are_all_there_are_the_identifier_does_not_matter() -> None:
    first = Incompatibility({A: ~0b10, B: 0b10})
    second = Incompatibility({A: 0b10})

    assert dict(first.combine(second, about=A).terms) == {B: 0b10}


def test_every_requirement_behind_it_is_told_once() -> None:
    first = Incompatibility({A: 2, B: 2}, asked=(asked(A),))
    second = Incompatibility({B: ~2}, asked=(asked(B),))
    found = first.combine(second, about=B).combine(second, about=A)

    assert sorted(each.demand.identifier for each in found.iter_asked()) == [A, B]
