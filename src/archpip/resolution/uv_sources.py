"""Where a project's requirements come from according to `[tool.uv.sources]`.

Ignoring a source would take another project of the same name from a public index. A source that is
not supported here is therefore an error, never skipped.

Source: https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources and
https://docs.astral.sh/uv/concepts/indexes/; uv 0.13.
"""

import tomllib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.markers import InvalidMarker, Marker
from packaging.utils import NormalizedName, canonicalize_name

from archpip.foreign_toml import parse_toml
from archpip.index import IndexPin, to_file_url
from archpip.reachable import is_folder
from archpip.resolution.direct_references import DirectReference, parse_direct_reference
from archpip.resolution.errors import UvSourceError
from archpip.resolution.requirement_set import ConditionalPin, IndexOptions, RequirementSet
from archpip.resolution.requirements import RequestedRequirement
from archpip.targets import Target, marker_environments

_REVISIONS = ("rev", "tag", "branch")


def apply_uv_sources(
    found: RequirementSet, tool: Mapping[str, object], *, folder: Path, shown: str
) -> RequirementSet:
    """Apply sources to those of a project's requirements that have no direct reference.

    Args:
        found: The project's requirements.
        tool: Its `[tool.uv]`.
        folder: Its folder, the base of relative paths.
        shown: The path of its file as the user wrote it.

    Raises:
        UvSourceError: A source cannot be followed.
    """
    reader = _open(tool, folder, shown)
    followed = tuple(each for asked in found.requirements for each in reader.follow(asked))
    return replace(found, requirements=followed) + RequirementSet(index=reader.index_options())


def add_sources_of_folders(found: RequirementSet, *, named: bool) -> RequirementSet:
    """Add constraints and index options from the uv sources of all folders that are asked for.

    A source may be a folder again, whose sources count as well.

    Args:
        found: What is asked for.
        named: The user names these folders; of the indexes of all others, as in uv, only those
            count that their sources name.

    Raises:
        UvSourceError: A source cannot be followed.
    """
    asked = (*found.requirements, *found.overrides, *found.constraints)
    waiting = deque((each, named) for each in asked)
    read = set()
    while waiting:
        each, is_named = waiting.popleft()
        path = each.direct.path if each.direct else None
        if path is None or path in read or not is_folder(path):
            continue
        read.add(path)
        shown = f"{each.text}/pyproject.toml" if is_named else str(path / "pyproject.toml")
        reader = _open(_uv_table(path), path, shown)
        constraints = tuple(reader.constraints())
        index = reader.index_options() if is_named else reader.index_pins()
        found += RequirementSet(constraints=constraints, index=index)
        waiting.extend((constraint, False) for constraint in constraints)
    return found


def decide_pins(asked: RequirementSet, targets: Iterable[Target]) -> RequirementSet:
    """Keep the index pins whose markers hold; a project has one index for all targets of a run.

    Raises:
        UvSourceError: A pin holds on one machine, and not on another.
    """
    if not asked.index.conditional_pins:
        return asked
    kept = []
    machines = [
        (target.name, environment)
        for target in targets
        for environment in marker_environments(target)
    ]
    for conditional in asked.index.conditional_pins:
        answers = {conditional.marker.evaluate(dict(each)): name for name, each in machines}
        if len(answers) > 1:
            raise UvSourceError(
                location=conditional.location,
                subject=f"sources.{conditional.pin.projects[0]}",
                reason=f"it has another index on {answers[True]} than on {answers[False]};"
                " lock them one by one",
            )
        if True in answers:
            kept.append(conditional.pin)
    index = replace(asked.index, pins=(*asked.index.pins, *kept), conditional_pins=())
    return replace(asked, index=index)


def _open(tool: Mapping[str, object], folder: Path, shown: str) -> "_Reader":
    sources = _table(tool.get("sources"))
    return _Reader(
        sources={canonicalize_name(name): source for name, source in sources.items()},
        indexes=tuple(_read_indexes(tool.get("index"))),
        folder=folder,
        shown=shown,
    )


class _Index(Struct, frozen=True, kw_only=True):
    name: str
    url: str
    default: bool
    explicit: bool


class _Source(Struct, frozen=True, kw_only=True):
    table: Mapping[str, object]
    marker: Marker | None


def _read_indexes(value: object) -> Iterator[_Index]:
    for entry in value if isinstance(value, list) else ():
        index = _table(entry)
        yield _Index(
            name=str(index.get("name", "")),
            url=str(index.get("url", "")),
            default=index.get("default") is True,
            explicit=index.get("explicit") is True,
        )


class _Reader(Struct, frozen=True, kw_only=True):
    sources: Mapping[NormalizedName, object]
    indexes: tuple[_Index, ...]
    folder: Path
    shown: str

    def index_options(self) -> IndexOptions:
        """Return the default index, and all pins: dependencies may require pinned projects, too.

        uv uses only the first index that has a project; pip, as we do, takes the newest version of
        any. An index without pins is therefore refused unless it is the only one.

        Raises:
            UvSourceError: There is no index of that name, or one of another kind.
        """
        for index in self.indexes:
            if not index.default and not index.explicit:
                raise UvSourceError(
                    location=self.shown,
                    subject=f"index {index.name or index.url}",
                    reason="it is neither `explicit` nor `default`: uv would ask it first,"
                    " for everything",
                )
        default = next((index.url for index in self.indexes if index.default), None)
        return replace(self.index_pins(), index_url=default)

    def index_pins(self) -> IndexOptions:
        """Return the pins alone.

        Raises:
            UvSourceError: There is no index of that name.
        """
        pins = [
            (self._pin(name, source), source.marker)
            for name in self.sources
            for source in self._read(name)
            if "index" in source.table
        ]
        return IndexOptions(
            pins=tuple(pin for pin, marker in pins if marker is None),
            conditional_pins=tuple(
                ConditionalPin(pin=pin, marker=marker, location=self.shown)
                for pin, marker in pins
                if marker is not None
            ),
        )

    def _pin(self, name: NormalizedName, source: _Source) -> IndexPin:
        wanted = source.table["index"]
        url = next((each.url for each in self.indexes if each.name == wanted), None)
        if url is None:
            raise self._error(name, f"there is no index named {wanted}")
        return IndexPin(url=url, projects=(name,))

    def follow(self, requirement: RequestedRequirement) -> Iterator[RequestedRequirement]:
        """Yield a requirement with its source, or once per source if they have markers.

        With markers, the plain requirement is yielded as well, for targets where none holds. Where
        one holds, its direct reference takes precedence.
        """
        name = requirement.name
        if name is None or name not in self.sources or requirement.direct is not None:
            yield requirement
            return
        sources = self._read(name)
        if any(source.marker is not None or "index" in source.table for source in sources):
            yield requirement
        for source in sources:
            direct = self._direct(name, source)
            if direct is not None:
                yield replace(
                    requirement,
                    direct=direct,
                    editable=source.table.get("editable") is True,
                    marker=_both(requirement.marker, source.marker),
                )

    def constraints(self) -> Iterator[RequestedRequirement]:
        """Yield direct references as constraints on projects, in case they are needed."""
        for name in self.sources:
            for source in self._read(name):
                direct = self._direct(name, source)
                if direct is not None:
                    yield RequestedRequirement(
                        name=name,
                        direct=direct,
                        marker=source.marker,
                        origin=f"{self.shown}: tool.uv.sources",
                        text=f"{name} @ {direct.filename}",
                    )

    def _direct(self, name: NormalizedName, source: _Source) -> DirectReference | None:
        """Return the direct reference of a source; `None` if it is an index."""
        if "index" in source.table:
            return None
        try:
            return parse_direct_reference(self._url(name, source.table), base=self.folder)
        except ValueError as error:
            raise self._error(name, str(error)) from error

    def _read(self, name: NormalizedName) -> tuple[_Source, ...]:
        """Return the sources of a project: one, or several with a marker each."""
        value = self.sources[name]
        entries = [_table(entry) for entry in (value if isinstance(value, list) else [value])]
        if any(entry.keys() & {"extra", "group"} for entry in entries):
            raise self._error(name, "it depends on an extra or a group")
        if len(entries) != 1 and not all("marker" in entry for entry in entries):
            raise self._error(name, "of several sources, each needs a marker")
        try:
            return tuple(
                _Source(
                    table=entry,
                    marker=Marker(str(entry["marker"])) if "marker" in entry else None,
                )
                for entry in entries
            )
        except InvalidMarker as error:
            raise self._error(name, str(error)) from error

    def _url(self, name: NormalizedName, source: Mapping[str, object]) -> str:
        subdirectory = source.get("subdirectory")
        fragment = f"#subdirectory={subdirectory}" if subdirectory else ""
        if "git" in source:
            revision = next((f"@{source[key]}" for key in _REVISIONS if key in source), "")
            return f"git+{source['git']}{revision}{fragment}"
        if "url" in source:
            return f"{source['url']}{fragment}"
        if "path" in source:
            return to_file_url((self.folder / str(source["path"])).resolve()) + fragment
        if source.get("workspace") is True:
            return to_file_url(self._find_member(name))
        raise self._error(name, "it is of a kind that is not known here")

    def _find_member(self, name: NormalizedName) -> Path:
        """Return the folder of a project of the same workspace."""
        for root in (self.folder, *self.folder.parents):
            members = _table(_uv_table(root).get("workspace")).get("members", [])
            for pattern in members if isinstance(members, list) else ():
                for member in sorted(root.glob(str(pattern))):
                    if _project_name(member) == name:
                        return member
            if members:
                break
        raise self._error(name, "no project of the workspace has this name")

    def _error(self, name: NormalizedName, reason: str) -> UvSourceError:
        return UvSourceError(location=self.shown, subject=f"sources.{name}", reason=reason)


def _both(first: Marker | None, second: Marker | None) -> Marker | None:
    if first is None or second is None:
        return first or second
    return Marker(f"({first}) and ({second})")


def _project_name(folder: Path) -> NormalizedName | None:
    name = _table(_read(folder).get("project")).get("name")
    return canonicalize_name(name) if isinstance(name, str) else None


def _uv_table(folder: Path) -> Mapping[str, object]:
    return _table(_table(_read(folder).get("tool")).get("uv"))


def _read(folder: Path) -> Mapping[str, object]:
    """Return a folder's `pyproject.toml`; empty if there is none that can be read."""
    try:
        return parse_toml((folder / "pyproject.toml").read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
