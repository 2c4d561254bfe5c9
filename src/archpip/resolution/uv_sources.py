"""Where a project's requirements come from according to `[tool.uv.sources]`.

Ignoring a source would take another project of the same name from a public index. A source that is
not supported here is therefore an error, never skipped.

Source: https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources and
https://docs.astral.sh/uv/concepts/indexes/; uv 0.13.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from archpip.codec import as_mapping
from archpip.index import IndexPin, to_file_url
from archpip.reachable import is_folder, is_there
from archpip.redaction import redact_userinfo
from archpip.resolution.demands import extra_of
from archpip.resolution.direct_references import (
    DirectReference,
    parse_direct_reference,
    refused_url,
)
from archpip.resolution.errors import UvSourceError
from archpip.resolution.repairs import parse_requirement_leniently
from archpip.resolution.requirement_set import ConditionalPin, IndexOptions, RequirementSet
from archpip.resolution.requirements import RequestedRequirement
from archpip.resolution.uv_source_entries import Source, parse_sources
from archpip.resolution.uv_workspaces import (
    Index,
    Repository,
    find_workspace,
    iter_members,
    project_name,
    read_indexes,
    read_places,
    uv_table,
)

_REVISIONS = ("rev", "tag", "branch")


def apply_uv_sources(
    found: RequirementSet,
    tool: Mapping[str, object],
    *,
    folder: Path,
    shown: str,
    in_workspace: bool = True,
) -> RequirementSet:
    """Apply sources to those of a project's requirements that have no direct reference.

    Args:
        found: The project's requirements.
        tool: Its `[tool.uv]`.
        folder: Its folder, the base of relative paths.
        shown: The path of its file as the user wrote it.
        in_workspace: The sources of its workspace count as well: not for a script.

    Raises:
        UvSourceError: A source cannot be followed.
    """
    reader = _open(tool, folder, shown, in_workspace=in_workspace)
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
        reader = _open(uv_table(path), path, shown)
        constraints = tuple(reader.constraints())
        index = reader.index_options() if is_named else reader.index_pins()
        found += RequirementSet(constraints=constraints, index=index)
        waiting.extend((constraint, False) for constraint in constraints)
    return found


def apply_sources_of_repository(
    requires: Iterable[str],
    *,
    folder: Path,
    shown: str,
    repository: Repository,
    is_pinned: Callable[[NormalizedName], bool],
) -> Iterator[str]:
    """Yield the `Requires-Dist` lines of a project in a repository, with its sources as URLs.

    As in uv, folders of the repository become places in it, and a member of its workspace needs a
    source. A source that cannot be followed becomes a URL that refuses the project where the line
    applies: an extra that nobody asks for does no harm.

    Args:
        requires: The lines that its metadata has.
        folder: The project's folder in the checkout.
        shown: The path of its file, for messages.
        repository: The checkout.
        is_pinned: Whether the user has pinned a project to an index, in place of its source.
    """
    reader = _open(uv_table(folder), folder, shown, repository=repository)
    for line in requires:
        yield from reader.follow_line(line, is_pinned=is_pinned)


def _open(
    tool: Mapping[str, object],
    folder: Path,
    shown: str,
    *,
    repository: Repository | None = None,
    in_workspace: bool = True,
) -> "_Reader":
    stated = {name: (folder, value) for name, value in _sources_of(tool)}
    indexes, places = tuple(read_indexes(tool)), read_places(tool, folder)
    # A member has the sources and indexes of its workspace as well; its own come first.
    top = repository.root if repository else Path(folder.anchor)
    root = find_workspace(folder, top) if in_workspace else None
    if root is not None and root != folder:
        above = uv_table(root)
        stated = {name: (root, value) for name, value in _sources_of(above)} | stated
        indexes, places = (*indexes, *read_indexes(above)), read_places(above, root)
    return _Reader(
        sources=stated,
        indexes=indexes,
        places=places,
        folder=folder,
        shown=shown,
        repository=repository,
    )


def _sources_of(tool: Mapping[str, object]) -> Iterator[tuple[NormalizedName, object]]:
    for name, source in as_mapping(tool.get("sources")).items():
        yield canonicalize_name(name), source


class _Reader(Struct, frozen=True, kw_only=True):
    sources: Mapping[NormalizedName, tuple[Path, object]]
    """Each with the folder that its paths are relative to."""
    indexes: tuple[Index, ...]
    places: IndexOptions
    """Those that serve every project."""
    folder: Path
    shown: str
    repository: Repository | None = None

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
        pins = self.index_pins()
        return replace(
            self.places,
            index_url=default,
            pins=pins.pins,
            conditional_pins=pins.conditional_pins,
        )

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

    def _pin(self, name: NormalizedName, source: Source) -> IndexPin:
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
                self._check_path(name, direct, requirement.marker or source.marker)
                yield replace(
                    requirement,
                    direct=direct,
                    editable=source.table.get("editable") is True,
                    marker=_both(requirement.marker, source.marker),
                )

    def _check_path(
        self, name: NormalizedName, direct: DirectReference, marker: Marker | None
    ) -> None:
        # With a marker, it may be that no target needs it; opening it fails where one does.
        if marker is None and direct.path is not None and not is_there(direct.path):
            raise self._error(name, f"there is no {direct.path}")

    def follow_line(
        self, line: str, *, is_pinned: Callable[[NormalizedName], bool]
    ) -> Iterator[str]:
        """Yield a `Requires-Dist` line with its source, or once per source if they have markers.

        uv passes over the specifier or URL of what has a direct source, and so do these lines.
        """
        try:
            requirement = parse_requirement_leniently(line)
        except InvalidRequirement:
            yield line  # Whoever needs it reports the error.
            return
        name = canonicalize_name(requirement.name)
        if is_pinned(name) or name == project_name(self.folder):
            yield line
            return
        try:
            if name not in self.sources and requirement.url is None:
                self._check_no_member(name)
            sources = self._read(name, extra_of(line)) if name in self.sources else ()
        except UvSourceError as error:
            yield _with_url(requirement, refused_url(str(error)), None)
            return
        if all(source.marker is not None for source in sources):
            yield line
        for source in sources:
            yield _with_url(requirement, self._url_or_refusal(name, source), source.marker)

    def _url_or_refusal(self, name: NormalizedName, source: Source) -> str:
        try:
            if "index" in source.table:
                url = redact_userinfo(self._pin(name, source).url)
                raise self._error(name, f"pin it to the index yourself: --index-pin {name}={url}")
            self._direct(name, source)
            return self._url(name, source)
        except UvSourceError as error:
            return refused_url(str(error))

    def _check_no_member(self, name: NormalizedName) -> None:
        root = self.repository and find_workspace(self.folder, self.repository.root)
        if root and any(project_name(member) == name for member in (root, *iter_members(root))):
            raise self._error(name, "a project of the same workspace needs a source")

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

    def _direct(self, name: NormalizedName, source: Source) -> DirectReference | None:
        """Return the direct reference of a source; `None` if it is an index."""
        if "index" in source.table:
            return None
        try:
            return parse_direct_reference(self._url(name, source), base=source.folder)
        except ValueError as error:
            raise self._error(name, str(error)) from error

    def _read(
        self, name: NormalizedName, extra: NormalizedName | None = None
    ) -> tuple[Source, ...]:
        """Return the sources of a project: one, or several with a marker each.

        Those of a repository's project may depend on the extra that requires it.
        """
        folder, value = self.sources[name]
        try:
            return parse_sources(
                value, folder=folder, extra=extra, in_repository=self.repository is not None
            )
        except ValueError as error:
            raise self._error(name, str(error)) from error

    def _url(self, name: NormalizedName, source: Source) -> str:
        table = source.table
        subdirectory = table.get("subdirectory")
        fragment = f"#subdirectory={subdirectory}" if subdirectory else ""
        if "git" in table:
            revision = next((f"@{table[key]}" for key in _REVISIONS if key in table), "")
            return f"git+{table['git']}{revision}{fragment}"
        if "url" in table:
            return f"{table['url']}{fragment}"
        if "path" in table and self.repository is not None:
            return self._url_of_path(name, source.folder / f"{table['path']}/{subdirectory or ''}")
        if "path" in table:
            return self._url_of_path(name, source.folder / str(table["path"])) + fragment
        if table.get("workspace") is True:
            return self._url_of_path(name, self._find_member(name, source.folder))
        raise self._error(name, "it is of a kind that is not known here")

    def _url_of_path(self, name: NormalizedName, path: Path) -> str:
        if self.repository is None:
            return to_file_url(path.resolve())
        try:
            return self.repository.url_of(path)
        except ValueError as error:
            raise self._error(name, str(error)) from error

    def _find_member(self, name: NormalizedName, folder: Path) -> Path:
        """Return the folder of a project of the same workspace."""
        top = self.repository.root if self.repository else None
        for root in (folder, *folder.parents):
            is_workspace = "workspace" in uv_table(root)
            # The root is a member itself.
            for member in (*iter_members(root), root) if is_workspace else ():
                if project_name(member) == name:
                    return member
            if is_workspace or root == top:
                break
        raise self._error(name, "no project of the workspace has this name")

    def _error(self, name: NormalizedName, reason: str) -> UvSourceError:
        return UvSourceError(location=self.shown, subject=f"sources.{name}", reason=reason)


def _with_url(requirement: Requirement, url: str, marker: Marker | None) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    both = _both(requirement.marker, marker)
    return f"{requirement.name}{extras} @ {url}" + (f" ; {both}" if both else "")


def _both(first: Marker | None, second: Marker | None) -> Marker | None:
    if first is None or second is None:
        return first or second
    return Marker(f"({first}) and ({second})")
