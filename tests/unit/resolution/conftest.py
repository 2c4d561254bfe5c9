"""Fixtures over the world in memory."""

from collections.abc import Callable

import pytest

from archpip.index import Link
from archpip.targets import Target
from archpip.verdicts import Finding, Status, Verdict
from archpip.wheels import Inspection
from tests.unit.resolution.fake_world import FakeWorld, Solver, make_target


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


@pytest.fixture
def target() -> Target:
    return make_target()


@pytest.fixture
def solve(world: FakeWorld, target: Target) -> Solver:
    return Solver(world, target)


@pytest.fixture
def condemn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a wheel a finding, whatever it holds; every other wheel is fine."""
    statuses: dict[str, Status] = {}

    def judge(inspection: Inspection, target: Target, _policy: object) -> Verdict:
        status = statuses.get(inspection.filename)
        if status is None:
            return Verdict(target=target.name)
        finding = Finding(
            code="AP201",
            severity=status,
            member="x.so",
            slice="arm64",
            message="its arm64 slice is hollow",
        )
        return Verdict(target=target.name, findings=(finding,))

    def run(link: Link, status: Status = Status.WRONG) -> None:
        statuses[link.filename] = status

    monkeypatch.setattr("archpip.resolution.evaluation.judge", judge)
    return run
