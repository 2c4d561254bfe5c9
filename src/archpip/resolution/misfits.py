"""Misfits: describe what wheels that do not fit a target are for, by the closest of them."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from archpip.index import Link
from archpip.resolution.filenames import floor_of, parse_wheel_name, without_floor
from archpip.resolution.wording import list_briefly
from archpip.targets import Target, compatible_tags, is_platform_of

_ONE_CPYTHON = re.compile(r"cp3(?P<minor>\d{1,9})-cp3(?P=minor)m?")


class _Accepted(NamedTuple):
    """The parts of a target's tags."""

    pythons: frozenset[tuple[str, str]]
    """(interpreter, ABI)."""
    platforms: frozenset[str]
    systems: frozenset[str]
    """Platforms without their floors."""


@lru_cache(maxsize=64)
def _collect_accepted(target: Target) -> _Accepted:
    tags = compatible_tags(target)
    platforms = frozenset(tag.platform for tag in tags)
    return _Accepted(
        pythons=frozenset((tag.interpreter, tag.abi) for tag in tags),
        platforms=platforms,
        systems=frozenset(map(without_floor, platforms)),
    )


def tags_of_wheels(wheels: Iterable[Link]) -> set[tuple[str, str, str]]:
    """Return the tags of all valid wheel names, as (interpreter, ABI, platform)."""
    names = filter(None, (parse_wheel_name(link.filename) for link in wheels))
    return {tag for name in names for tag in name.tags}


def describe_misfit(wheels: Iterable[Link], target: Target) -> str:
    """Describe what wheels are for, none of which fits a target, by the closest of them."""
    tags, own = tags_of_wheels(wheels), _collect_accepted(target)
    for_python = sorted({p for i, a, p in tags if (i, a) in own.pythons} - own.platforms)
    if newer := [platform for platform in for_python if without_floor(platform) in own.systems]:
        floor = target.floor_name
        return f"its wheels for this Python are for more than {floor}: {list_briefly(newer)}"
    if for_python:
        return f"its wheels for this Python are for {_name_platforms(for_python, target)}"
    for_platform = {f"{i}-{a}" for i, a, p in tags if p in own.platforms}
    if for_platform:
        return f"its wheels for this system are for {_name_pythons(for_platform)}"
    return f"its wheels are for {_name_platforms(sorted({p for _, _, p in tags}), target)}"


def find_floor(wheels: Iterable[Link], target: Target) -> tuple[int, int] | None:
    """Return the lowest floor that admits a wheel which differs only in its floor, or `None`."""
    own = _collect_accepted(target)
    wanted = {
        p
        for i, a, p in tags_of_wheels(wheels)
        if (i, a) in own.pythons and without_floor(p) in own.systems
    }
    floors = (floor_of(platform) for platform in wanted)
    return min((floor for floor in floors if floor and floor > target.floor), default=None)


def _name_platforms(platforms: Sequence[str], target: Target) -> str:
    """Render platform tags; only those of the target's system, if there are any."""
    system = target.operating_system
    return list_briefly([p for p in platforms if is_platform_of(p, system)] or platforms)


def _name_pythons(tags: Iterable[str]) -> str:
    """Render `cp39-cp39`, `cp310-cp310` as versions; if there are other ABIs, as tags."""
    matches = [_ONE_CPYTHON.fullmatch(tag) for tag in tags]
    minors = {int(match["minor"]) for match in matches if match}
    if all(matches):
        return f"CPython {list_briefly(f'3.{minor}' for minor in sorted(minors))}"
    return list_briefly(sorted(tags))
