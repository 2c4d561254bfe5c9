"""What an installation will do, decided before it does anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.installing import Action, InstalledDistribution, plan_installation, select_fitting
from archpip.resolution import Pin
from archpip.targets import Target

MakePin = Callable[..., Pin]


def _installed(
    name: str, version: str, *, tags: tuple[str, ...] = (), direct_url: str | None = None
) -> InstalledDistribution:
    folder = Path("site-packages")
    return InstalledDistribution(
        name=canonicalize_name(name),
        version=Version(version),
        folder=folder,
        info=folder / f"{name}-{version}.dist-info",
        tags=frozenset(tags),
        direct_url=direct_url,
    )


@pytest.mark.parametrize(
    ("version", "action"),
    [
        ("1.0", Action.KEEP),
        ("1.0.0", Action.KEEP),
        ("0.9", Action.UPGRADE),
        ("2", Action.DOWNGRADE),
    ],
)
def test_versions_decide(make_pin: MakePin, target: Target, version: str, action: Action) -> None:
    plan = plan_installation([make_pin()], [_installed("alpha", version)], target=target)
    assert [step.action for step in plan.steps] == [action]


def test_what_is_not_there_is_installed(make_pin: MakePin, target: Target) -> None:
    plan = plan_installation([make_pin()], [_installed("beta", "1.0")], target=target)
    assert [(step.pin.name, step.action) for step in plan.steps] == [("alpha", Action.INSTALL)]


def test_steps_are_sorted_and_divided(make_pin: MakePin, target: Target) -> None:
    pins = [make_pin("gamma"), make_pin("alpha"), make_pin("beta")]
    plan = plan_installation(pins, [_installed("beta", "1.0")], target=target)
    assert [step.pin.name for step in plan.steps] == ["alpha", "beta", "gamma"]
    assert [step.pin.name for step in plan.changes] == ["alpha", "gamma"]
    assert [step.pin.name for step in plan.kept] == ["beta"]


def test_the_first_on_the_path_counts(make_pin: MakePin, target: Target) -> None:
    installed = [_installed("alpha", "1.0"), _installed("alpha", "0.5")]
    plan = plan_installation([make_pin()], installed, target=target)
    assert [step.action for step in plan.steps] == [Action.KEEP]


@pytest.mark.parametrize(
    ("tags", "action"),
    [
        ((), Action.KEEP),
        (("py3-none-any",), Action.KEEP),
        (("cp311-cp311-macosx_11_0_arm64",), Action.KEEP),
        (("cp311-cp311-macosx_11_0_x86_64",), Action.REINSTALL),
        (("cp311-cp311-macosx_11_0_x86_64", "cp311-cp311-macosx_11_0_arm64"), Action.KEEP),
    ],
)
def test_what_was_made_for_another_machine_is_installed_again(
    make_pin: MakePin, target: Target, tags: tuple[str, ...], action: Action
) -> None:
    installed = [_installed("alpha", "1.0", tags=tags)]
    (step,) = plan_installation([make_pin()], installed, target=target).steps
    assert step.action is action
    assert ("another machine" in step.reason) is (action is Action.REINSTALL)


@pytest.mark.parametrize(
    ("direct", "direct_url", "reason"),
    [
        (True, None, "it is a direct reference"),
        (False, "https://example.org/x.whl", "the installed one came from a direct reference"),
    ],
)
def test_direct_references_are_installed_again(
    make_pin: MakePin, target: Target, direct_url: str | None, reason: str, *, direct: bool
) -> None:
    installed = [_installed("alpha", "1.0", direct_url=direct_url)]
    (step,) = plan_installation([make_pin(direct=direct)], installed, target=target).steps
    assert (step.action, step.reason) == (Action.REINSTALL, reason)


def test_force_reinstall(make_pin: MakePin, target: Target) -> None:
    (step,) = plan_installation(
        [make_pin()], [_installed("alpha", "1.0")], target=target, force_reinstall=True
    ).steps
    assert step.action is Action.REINSTALL


@pytest.mark.parametrize(
    ("tags", "fits"),
    [(("py3-none-any",), True), (("cp311-cp311-win_arm64",), False), ((), True)],
)
def test_what_is_for_another_machine_is_not_offered_again(
    target: Target, tags: tuple[str, ...], *, fits: bool
) -> None:
    found = _installed("alpha", "1.0", tags=tags)
    assert select_fitting([found], target) == ((found,) if fits else ())
