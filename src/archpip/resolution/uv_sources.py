"""What a project tells uv about where its requirements come from: `[tool.uv.sources]`.

Whoever follows the requirements and not this would take another project of the same name from a
public index. What cannot be followed is therefore an error, never passed over.

Source: https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources and
https://docs.astral.sh/uv/concepts/indexes/; uv 0.13.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name

from archpip.index import IndexPin, to_file_url
from archpip.resolution.errors import UvSourceError
from archpip.resolution.requirements import (
    DirectReference,
    RequestedRequirement,
    parse_direct_reference,
)
from archpip.resolution.requirements_file import IndexOptions, RequirementSet

_CONDITIONS = frozenset({"marker", "extra", "group"})
_REVISIONS = ("rev", "tag", "branch")


def apply_uv_sources(
    found: RequirementSet, tool: Mapping[str, object], *, folder: Path, shown: str
) -> RequirementSet:
    """Put sources in the place of what a project's requirements leave to the indexes.

    Args:
        found: What the project requires.
        tool: Its `[tool.uv]`.
        folder: Where it lies; relative paths start from here.
        shown: Its file as the user wrote it.

    Raises:
        UvSourceError: A source cannot be followed.
    """
    reader = _open(tool, folder, shown)
    followed = replace(found, requirements=tuple(map(reader.follow, found.requirements)))
    return followed + RequirementSet(index=reader.index_options())


def bound_by_uv_sources(folder: Path, *, shown: str) -> RequirementSet:
    """Return what a project in a folder, asked for itself, tells uv of what it requires.

    Raises:
        UvSourceError: A source cannot be followed.
    """
    reader = _open(_uv_table(folder), folder, shown)
    return RequirementSet(constraints=tuple(reader.constraints()), index=reader.index_options())


def _open(tool: Mapping[str, object], folder: Path, shown: str) -> "_Reader":
    sources = _table(tool.get("sources"))
    return _Reader(
        sources={canonicalize_name(name): source for name, source in sources.items()},
        indexes=tuple(_read_indexes(tool.get("index"), shown)),
        folder=folder,
        shown=shown,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    name: str
    url: str
    default: bool


def _read_indexes(value: object, shown: str) -> Iterator[_Index]:
    """Yield the indexes that can be followed.

    uv keeps to the first index that knows a project; pip's meaning, which is ours, would take the
    newest version of any. An index without pins is therefore refused unless it is the only one.
    """
    for entry in value if isinstance(value, list) else ():
        index = _table(entry)
        name, url = str(index.get("name", "")), str(index.get("url", ""))
        default = index.get("default") is True
        if not default and index.get("explicit") is not True:
            reason = "it is neither `explicit` nor `default`: uv would ask it first, for everything"
            raise UvSourceError(location=shown, subject=f"index {name or url}", reason=reason)
        yield _Index(name=name, url=url, default=default)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    sources: Mapping[NormalizedName, object]
    indexes: tuple[_Index, ...]
    folder: Path
    shown: str

    def index_options(self) -> IndexOptions:
        """Return the default index, and the pins to others."""
        default = next((index.url for index in self.indexes if index.default), None)
        return IndexOptions(index_url=default, pins=tuple(self._pins()))

    def _pins(self) -> Iterator[IndexPin]:
        """Yield what is pinned to an index, needed or not: others may require it."""
        for name in self.sources:
            source = self._source(name)
            if "index" not in source:
                continue
            url = next((each.url for each in self.indexes if each.name == source["index"]), None)
            if url is None:
                raise self._error(name, f"there is no index named {source['index']}")
            yield IndexPin(url=url, projects=(name,))

    def follow(self, requirement: RequestedRequirement) -> RequestedRequirement:
        """Return a requirement with its source."""
        name = requirement.name
        if name is None or name not in self.sources or requirement.direct is not None:
            return requirement
        direct = self._direct(name)
        if direct is None:
            return requirement
        editable = self._source(name).get("editable") is True
        return replace(requirement, direct=direct, editable=editable)

    def constraints(self) -> Iterator[RequestedRequirement]:
        """Yield the places that projects must come from, where they are needed."""
        for name in self.sources:
            direct = self._direct(name)
            if direct is not None:
                origin = f"{self.shown}: tool.uv.sources"
                yield RequestedRequirement(
                    name=name, direct=direct, origin=origin, text=f"{name} @ {direct.filename}"
                )

    def _direct(self, name: NormalizedName) -> DirectReference | None:
        """Return the place of a project; `None` where it is an index."""
        source = self._source(name)
        if "index" in source:
            return None
        try:
            return parse_direct_reference(self._url(name, source), base=self.folder)
        except ValueError as error:
            raise self._error(name, str(error)) from error

    def _source(self, name: NormalizedName) -> Mapping[str, object]:
        value = self.sources[name]
        entries = value if isinstance(value, list) else [value]
        if len(entries) != 1 or _CONDITIONS & _table(entries[0]).keys():
            raise self._error(name, "it depends on the machine, an extra or a group")
        return _table(entries[0])

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


def _project_name(folder: Path) -> NormalizedName | None:
    name = _table(_read(folder).get("project")).get("name")
    return canonicalize_name(name) if isinstance(name, str) else None


def _uv_table(folder: Path) -> Mapping[str, object]:
    return _table(_table(_read(folder).get("tool")).get("uv"))


def _read(folder: Path) -> Mapping[str, object]:
    """Return a folder's `pyproject.toml`; empty where there is none that can be read."""
    try:
        return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
