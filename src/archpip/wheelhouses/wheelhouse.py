"""Folders of wheels: which of them a target would take, each judged on its own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    paths = sorted(path.glob("*.whl")) if is_folder(path) else [path]
    chosen = set(select_for_target([each.name for each in paths], target))
    return tuple(_audit_wheel(each, target, policy) for each in paths if each.name in chosen)


def select_for_target(filenames: Iterable[str], target: Target) -> Iterator[str]:
    """Yield, of each project and version, the wheels that fit by name; all where none does."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for filename in filenames:
        groups[_identity(filename)].append(filename)
    wanted = frozenset(compatible_tags(target))
    for group in groups.values():
        fitting = [name for name in group if not wanted.isdisjoint(_tags(name))]
        yield from fitting or group


def rank_for_target(filenames: Sequence[str], target: Target) -> tuple[str, ...]:
    """Return the wheels whose names fit, the most preferred first."""
    order = {tag: place for place, tag in enumerate(compatible_tags(target))}
    ranked = [
        (min(places), name)
        for name in filenames
        if (places := [order[tag] for tag in _tags(name) if tag in order])
    ]
    return tuple(name for _, name in sorted(ranked))


def _audit_wheel(path: Path, target: Target, policy: Policy) -> AuditedPart:
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
        root=path.name,
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
