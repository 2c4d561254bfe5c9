"""Hints: which option or other spelling would help if no version of a project can be taken.

`relaxations.py` finds out by resolving which of the user's bounds could be dropped; here nothing is
resolved, and hints follow from the rejections alone.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.architecture import OperatingSystem
from archpip.index import Link
from archpip.resolution.filenames import architecture_of, is_wheel
from archpip.resolution.misfits import find_floor, tags_of_wheels
from archpip.resolution.model import Rejection, RejectionReason
from archpip.resolution.ranking import Ranking
from archpip.resolution.requires_python import admits_python
from archpip.resolution.wording import write_moment
from archpip.targets import PythonTarget, compatible_tags, is_platform_of, machine_name
from archpip.verdicts import DENIED

_MINORS = range(7, 20)
"""The minor versions of Python 3 considered: files for older ones do not matter."""

_PATCHES = range(30)
"""Of the target's Python: no feature release had more."""

_SYS_PLATFORMS = {
    OperatingSystem.LINUX: "linux",
    OperatingSystem.MACOS: "darwin",
    OperatingSystem.WINDOWS: "win32",
}
"""`sys_platform` by system, for systems to which a hint may restrict a requirement."""

_SYSTEMS_WITH_FLOORS = frozenset((OperatingSystem.LINUX, OperatingSystem.MACOS))
"""The systems whose floor has an option."""
_CPYTHON = re.compile(r"cp3(?P<minor>\d{1,9})")

_Found = Sequence[tuple[Version | None, Rejection]]


class _Case(Struct, frozen=True, kw_only=True):
    """One project, the target's rules, and the rejections of a reason."""

    name: NormalizedName
    ranking: Ranking
    found: _Found
    """Newest first; the version is `None` for a direct reference."""
    others: _Found = ()
    """The rejections of all reasons."""
    wanted: str
    """The project with the bounds that are asked of it, as a requirement."""
    is_own: bool
    """Whether the user alone asks for it."""
    is_refused: Callable[[Link], bool]
    """Whether a wheel would be refused for its content; false where that is not known."""

    def find_usable(self, links: Iterable[Link]) -> list[Link]:
        """Return the links whose wheels are not refused for their content."""
        return [link for link in links if not (is_wheel(link.filename) and self.is_refused(link))]

    def without(self, place: str, marker: str) -> str:
        """Say how to leave the project out where a marker does not hold."""
        wanted = f'"{self.wanted}; {marker}"'
        if self.is_own:
            return f"Where it is needed on other {place} only, ask for {wanted}."
        return f"--overrides with a file that says {wanted} leaves it out for this target."

    def may_be_for(self, python: PythonTarget) -> bool:
        """Return whether the user's own projects and scripts run on a Python."""
        return all(admits_python(text, python) for text in self.ranking.options.pythons)

    def subject(self, version: Version | None) -> str:
        """Name a version of the project."""
        return f"{self.name} {version}" if version else self.name


def find_hint(
    name: NormalizedName,
    rejected: _Found,
    *,
    ranking: Ranking,
    only_prereleases: bool,
    wanted: str,
    is_own: bool,
    is_refused: Callable[[Link], bool],
) -> str | None:
    """Return a sentence that names the most promising way to get a project, or `None`.

    Args:
        name: The project.
        rejected: The rejections of the versions in question, newest first.
        ranking: The target's rules.
        only_prereleases: No version in question is final.
        wanted: The project with the bounds that are asked of it, as a requirement.
        is_own: The user alone asks for it, not also another project.
        is_refused: Whether a wheel would be refused for its content, judged for the Python that it
            is for. What it refuses is not advised.
    """
    for reason, describe in _HINTS.items():
        found = [
            (version, each)
            for version, each in rejected
            if each.reason is reason
            and (reason in _WEIGH_TIMES or not ranking.is_left_out_by_time(name, each.link))
        ]
        if found or (only_prereleases and reason is RejectionReason.PRERELEASE):
            hint = describe(
                _Case(
                    name=name,
                    ranking=ranking,
                    found=found,
                    others=rejected,
                    wanted=wanted,
                    is_own=is_own,
                    is_refused=is_refused,
                )
            )
            if hint is not None:
                return hint
    return None


def find_override(name: NormalizedName, rejected: _Found) -> str | None:
    """Return a sentence on how to take the newest wheel that was refused for its content.

    That is the user's decision, unless an override already says no.
    """
    for version, rejection in rejected:
        verdict = rejection.verdict
        if verdict is not None and all(each.code != DENIED for each in verdict.findings):
            subject = f"{name}=={version}" if version else name
            return f"If you know it to work all the same, --override '{subject}: REASON' takes it."
    return None


def _only_binary(case: _Case) -> str:
    """Suggest a build; for a project of other systems, to leave it out comes before that."""
    wheels = [each.link for _, each in case.others if each.reason is RejectionReason.TAGS]
    built = f"Without --only-binary for {case.name}, its sdist can be taken."
    # What has wheels for other machines of this system is most likely meant for all of them.
    hints = (_other_system(wheels, case), built, _other_machine(wheels, case))
    return " ".join(hint for hint in hints if hint)


def _no_binary(case: _Case) -> str:
    return f"Without --no-binary for {case.name}, its wheels can be taken."


def _requires_python(case: _Case) -> str | None:
    """Name the nearest Python that a version supports: a patch of the target's, or another."""
    mine = case.ranking.target.python
    minors = sorted(_MINORS, key=lambda minor: abs(minor - mine.version[1]))
    pythons = [
        *(
            replace(mine, version=(*mine.version[:2], patch), patch_known=True)
            for patch in _PATCHES
        ),
        *(replace(mine, version=(3, minor, 0), patch_known=False) for minor in minors),
    ]
    for python in filter(case.may_be_for, pythons):
        for version, rejection in case.found:
            text = rejection.link.requires_python or _stated_python(rejection)
            if text and admits_python(text, python) and case.find_usable([rejection.link]):
                named = python.argument.replace(python.short_version, python.stated_version)
                return f"{case.subject(version)} takes Python {text}: try --python-version {named}."
    return None


def _stated_python(rejection: Rejection) -> str:
    """Return a Requires-Python that only METADATA has, from the message that repeats it."""
    return rejection.message.removeprefix("it requires Python ")


def _yanked(case: _Case) -> str | None:
    usable = (version for version, each in case.found if case.find_usable([each.link]))
    version = next(usable, None)
    if version is None:
        return None
    return f"A yanked version is taken only where it is pinned: {case.name}=={version}."


def _too_new(case: _Case) -> str | None:
    """Name the earliest moment at which a version is available, and may be taken."""
    only_finals = case.ranking.admits_prereleases(case.name) is False
    found = [(v, each) for v, each in case.found if not (only_finals and v and v.is_prerelease)]
    if not found:
        return None
    times = [(each.link.upload_time, v, each.link) for v, each in found if each.link.upload_time]
    if not times:
        return "No date can be asked of an index that gives no upload times: leave it out."
    spoilt: set[Version | None] = set()
    """Versions with a refused wheel: their sdists come after it, if at all."""
    for moment, version, link in sorted(times, key=lambda time: (time[0], _is_sdist(time[2]))):
        if version in spoilt:
            continue
        if case.find_usable([link]):
            # The file must lie before the moment, and archpip reads no fractions of a second.
            after = moment.replace(microsecond=0) + timedelta(seconds=1)
            return f"--exclude-newer {write_moment(after)} would allow {case.subject(version)}."
        spoilt.add(version)
    return None


def _prerelease(case: _Case) -> str:
    return f"--pre allows pre-releases, --all-releases {case.name} those of this project alone."


def _hashes(case: _Case) -> str:
    version = case.found[0][0]
    return (
        f"Compare the --hash that is asked for with what the index says; `archpip lock "
        f"{case.name}=={version}` without it writes the hashes that there are."
    )


def _tags(case: _Case) -> str | None:
    """Name a sufficient floor, or the Python or system that the newest version has wheels for."""
    ranking = case.ranking
    timely = [
        pair for pair in case.found if not ranking.is_left_out_by_time(case.name, pair[1].link)
    ]
    found = timely or case.found
    newest = found[0][0]
    wheels = [each.link for version, each in found if version == newest]
    return (
        _higher_floor([each.link for _, each in timely], case)
        or _other_python(case.subject(newest), wheels, case)
        or _other_system(wheels, case)
        or _other_machine(wheels, case)
    )


def _other_python(subject: str, wheels: Iterable[Link], case: _Case) -> str | None:
    target = case.ranking.target
    platforms = {tag.platform for tag in compatible_tags(target)}
    mine = target.python.version[1]
    by_minor: dict[int, list[Link]] = {}
    for wheel in wheels:
        pythons = {i for i, _, platform in tags_of_wheels([wheel]) if platform in platforms}
        for minor in {int(m["minor"]) for i in pythons if (m := _CPYTHON.fullmatch(i))} - {mine}:
            by_minor.setdefault(minor, []).append(wheel)
    for nearest in sorted(by_minor, key=lambda minor: abs(minor - mine)):
        python = replace(target.python, version=(3, nearest, 0), patch_known=False)
        if case.may_be_for(python) and case.find_usable(by_minor[nearest]):
            return (
                f"{subject} has a wheel for this system and Python 3.{nearest} (--python-version)."
            )
    return None


def _higher_floor(wheels: Iterable[Link], case: _Case) -> str | None:
    target = case.ranking.target
    if target.operating_system not in _SYSTEMS_WITH_FLOORS:
        return None
    left = list(wheels)
    while floor := find_floor(left, target):
        lowest = [link for link in left if find_floor([link], target) == floor]
        if case.find_usable(lowest):
            break
        left = [link for link in left if link not in lowest]
    if floor is None:
        return None
    wanted = replace(target, floor=floor)
    option = wanted.libc or wanted.operating_system
    return (
        f"Where all machines have {wanted.floor_name} or newer, say "
        f"--{option} {floor[0]}.{floor[1]}."
    )


def _other_system(wheels: Iterable[Link], case: _Case) -> str | None:
    """Suggest a marker that requires a project only on the systems that it supports."""
    target = case.ranking.target
    platforms = {platform for _, _, platform in tags_of_wheels(wheels)}
    systems = {s for s in _SYS_PLATFORMS if any(is_platform_of(p, s) for p in platforms)}
    if not systems or target.operating_system in systems:
        return None
    markers = [f"sys_platform == '{_SYS_PLATFORMS[s]}'" for s in _SYS_PLATFORMS if s in systems]
    return case.without("systems", " or ".join(markers))


def _other_machine(wheels: Iterable[Link], case: _Case) -> str | None:
    """Suggest a marker that leaves a project out on machines of this system without a wheel."""
    target = case.ranking.target
    tags, system = tags_of_wheels(wheels), target.operating_system
    pythons = {(tag.interpreter, tag.abi) for tag in compatible_tags(target)}
    platforms = {p for i, a, p in tags if (i, a) in pythons and is_platform_of(p, system)}
    found = {architecture_of(platform) for platform in platforms}
    if not found or None in found or found & set(target.architectures):
        return None
    if system not in _SYS_PLATFORMS:
        return None
    names = sorted(machine_name(system, architecture) for architecture in found if architecture)
    machines = " or ".join(f"platform_machine == '{name}'" for name in names)
    if any(is_platform_of(p, s) for _, _, p in tags for s in _SYS_PLATFORMS if s is not system):
        marker = f"sys_platform != '{_SYS_PLATFORMS[system]}' or {machines}"
    else:
        both = f"({machines})" if len(names) > 1 else machines
        marker = f"sys_platform == '{_SYS_PLATFORMS[system]}' and {both}"
    return case.without("machines", marker)


def _is_sdist(link: Link) -> bool:
    return not is_wheel(link.filename)


_HINTS: dict[RejectionReason, Callable[[_Case], str | None]] = {
    RejectionReason.ONLY_BINARY: _only_binary,
    RejectionReason.NO_BINARY: _no_binary,
    RejectionReason.REQUIRES_PYTHON: _requires_python,
    RejectionReason.YANKED: _yanked,
    RejectionReason.TOO_NEW: _too_new,
    RejectionReason.PRERELEASE: _prerelease,
    RejectionReason.HASHES: _hashes,
    RejectionReason.TAGS: _tags,
}
"""Writes the hint for each reason, the most promising first."""

_WEIGH_TIMES = frozenset((RejectionReason.TOO_NEW, RejectionReason.TAGS))
"""Reasons whose hints look at upload times; for the others, a file that is too new as well would
not be taken either."""
