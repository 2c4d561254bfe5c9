"""Wheels that a user points at: a file name alone, or a project at a version."""

from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import parse_tag
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.errors import ResolutionError, UsageError
from archpip.index import Link
from archpip.resolution.filenames import is_wheel, parse_wheel_name
from archpip.resolution.ports import Releases, World
from archpip.targets import Target, compatible_tags


class InvalidSubjectError(UsageError):
    """What was given is no path, URL, wheel's file name or `name==version`."""

    code = "invalid-subject"

    def __init__(self, *, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"'{self.text}' is no file that exists, no URL, no wheel's name, no requirement."

    @property
    def hint(self) -> str:
        """Say what would be understood."""
        return (
            "Give a path, a URL, a wheel's full file name, or a requirement such as numpy==2.1.0."
        )


class NoSuchWheelError(ResolutionError):
    """The indexes have the project, but not the wheel that was asked for."""

    code = "no-such-wheel"

    def __init__(self, *, text: str, available: tuple[str, ...]) -> None:
        super().__init__(text, available)
        self.text = text
        self.available = available

    def __str__(self) -> str:
        return f"No index has a wheel for '{self.text}'."

    @property
    def hint(self) -> str | None:
        """Name what there is."""
        if not self.available:
            return None
        return f"There are: {', '.join(self.available)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A subject, taken apart."""

    text: str
    name: NormalizedName
    filename: str | None = None
    requirement: Requirement | None = None


_MOST_NAMED = 8


def find_wheels(text: str, *, world: World, target: Target | None) -> tuple[Link, ...]:
    """Find the wheels that a file name or a requirement means.

    Args:
        text: `numpy-2.1.0-cp311-….whl`, `numpy==2.1.0`, or `numpy` for its newest version.
        world: Where indexes are asked.
        target: Of a requirement's wheels, take those whose tags fit; all of them where `None`.

    Returns:
        For a file name, that one link; else the wheels of the newest version that matches, best
        tag first.

    Raises:
        InvalidSubjectError: The text is neither.
        NoSuchWheelError: The indexes do not have it.
        ProjectNotFoundError: No index knows the project.
    """
    question = _parse(text)
    releases = world.releases(question.name)
    if question.filename is not None:
        return _find_file(question, question.filename, releases)
    return _find_release(question, releases, target)


def _parse(text: str) -> _Question:
    if is_wheel(text):
        project = text.partition("-")[0]
        if parse_wheel_name(text) is None and text.count("-") < 4:  # noqa: PLR2004  # five parts
            raise InvalidSubjectError(text=text)
        return _Question(text=text, name=canonicalize_name(project), filename=text)
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise InvalidSubjectError(text=text) from error
    return _Question(text=text, name=canonicalize_name(requirement.name), requirement=requirement)


def _find_file(question: _Question, filename: str, releases: Releases) -> tuple[Link, ...]:
    parsed = parse_wheel_name(filename)
    versions = [parsed.version] if parsed and parsed.version in releases else list(releases)
    for version in versions:
        for link in releases[version]:
            if link.filename == filename:
                return (link,)
    raise NoSuchWheelError(text=question.text, available=())


def _find_release(
    question: _Question, releases: Releases, target: Target | None
) -> tuple[Link, ...]:
    specifier = question.requirement.specifier if question.requirement else None
    versions = [v for v in releases if specifier is None or specifier.contains(v, prereleases=True)]
    # A pre-release is meant only where nothing final is.
    for version in [v for v in versions if not v.is_prerelease] or versions:
        wheels = [link for link in releases[version] if is_wheel(link.filename)]
        fitting = _rank(wheels, target) if target else wheels
        if fitting:
            return tuple(fitting)
        if wheels and _pins_version(question):
            raise NoSuchWheelError(text=_subject(question, target), available=_names(wheels))
    raise NoSuchWheelError(text=_subject(question, target), available=_latest(releases))


def _pins_version(question: _Question) -> bool:
    specifier = question.requirement.specifier if question.requirement else ()
    return any(one.operator in {"==", "==="} for one in specifier)


def _subject(question: _Question, target: Target | None) -> str:
    return f"{question.text} on {target.name}" if target else question.text


def _rank(wheels: list[Link], target: Target) -> list[Link]:
    ranks = {tag: rank for rank, tag in enumerate(compatible_tags(target))}
    ranked = []
    for link in wheels:
        tags = parse_tag("-".join(link.filename.removesuffix(".whl").split("-")[-3:]))
        fitting = [ranks[tag] for tag in tags if tag in ranks]
        if fitting:
            ranked.append((min(fitting), link.filename, link))
    return [link for _, _, link in sorted(ranked, key=lambda item: item[:2])]


def _names(wheels: list[Link]) -> tuple[str, ...]:
    names = sorted(link.filename for link in wheels)
    return (*names[:_MOST_NAMED], "…") if len(names) > _MOST_NAMED else tuple(names)


def _latest(releases: Releases) -> tuple[str, ...]:
    versions: list[Version] = list(releases)
    return tuple(str(version) for version in versions[:_MOST_NAMED])
