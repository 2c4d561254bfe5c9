"""Decide what an installation does to each project, before anything is changed. Pure."""

from collections.abc import Iterable

from archpip.installing.model import Action, InstalledDistribution, InstallPlan, Step
from archpip.installing.present_world import present_url
from archpip.resolution import Pin
from archpip.targets import Target, compatible_tags


def plan_installation(
    pins: Iterable[Pin],
    installed: Iterable[InstalledDistribution],
    *,
    target: Target,
    force_reinstall: bool = False,
) -> InstallPlan:
    """Compare pins with what is installed.

    A pin whose version is installed is kept, as in pip, with two exceptions: a direct reference is
    installed again unless the same one was installed, and so is a distribution whose own tags are
    for another machine (in an environment that was copied, or filled under Rosetta).

    Args:
        pins: The pins to install.
        installed: The installed distributions; the first of a name counts, as on `sys.path`.
        target: The machine that must run them.
        force_reinstall: Whether to install the right versions again, too.
    """
    present: dict[str, InstalledDistribution] = {}
    for distribution in installed:
        present.setdefault(distribution.name, distribution)
    accepted = frozenset(map(str, compatible_tags(target)))
    steps = (
        _step(pin, present.get(pin.name), accepted=accepted, force_reinstall=force_reinstall)
        for pin in pins
    )
    return InstallPlan(steps=tuple(sorted(steps, key=lambda step: step.pin.name)))


def select_fitting(
    installed: Iterable[InstalledDistribution], target: Target
) -> tuple[InstalledDistribution, ...]:
    """Return the distributions whose own tags are not for another machine."""
    accepted = frozenset(map(str, compatible_tags(target)))
    return tuple(each for each in installed if not _is_foreign(each, accepted))


def _is_foreign(installed: InstalledDistribution, accepted: frozenset[str]) -> bool:
    return bool(installed.tags) and not installed.tags & accepted


def _step(
    pin: Pin,
    installed: InstalledDistribution | None,
    *,
    accepted: frozenset[str],
    force_reinstall: bool,
) -> Step:
    if installed is None:
        return Step(pin=pin, action=Action.INSTALL)
    if installed.version != pin.version:
        newer = pin.version > installed.version
        action = Action.UPGRADE if newer else Action.DOWNGRADE
        return Step(pin=pin, action=action, installed=installed)
    if reason := _reason_to_reinstall(pin, installed, accepted, force_reinstall=force_reinstall):
        return Step(pin=pin, action=Action.REINSTALL, installed=installed, reason=reason)
    return Step(pin=pin, action=Action.KEEP, installed=installed)


def _reason_to_reinstall(
    pin: Pin,
    installed: InstalledDistribution,
    accepted: frozenset[str],
    *,
    force_reinstall: bool,
) -> str:
    if force_reinstall:
        return "--force-reinstall"
    if pin.link.url == present_url(installed):
        return ""
    if pin.direct:
        return "it is a direct reference"
    if installed.direct_url is not None:
        return "the installed one came from a direct reference"
    if _is_foreign(installed, accepted):
        made_for = min(installed.tags)
        return f"the installed one was made for another machine ({made_for})"
    return ""
