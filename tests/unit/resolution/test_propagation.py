"""Unit propagation and conflict resolution, on hand-made incompatibilities.

Values are bits: 1 for "nobody needs it", 2 for the first version, 4 for the second.
"""

import pytest
from packaging.utils import NormalizedName

from archpip.resolution.conflicts import ImpossibleError, find_root_cause
from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import (
    ROOT,
    ROOT_VALUE,
    Incompatibility,
    IncompatibilityStore,
)
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.propagation import Propagation

A, B, C = (Identifier(NormalizedName(name)) for name in "abc")
FIRST, SECOND = 2, 4


class Search:
    """What a search hands to propagation, with the user decided."""

    def __init__(self) -> None:
        self.solution = PartialSolution()
        self.incompatibilities = IncompatibilityStore()
        self.levels: list[int] = []
        self.propagation = Propagation(
            solution=self.solution,
            incompatibilities=self.incompatibilities,
            backtrack=self._backtrack,
            on_conflict=lambda *_: None,
        )
        self.solution.decide(ROOT, ROOT_VALUE)

    def _backtrack(self, level: int) -> None:
        self.levels.append(level)
        self.solution.backtrack(level)

    def require(self, who: Identifier, value: int, whom: Identifier, allowed: int) -> None:
        self.incompatibilities.learn(Incompatibility({who: value, whom: ~allowed}))


def test_what_all_but_one_term_hold_of_is_derived_through() -> None:
    search = Search()
    search.require(ROOT, ROOT_VALUE, A, FIRST)
    search.require(A, FIRST, B, SECOND)

    search.propagation.propagate(ROOT)

    assert (search.solution.known(A), search.solution.known(B)) == (FIRST, SECOND)
    assert not search.propagation.has_met_conflicts


def test_a_conflict_goes_back_past_what_has_nothing_to_do_with_it() -> None:
    search = Search()
    search.require(ROOT, ROOT_VALUE, A, FIRST | SECOND)
    search.require(ROOT, ROOT_VALUE, C, FIRST)
    search.require(A, FIRST, B, FIRST)
    search.require(C, FIRST, B, SECOND)
    search.propagation.propagate(ROOT)
    search.solution.decide(C, FIRST)
    search.propagation.propagate(C)
    search.solution.decide(B, SECOND)
    search.propagation.propagate(B)

    # B's only value keeps A from its first version before anybody decides A.
    assert search.solution.known(A) == SECOND


def test_a_decision_that_leads_to_a_conflict_is_ruled_out_for_good() -> None:
    search = Search()
    search.require(ROOT, ROOT_VALUE, A, FIRST | SECOND)
    search.require(A, FIRST, B, FIRST)
    search.require(A, FIRST, C, FIRST)
    search.require(B, FIRST, C, SECOND)
    search.propagation.propagate(ROOT)
    search.solution.decide(A, FIRST)
    search.propagation.propagate(A)

    assert search.levels == [1]
    assert search.propagation.has_met_conflicts
    assert search.solution.known(A) == SECOND


def test_what_holds_whatever_is_decided_is_impossible() -> None:
    search = Search()
    search.require(ROOT, ROOT_VALUE, A, FIRST)
    search.require(ROOT, ROOT_VALUE, A, SECOND)

    with pytest.raises(ImpossibleError):
        search.propagation.propagate(ROOT)


def test_finding_a_root_cause_leaves_the_solution_as_it_is() -> None:
    solution = PartialSolution()
    solution.decide(ROOT, ROOT_VALUE)
    solution.derive(A, Incompatibility({ROOT: ROOT_VALUE, A: ~(FIRST | SECOND)}))
    solution.decide(A, FIRST)
    solution.derive(B, Incompatibility({A: FIRST, B: ~FIRST}))
    heard: list[Identifier] = []

    cause = find_root_cause(
        Incompatibility({A: FIRST, B: FIRST}),
        solution,
        on_conflict=lambda about, _: heard.append(about),
    )

    assert (cause.about, cause.level, dict(cause.incompatibility.terms)) == (A, 1, {A: FIRST})
    assert heard == [B, A]
    assert solution.known(A) == FIRST
