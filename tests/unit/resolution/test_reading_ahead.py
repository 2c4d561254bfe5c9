"""What is asked for before it is needed, while a search walks back over versions."""

import pytest

from tests.unit.resolution.fake_world import PatientWorld, Solver, make_target, versions


@pytest.mark.parametrize("asked", ["a", "a[x]"])
def test_older_versions_are_read_together(asked: str) -> None:
    world = PatientWorld("a-14-py3-none-any.whl", until="a-12-py3-none-any.whl")
    for number in range(1, 21):
        needs = f"c=={number}" + ("; extra == 'x'" if asked == "a[x]" else "")
        world.add(f"a-{number}-py3-none-any.whl", requires=[needs], extras=["x"])
        world.add(f"c-{number}-py3-none-any.whl")

    found = Solver(world, make_target())("c==2", asked)

    assert versions(found) == {"a": "2", "c": "2"}
    assert world.was_in_time
