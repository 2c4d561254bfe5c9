from packaging.utils import NormalizedName

from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import Incompatibility
from archpip.resolution.partial_solutions import PartialSolution

A, B, C = (Identifier(NormalizedName(name)) for name in "abc")


def test_of_whom_nothing_was_said_anything_may_be() -> None:
    assert PartialSolution().known(A) == -1


def test_only_what_somebody_needs_waits_for_a_decision() -> None:
    solution = PartialSolution()
    solution.derive(A, Incompatibility({A: ~0b110}))
    solution.derive(B, Incompatibility({B: 0b100}))

    assert solution.take_opened() == [A]
    assert solution.is_open(A)
    assert not solution.is_open(B)

    solution.decide(A, 0b10)

    assert solution.take_opened() == []
    assert not solution.is_open(A)


def test_what_is_undone_may_be_open_again() -> None:
    solution = PartialSolution()
    solution.decide(A, 0b10)
    solution.derive(B, Incompatibility({A: 0b10, B: ~0b110}))
    solution.decide(B, 0b10)
    assert solution.take_opened() == [B]

    solution.backtrack(1)

    assert solution.take_opened() == [B]
    assert solution.is_open(B)


def test_going_back_forgets_decisions_and_what_followed() -> None:
    solution = PartialSolution()
    solution.decide(A, 0b10)
    solution.decide(B, 0b10)
    solution.derive(C, Incompatibility({B: 0b10, C: ~0b110}))

    assert solution.backtrack(1) == [B]
    assert solution.known(A) == 0b10
    assert (solution.known(B), solution.known(C)) == (-1, -1)
    assert list(solution.decided) == [A]


def test_an_incompatibility_that_said_all_speaks_again_after_going_back() -> None:
    solution = PartialSolution()
    rule = Incompatibility({A: 0b10, B: ~0b10})
    solution.decide(A, 0b100)

    assert solution.find_open(rule) is None

    solution.backtrack(0)

    assert solution.find_open(rule) == [A, B]


def test_the_satisfier_is_the_fact_that_made_the_last_term_hold() -> None:
    solution = PartialSolution()
    solution.decide(A, 0b10)
    solution.decide(C, 0b10)
    cause = Incompatibility({C: 0b10, B: ~0b110})
    solution.derive(B, cause)

    about, fact, level = solution.find_satisfier(Incompatibility({A: 0b10, B: 0b110}))

    # It needed no earlier fact about B: its own level counts, so that its cause is looked at.
    assert (about, fact.cause, level) == (B, cause, 2)
