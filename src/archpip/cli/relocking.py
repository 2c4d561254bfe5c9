"""Locking again: the existing lockfiles, which versions to keep, and what changes."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.pylock import Pylock
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.app.configuration import Question
from archpip.locking import (
    Change,
    InvalidLockfileError,
    Refusals,
    find_changes,
    locked_refusals,
    locked_versions,
    read_lockfile,
)
from archpip.reachable import is_file
from archpip.resolution import JointResolution, RequestedRequirement, parse_requirement


class Relock(Struct, frozen=True, kw_only=True):
    """The existing lockfiles, and which projects to upgrade."""

    before: Mapping[str, Pylock]
    """By the target's name; targets that were not locked yet are missing."""
    everything: bool = False
    """`--upgrade`."""
    upgrades: tuple[RequestedRequirement, ...] = ()
    """`--upgrade-package`, optionally with specifiers."""

    @property
    def forgotten(self) -> frozenset[NormalizedName] | None:
        """The projects whose versions are not kept; `None` for all of them."""
        if self.everything:
            return None
        return frozenset(upgrade.name for upgrade in self.upgrades if upgrade.name)

    def prefer(self, question: Question) -> Question:
        """Prefer the locked versions, unless `--prefer` names others."""
        forgotten = self.forgotten
        if forgotten is None:
            return question
        return replace(
            question,
            preferences=_without(forgotten, question.preferences),
            locked={
                target: _without(forgotten, locked_versions(pylock))
                for target, pylock in self.before.items()
            },
        )

    def bound(self, question: Question) -> Question:
        """Add the specifiers of `--upgrade-package NAME<2`, which no lockfile records."""
        bounds = tuple(upgrade for upgrade in self.upgrades if upgrade.specifier)
        asked = replace(question.asked, constraints=(*question.asked.constraints, *bounds))
        return replace(question, asked=asked)

    def find_unknown(self, question: Question, answer: JointResolution) -> Iterator[str]:
        """Yield a warning per upgraded project that is neither required nor locked."""
        required = {requirement.name for requirement in question.asked.requirements}
        locked = {package.name for pylock in self.before.values() for package in pylock.packages}
        pinned = {pin.name for resolution in answer.resolutions for pin in resolution.pins}
        known = locked | pinned | {name for name in required if name is not None}
        for upgrade in self.upgrades:
            if upgrade.name is not None and upgrade.name not in known:
                from difflib import get_close_matches  # only for who errs

                near = get_close_matches(upgrade.name, sorted(known), n=3)
                meant = f"; did you mean {' or '.join(near)}?" if near else ""
                yield (
                    f"{upgrade.origin} {upgrade.name}: "
                    f"no project of that name is required or locked{meant}"
                )

    def refusals(self, target: str, path: Path) -> Refusals:
        """Return what was refused when a target's kept versions were chosen."""
        forgotten = self.forgotten
        if forgotten is None or target not in self.before:
            return {}
        found = locked_refusals(self.before[target], path=path)
        return {key: refused for key, refused in found.items() if key[0] not in forgotten}

    def changes(self, question: Question, answer: JointResolution) -> dict[str, tuple[Change, ...]]:
        """Return the changes of each target that was locked before."""
        return {
            resolution.target.name: find_changes(
                self.before[resolution.target.name],
                resolution,
                forgotten=self.forgotten,
                preferred=question.preferences,
            )
            for resolution in answer.resolutions
            if resolution.target.name in self.before
        }


def _without(
    forgotten: frozenset[NormalizedName], versions: Mapping[NormalizedName, Version]
) -> dict[NormalizedName, Version]:
    return {name: version for name, version in versions.items() if name not in forgotten}


def read_relock(
    arguments: argparse.Namespace, paths: Mapping[str, Path], *, compares: bool
) -> Relock:
    """Read the existing lockfiles if their versions are kept or `compares` is set.

    Raises:
        InvalidLockfileError: One cannot be read, and its versions were to be kept.
        InvalidRequirementError: `--upgrade-package` names no project.
    """
    before = {}
    needed = paths if compares or not arguments.upgrade else {}
    for name, path in needed.items():
        if is_file(path):
            try:
                before[name] = read_lockfile(path)
            except InvalidLockfileError:
                if not arguments.upgrade:
                    raise
    upgrades = tuple(
        parse_requirement(text, base=Path(), origin="--upgrade-package")
        for text in arguments.upgrade_package
    )
    return Relock(before=before, everything=arguments.upgrade, upgrades=upgrades)
