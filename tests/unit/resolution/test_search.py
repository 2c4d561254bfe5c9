import pytest
from resolvelib.resolvers import Resolution as Search

from archpip.architecture import OperatingSystem
from tests.unit.resolution.fake_world import FakeWorld, Solver, make_target


def _world(projects: int) -> FakeWorld:
    """Offer a tree, each project of which requires three others."""
    world = FakeWorld()
    for number in range(projects):
        needed = range(3 * number + 1, min(3 * number + 4, projects))
        world.add(f"p{number}-1.0-py3-none-any.whl", requires=[f"p{each}" for each in needed])
    return world


@pytest.mark.parametrize("question", ["_is_current_pin_satisfying", "_get_preference"])
def test_each_project_is_asked_about_once_and_not_in_each_round(
    monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """These are resolvelib's private methods: where they are gone, this fails."""
    asked: list[object] = []
    original = getattr(Search, question)

    def count(self: object, name: object, *rest: object) -> object:
        asked.append(name)
        return original(self, name, *rest)

    monkeypatch.setattr(Search, question, count)

    def solve(projects: int) -> int:
        asked.clear()
        found = Solver(_world(projects), make_target(OperatingSystem.MACOS))("p0")
        assert len(found.pins) == projects
        return len(asked)

    counts = [solve(projects) for projects in (40, 80)]
    assert 0 < counts[1] <= 2.5 * counts[0]
