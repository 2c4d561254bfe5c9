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
    faults: dict[str, tuple[Status, str]] = {}

    def judge(inspection: Inspection, target: Target, _policy: object) -> Verdict:
        if inspection.filename not in faults:
            return Verdict(target=target.name)
        status, code = faults[inspection.filename]
        finding = Finding(
            code=code,
            severity=status,
            member="x.so",
            slice="arm64",
            message="its arm64 slice is hollow",
        )
        return Verdict(target=target.name, findings=(finding,))

    def run(link: Link, status: Status = Status.WRONG, code: str = "AP201") -> None:
        faults[link.filename] = status, code

    monkeypatch.setattr("archpip.resolution.confirmation.judge", judge)
    return run
