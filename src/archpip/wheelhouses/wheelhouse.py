"""Folders of wheels: which of them a target would take, each judged on its own."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from archpip.binaries import Depth
from archpip.environments import AuditedPart, Installer, unreadable
from archpip.reachable import is_folder
from archpip.targets import Target, compatible_tags
from archpip.verdicts import Policy, Status, judge
from archpip.wheels import (
    InvalidWheelError,
    WheelUnreadableError,
    inspect_wheel,
    open_wheel,
)


def audit_wheels(path: Path, target: Target, policy: Policy) -> tuple[AuditedPart, ...]:
    """Inspect and judge a wheel, or the wheels of a folder that the target would take.

    Where a project has no wheel whose name fits the target, all of its wheels are judged; what
    is not wrong in itself is unknown then, for nothing says what the target is to run.
    """
    if not is_folder(path):
        return audit_wheel_files(path.parent, (path.name,), target, policy)
    names = sorted(each.name for each in path.glob("*.whl"))
    return audit_wheel_files(path, names, target, policy)


def audit_wheel_files(
    folder: Path, paths: Sequence[str], target: Target, policy: Policy
) -> tuple[AuditedPart, ...]:
    """Inspect and judge those of some wheels that the target would take, wherever they are.

    Args:
        folder: The folder that the paths are relative to.
        paths: The wheels' paths.
        target: The target to judge for.
        policy: Its overrides are applied.
    """
    chosen = set(select_for_target([posixpath.basename(path) for path in paths], target))
    return tuple(
        _audit_wheel(folder, path, target, policy)
        for path in paths
        if posixpath.basename(path) in chosen
    )


def select_for_target(filenames: Iterable[str], target: Target) -> Iterator[str]:
    """Yield, of each project and version, the wheel that an installer takes by its name.

    Those that are as good as it, too; and all where none fits.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for filename in filenames:
        groups[_identity(filename)].append(filename)
    order = _order_tags(target)
    for group in groups.values():
        places = {name: _find_place(name, order) for name in group}
        best = min(places.values())
        yield from (name for name, place in places.items() if place == best)


def rank_for_target(filenames: Sequence[str], target: Target) -> tuple[str, ...]:
    """Return the wheels whose names fit, the most preferred first."""
    order = _order_tags(target)
    ranked = sorted((_find_place(name, order), name) for name in filenames)
    return tuple(name for place, name in ranked if place < len(order))


def _order_tags(target: Target) -> Mapping[Tag, int]:
    return {tag: place for place, tag in enumerate(compatible_tags(target))}


def _find_place(filename: str, order: Mapping[Tag, int]) -> int:
    """Return the place of a wheel's best tag; behind all others if none fits."""
    return min((order[tag] for tag in _tags(filename) if tag in order), default=len(order))


def _audit_wheel(folder: Path, place: str, target: Target, policy: Policy) -> AuditedPart:
    path = folder / place
    try:
        with closing(open_wheel(path)) as wheel:
            inspection = inspect_wheel(wheel, sha256=None, depth=Depth.LINKS)[0]
    except (InvalidWheelError, WheelUnreadableError) as error:
        inspection = unreadable(path.name, reason=error.reason)
    verdict = judge(inspection, target, policy)
    if verdict.status is Status.OK and not rank_for_target((path.name,), target):
        reason = f"its tags do not admit {target.name} with {target.python.display_name}"
        nothing = unreadable(path.name, reason=reason)
        inspection = replace(inspection, problems=(*inspection.problems, *nothing.problems))
        verdict = judge(inspection, target, policy)
    name, version = _identity(path.name)
    return AuditedPart(
        name=name,
        version=version,
        installer=Installer.PIP,
        root=place,
        inspection=inspection,
        verdict=verdict,
    )


def _identity(filename: str) -> tuple[str, str]:
    name, _, rest = filename.partition("-")
    return canonicalize_name(name), rest.partition("-")[0]


def _tags(filename: str) -> frozenset[Tag]:
    try:
        return frozenset(parse_wheel_filename(filename)[3])
    except InvalidWheelFilename:
        return frozenset()
