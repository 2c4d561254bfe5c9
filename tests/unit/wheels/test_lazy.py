"""A property is computed once, and without a lock that others wait for."""

from archpip.wheels.lazy import read_once


class Counting:
    def __init__(self) -> None:
        self.computed = 0

    @read_once
    def answer(self) -> int:
        self.computed += 1
        return 42


def test_a_property_is_computed_when_first_asked_for_and_once() -> None:
    one, other = Counting(), Counting()

    assert (one.answer, one.answer) == (42, 42)
    assert (one.computed, other.computed) == (1, 0)
