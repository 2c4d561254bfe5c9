"""A project's own file, `pyproject.toml`: what it requires, its extras and dependency groups.

Nothing is built here. What only the project's build backend knows (`dynamic` fields, a `setup.py`
alone) comes from the caller's `metadata` function.

Source: https://packaging.python.org/en/latest/specifications/pyproject-toml/ (PEP 621) and
https://packaging.python.org/en/latest/specifications/dependency-groups/ (PEP 735).
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.dependency_groups import DependencyGroupResolver
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from archpip.codec import as_mapping
from archpip.foreign_toml import parse_toml
from archpip.reachable import is_file
from archpip.resolution.demands import extra_of
from archpip.resolution.errors import (
    ProjectFileError,
    PythonRefusedError,
    UnknownExtraError,
    UnknownGroupError,
)
from archpip.resolution.metadata import parse_metadata
from archpip.resolution.model import LinkKind
from archpip.resolution.options import ResolveOptions
from archpip.resolution.ranking import Ranking
from archpip.resolution.requirement_set import RequirementSet
from archpip.resolution.requirements import RequestedRequirement, parse_requirement
from archpip.resolution.uv_bounds import read_uv_bounds
from archpip.resolution.uv_sources import apply_uv_sources
from archpip.targets import Target

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
"""The files that mark a project's folder; `-r` accepts each of them, as in uv."""

_REQUIREMENT_FIELDS = frozenset({"dependencies", "optional-dependencies", "requires-python"})


class ExtraChoice(Struct, frozen=True, kw_only=True):
    """Which extras of a project's file are wanted: `--extra` and `--all-extras`."""

    names: tuple[NormalizedName, ...] = ()
    all: bool = False


class ProjectFile(Struct, frozen=True, kw_only=True):
    """The tables of a `pyproject.toml`, as written."""

    path: Path
    shown: str
    """The path as the user wrote it, for messages."""
    project: Mapping[str, object] = field(default_factory=dict)
    """The `[project]` table."""
    groups: Mapping[str, object] = field(default_factory=dict)
    """The `[dependency-groups]` table."""
    tool: Mapping[str, object] = field(default_factory=dict)
    """The `[tool]` table."""

    @property
    def name(self) -> NormalizedName | None:
        """The project's name, or `None`."""
        name = self.project.get("name")
        return canonicalize_name(name) if isinstance(name, str) else None

    @property
    def says_requirements(self) -> bool:
        """Whether the file alone states the project's requirements."""
        dynamic = self.project.get("dynamic", ())
        unsaid = isinstance(dynamic, list) and _REQUIREMENT_FIELDS & set(dynamic)
        # Only poetry's backend turns `[tool.poetry]` into requirements.
        elsewhere = "poetry" in self.tool and "dependencies" not in self.project
        return "name" in self.project and not unsaid and not elsewhere


def read_project_file(path: Path, *, shown: str) -> ProjectFile:
    """Read a `pyproject.toml`.

    Raises:
        ProjectFileError: It cannot be read, is not TOML, or a table has another type.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectFileError(location=shown, reason=reason) from error
    return parse_project_file(text, path=path, shown=shown)


def parse_project_file(text: bytes, *, path: Path, shown: str) -> ProjectFile:
    """Parse the bytes of a `pyproject.toml`.

    Raises:
        ProjectFileError: It is not TOML, or a table has another type.
    """
    try:
        content = parse_toml(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectFileError(location=shown, reason=f"it is not TOML: {error}") from error
    return ProjectFile(
        path=path,
        shown=shown,
        project=_table(content, "project", shown),
        groups=_table(content, "dependency-groups", shown),
        tool=_table(content, "tool", shown),
    )


def read_project(
    path: Path,
    *,
    shown: str,
    extras: ExtraChoice,
    metadata: Callable[[Path], bytes],
    sources: bool = True,
) -> RequirementSet:
    """Return a project's requirements, without the project itself.

    Args:
        path: Its `pyproject.toml`, `setup.py` or `setup.cfg`.
        shown: The path as the user wrote it.
        extras: The extras to include.
        metadata: Returns METADATA of the project in a folder, by running its build backend.
        sources: Apply its `[tool.uv.sources]`.

    Raises:
        ProjectFileError: The file cannot be read, or a requirement of it cannot be parsed.
        UnknownExtraError: It has no such extra.
        UvSourceError: A source cannot be followed.
        BuildError: Its build backend failed.
    """
    if not is_file(path):
        raise ProjectFileError(location=shown, reason="there is no such file")
    pyproject = path.with_name("pyproject.toml")
    file = ProjectFile(path=path, shown=shown)
    if is_file(pyproject):
        file = read_project_file(pyproject, shown=shown)
    content = _render_metadata(file, version="0") if file.says_requirements else None
    found = parse_metadata(metadata(path.parent) if content is None else content)
    chosen = _chosen_extras(extras, found.provides_extra, shown)
    requires, chosen = _without_itself(found.requires, found.name, chosen)
    pythons = ((shown, found.requires_python),) if found.requires_python else ()
    asked = RequirementSet(
        requirements=tuple(
            _mark(parse_requirement(line, base=path.parent, origin=shown), chosen)
            for line in requires
            if extra_of(line) in (None, *chosen)
        ),
        pythons=pythons,
    )
    return _as_uv_reads(asked, file, sources=sources)


def _as_uv_reads(asked: RequirementSet, file: ProjectFile, *, sources: bool) -> RequirementSet:
    """Apply what the file states for uv."""
    tool = _table(file.tool, "uv", file.shown)
    folder = file.path.parent.resolve()
    if sources:
        asked = apply_uv_sources(asked, tool, folder=folder, shown=file.shown)
    return asked + read_uv_bounds(tool, folder=folder, shown=file.shown)


def read_group(file: ProjectFile, group: str, *, sources: bool = True) -> RequirementSet:
    """Return the requirements of a dependency group and of the groups that it includes.

    Raises:
        UvSourceError: A source cannot be followed.
        UnknownGroupError: The file has no such group.
        ProjectFileError: The group is malformed, or includes itself.
    """
    known = {canonicalize_name(name): name for name in file.groups}
    if canonicalize_name(group) not in known:
        raise UnknownGroupError(location=file.shown, group=group, known=tuple(known.values()))
    origin = f"{file.shown}:{group}"
    resolver = DependencyGroupResolver(file.groups)  # type: ignore[arg-type]  # validated there
    try:
        requirements = resolver.resolve(group)
    except (ValueError, TypeError, LookupError, ExceptionGroup) as error:
        raise ProjectFileError(location=origin, reason=_reason(error)) from error
    asked = RequirementSet(
        requirements=tuple(
            parse_requirement(str(requirement), base=file.path.parent, origin=origin)
            for requirement in requirements
        ),
        pythons=tuple(_pythons_of_groups(file, group, resolver)),
    )
    return _as_uv_reads(asked, file, sources=sources)


def _pythons_of_groups(
    file: ProjectFile, group: str, resolver: DependencyGroupResolver
) -> Iterator[tuple[str, str]]:
    """Yield the Requires-Python that uv's settings state of a group and of those it includes.

    Source: https://docs.astral.sh/uv/reference/settings/#dependency-groups.
    """
    settings = as_mapping(as_mapping(file.tool.get("uv")).get("dependency-groups"))
    stated = {canonicalize_name(name): as_mapping(value) for name, value in settings.items()}
    waiting, seen = [group], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        python = stated.get(canonicalize_name(name), {}).get("requires-python")
        if isinstance(python, str):
            yield f"{file.shown}:{name}", python
        included = (e for e in resolver.lookup(name) if not isinstance(e, Requirement))
        waiting += [e.include_group for e in included if e.include_group not in seen]


class FolderProject(Struct, frozen=True, kw_only=True):
    """A requested folder, and the requirements that its project file states."""

    asked: RequestedRequirement
    requirements: tuple[RequestedRequirement, ...]
    """With the requested extras."""
    with_all_extras: tuple[RequestedRequirement, ...]


def read_folders(
    requirements: Iterable[RequestedRequirement], *, sources: bool = True
) -> Iterator[FolderProject]:
    """Yield the folders among requirements whose project files alone state their requirements.

    Raises:
        ProjectFileError: A file cannot be read, or a requirement of it cannot be parsed.
        UnknownExtraError: A folder's project has no such extra.
        UvSourceError: A source cannot be followed.
    """
    for asked in requirements:
        direct = asked.direct
        if direct is None or direct.kind is not LinkKind.DIRECTORY or direct.path is None:
            continue
        path = direct.path / (direct.subdirectory or "") / "pyproject.toml"
        shown = f"{asked.text}: pyproject.toml"
        if is_file(path) and read_project_file(path, shown=shown).says_requirements:
            mine, every = (
                read_project(
                    path, shown=shown, extras=extras, metadata=Path.read_bytes, sources=sources
                ).requirements
                for extras in (ExtraChoice(names=asked.extras), ExtraChoice(all=True))
            )
            yield FolderProject(asked=asked, requirements=mine, with_all_extras=every)


def check_pythons(
    pythons: Iterable[tuple[str, str]], *, targets: Iterable[Target], options: ResolveOptions
) -> None:
    """Check that every target's Python satisfies the Requires-Python of projects and scripts.

    Raises:
        PythonRefusedError: One does not.
    """
    for location, requires_python in pythons:
        for target in targets:
            if not Ranking(target=target, options=options).accepts_python(requires_python):
                raise PythonRefusedError(
                    location=location,
                    requires_python=requires_python,
                    target=target.name,
                    python=target.python.display_name,
                )


def static_metadata(file: ProjectFile, *, version: str | None = None) -> bytes | None:
    """Return a project's METADATA, as far as a resolution needs it, from its file alone.

    Returns `None` if a build is needed.

    Args:
        file: The project file, whose static fields bind the build backend (PEP 621).
        version: The version, if it is known from elsewhere than the file.

    Raises:
        ProjectFileError: A field does not have the form that the specification requires.
    """
    if not file.says_requirements or (version is None and "version" not in file.project):
        return None
    return _render_metadata(file, version=version or _text(file, "version"))


def _render_metadata(file: ProjectFile, *, version: str) -> bytes:
    lines = ["Metadata-Version: 2.4", f"Name: {_text(file, 'name')}", f"Version: {version}"]
    if "requires-python" in file.project:
        lines.append(f"Requires-Python: {_text(file, 'requires-python')}")
    lines += [f"Requires-Dist: {line}" for line in _strings(file, "dependencies", file.project)]
    extras = _table(file.project, "optional-dependencies", file.shown)
    for extra in extras:
        name = canonicalize_name(extra)
        lines.append(f"Provides-Extra: {name}")
        for line in _strings(file, extra, extras):
            lines.append(f"Requires-Dist: {_for_extra(line, name)}")
    return "\n".join([*lines, "", ""]).encode()


def _for_extra(line: str, extra: str) -> str:
    """Add an extra to a requirement's marker, as build backends write it."""
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return f'{line} ; extra == "{extra}"'  # parsing it later reports the error
    marker = f"({requirement.marker}) and " if requirement.marker else ""
    requirement.marker = None
    return f'{requirement} ; {marker}extra == "{extra}"'


def _chosen_extras(
    extras: ExtraChoice, known: Iterable[NormalizedName], shown: str
) -> tuple[NormalizedName, ...]:
    known = sorted(known)
    if extras.all:
        return tuple(known)
    for name in extras.names:
        if name not in known:
            raise UnknownExtraError(location=shown, extra=name, known=tuple(known))
    return extras.names


def _without_itself(
    requires: Iterable[str], name: NormalizedName, extras: Iterable[NormalizedName]
) -> tuple[tuple[str, ...], tuple[NormalizedName, ...]]:
    """Expand `all = ["itself[a,b]"]` to the extras that it includes."""
    chosen, others = list(extras), list[str]()
    own: list[tuple[str, tuple[NormalizedName, ...]]] = []
    for line in requires:
        requirement = _requirement_of(line)
        if requirement is not None and canonicalize_name(requirement.name) == name:
            own.append((line, tuple(map(canonicalize_name, requirement.extras))))
        else:
            others.append(line)
    for _ in own:  # rounds only add, and a chain is no longer than the number of such lines
        for line, added in own:
            if extra_of(line) in (None, *chosen):
                chosen += [extra for extra in added if extra not in chosen]
    return tuple(others), tuple(chosen)


def _requirement_of(line: str) -> Requirement | None:
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None


def _mark(
    requirement: RequestedRequirement, extras: tuple[NormalizedName, ...]
) -> RequestedRequirement:
    return replace(requirement, marker_extras=extras) if requirement.marker else requirement


def _text(file: ProjectFile, key: str) -> str:
    value = file.project.get(key)
    if not isinstance(value, str) or "\n" in value:
        raise ProjectFileError(location=file.shown, reason=f"project.{key} is not a line of text")
    return value


def _strings(file: ProjectFile, key: str, table: Mapping[str, object]) -> Iterator[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ProjectFileError(location=file.shown, reason=f"{key} is not a list of requirements")
    yield from (" ".join(item.split()) for item in value)


def _table(content: Mapping[str, object], key: str, shown: str) -> Mapping[str, object]:
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise ProjectFileError(location=shown, reason=f"{key} is not a table")
    return value


def _reason(error: BaseException) -> str:
    """Return the first error's message; packaging groups errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__
