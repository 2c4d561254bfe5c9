"""uv's own files: which of its tables apply in a folder, and the indexes that they name.

Source: https://docs.astral.sh/uv/concepts/configuration-files/ and `.../indexes/`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name

from archpip.architecture import OperatingSystem
from archpip.foreign_toml import parse_toml
from archpip.index import Authenticate, IndexTerms
from archpip.integrations.uv_workspaces import find_member_files, find_workspace_root
from archpip.settings import ConfigurationError, Origin, Surroundings, parse_uv_moment

_PIP_LISTS = ("index", "extra-index-url", "find-links")


class UvTable(Struct, frozen=True, kw_only=True):
    """One of uv's tables as parsed from TOML, with its file."""

    origin: Origin
    content: Mapping[str, object]


_OF_ITS_PLACE = {
    *("default", "explicit", "format", "name", "publish-url", "url"),
    "cache-control",  # changes how often is asked, not what is answered
}
"""The keys of an `index` entry that give the index's location."""

EXCLUDE_NEWER = "exclude-newer"
NO_TERMS = IndexTerms()


class UvIndex(Struct, frozen=True, kw_only=True):
    """One index that uv's files name. The URL may hold credentials."""

    url: str
    name: str | None = None
    default: bool = False
    explicit: bool = False
    """Whether it serves only projects that `sources` pins to it."""
    projects: frozenset[NormalizedName] = frozenset()
    """The projects that `sources` pins to it, for any machine; only set if `explicit`."""
    is_conditional: bool = False
    """Whether a pin has a marker, extra or group."""
    is_flat: bool = False
    """Whether it is a page or folder of files, as `find-links` is."""
    terms: IndexTerms = NO_TERMS
    """The entry's settings that a gateway can apply in uv's place."""
    is_undated: bool = False
    """Whether its entry disables the cutoff of all indexes (`exclude-newer = false`)."""
    conditions: Mapping[str, object] = {}
    """The settings of its entry that a gateway cannot apply in uv's place."""
    entry: Mapping[str, object] | None = None
    """What uv reads in a file on the gateway in its place, beside the URL; `None` if a variable
    names the gateway."""

    @property
    def is_local(self) -> bool:
        """Whether it is a path, or a `file:` URL."""
        return "://" not in self.url or self.url.startswith("file:")


def read_uv_tables(
    surroundings: Surroundings, *, of_user_alone: bool = False
) -> tuple[UvTable, ...]:
    """Return uv's tables that apply in the working folder, lowest precedence first.

    Args:
        surroundings: The files and variables.
        of_user_alone: Whether to ignore projects, as `uv tool` does.

    Raises:
        ConfigurationError: A file is not TOML.
    """
    return tuple(_iter_tables(surroundings, of_user_alone=of_user_alone))


def read_uv_indexes(tables: tuple[UvTable, ...]) -> tuple[UvIndex, ...]:
    """Return the indexes that uv would query, in its order; the first of a name counts."""
    found: list[UvIndex] = []
    for _, index in iter_index_entries(tables):
        if index.name not in {each.name for each in found if each.name}:
            found.append(index)
    for name in ("extra-index-url", "index-url"):
        found += [
            UvIndex(url=_locate(url, table), default=name == "index-url")
            for table in reversed(tables)
            for url in strings(table.content.get(name))
        ]
    return tuple(found)


def iter_index_entries(
    tables: tuple[UvTable, ...],
) -> Iterator[tuple[Mapping[str, object], UvIndex]]:
    """Yield every `index` entry with a URL, in uv's order."""
    for table in reversed(tables):
        for entry in iter_tables(table.content.get("index")):
            if entry.get("url"):
                yield entry, _parse_index(entry, table, tables)


def read_find_links(tables: tuple[UvTable, ...]) -> tuple[UvIndex, ...]:
    """Return the `find-links` locations: uv reads all of them, whatever the indexes have."""
    return tuple(
        UvIndex(url=_locate(location, table), is_flat=True)
        for table in reversed(tables)
        for location in strings(table.content.get("find-links"))
    )


def read_no_index(tables: tuple[UvTable, ...]) -> bool:
    """Return whether uv uses only `find-links`; the table of highest precedence decides."""
    found = (table.content.get("no-index") for table in reversed(tables))
    return next((said for said in found if isinstance(said, bool)), False)


def read_index_strategy(tables: tuple[UvTable, ...]) -> str | None:
    """Return uv's index strategy, if a table sets it."""
    found = (table.content.get("index-strategy") for table in reversed(tables))
    return next((str(strategy) for strategy in found if strategy), None)


def read_exclude_newer(tables: tuple[UvTable, ...], *, given: str | None = None) -> datetime | None:
    """Return uv's `exclude-newer` for all indexes; the highest precedence counts.

    Args:
        tables: The tables of uv's files, lowest precedence first.
        given: The value of the command or a variable, which takes precedence.
    """
    found = [given, *(table.content.get(EXCLUDE_NEWER) for table in reversed(tables))]
    return next(map(parse_exclude_newer, filter(_is_said, found)), None)


def read_dated_projects(tables: tuple[UvTable, ...]) -> frozenset[NormalizedName]:
    """Return the projects with a cutoff of their own (`exclude-newer-package`)."""
    found = (table.content.get("exclude-newer-package") for table in tables)
    return frozenset(canonicalize_name(name) for each in found if is_table(each) for name in each)


def parse_exclude_newer(value: object) -> datetime | None:
    """Return the moment that uv's `exclude-newer` names, or `None`.

    `false` disables lower precedences.
    """
    try:
        return parse_uv_moment(value) if value else None
    except ValueError:
        return None


def _is_said(value: object) -> bool:
    return value is not None and value != ""


def merge_pip_table(table: UvTable) -> UvTable:
    """Return a table as `uv pip` reads it: its `pip` table takes precedence."""
    own = table.content.get("pip")
    if not is_table(own):
        return table
    merged = {
        name: [*_as_list(own.get(name)), *_as_list(table.content.get(name))]
        for name in _PIP_LISTS
        if name in own
    }
    return replace(table, content={**table.content, **own, **merged})


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _locate(location: str, table: UvTable) -> str:
    """Return a location; a path in a file is relative to the file's folder."""
    file = table.origin.file
    if "://" in location or file is None:
        return location
    return str(file.parent / location)


def _parse_index(
    entry: Mapping[str, object], table: UvTable, tables: tuple[UvTable, ...]
) -> UvIndex:
    name = str(entry["name"]) if "name" in entry else None
    pins = [(project, pin) for project, pin in _pins(tables) if name and pin.get("index") == name]
    terms = _parse_terms(entry)
    is_undated = entry.get(EXCLUDE_NEWER) is False
    done = _OF_ITS_PLACE | {"authenticate", "ignore-error-codes"}
    if terms.uploaded_before or is_undated:
        done |= {EXCLUDE_NEWER}
    return UvIndex(
        url=_locate(str(entry["url"]), table),
        name=name,
        default=entry.get("default") is True,
        explicit=entry.get("explicit") is True,
        projects=frozenset(project for project, _ in pins),
        is_conditional=any(set(pin) - {"index"} for _, pin in pins),
        is_flat=entry.get("format") == "flat",
        terms=terms,
        is_undated=is_undated,
        conditions={key: entry[key] for key in sorted(entry.keys() - done)},
    )


def _parse_terms(entry: Mapping[str, object]) -> IndexTerms:
    codes = entry.get("ignore-error-codes")
    statuses = [
        code for code in (codes if isinstance(codes, list) else ()) if isinstance(code, int)
    ]
    when = entry.get("authenticate")
    return IndexTerms(
        # uv itself rejects any other value.
        authenticate=next((each for each in Authenticate if each == when), Authenticate.AUTO),
        uploaded_before=parse_exclude_newer(entry.get(EXCLUDE_NEWER)),
        ignored_statuses=frozenset(statuses),
    )


def _pins(
    tables: tuple[UvTable, ...],
) -> Iterator[tuple[NormalizedName, Mapping[str, object]]]:
    for table in tables:
        sources = table.content.get("sources")
        for project, source in (sources if is_table(sources) else {}).items():
            for each in iter_tables(source if isinstance(source, list) else [source]):
                yield canonicalize_name(project), each


def _iter_tables(surroundings: Surroundings, *, of_user_alone: bool) -> Iterator[UvTable]:
    named = surroundings.environ.get("UV_CONFIG_FILE")
    if named or surroundings.environ.get("UV_NO_CONFIG", "") not in {"", "0", "false"}:
        # A named file replaces all others, except for a project's pins.
        yield from _read_table(surroundings.working_folder / named, "uv") if named else ()
        return
    for file in _user_files(surroundings):
        yield from _read_table(file, "uv")
    if of_user_alone:
        return
    root = find_workspace_root(surroundings.working_folder)
    yield from _iter_pins_of_members(root) if root else ()
    start = root or surroundings.working_folder
    for folder in (start, *start.parents):
        own = tuple(_read_table(folder / "uv.toml", "uv"))
        project = tuple(_read_table(folder / "pyproject.toml", "tool.uv"))
        # uv reads the nearest of both, and a uv.toml hides the pyproject.toml beside it.
        if own or project:
            yield from own or project
            return


def _iter_pins_of_members(root: Path) -> Iterator[UvTable]:
    """Yield the pins of workspace members, whose other uv settings do not apply."""
    for file in find_member_files(root):
        for table in _read_table(file, "tool.uv"):
            if "sources" in table.content:
                yield replace(table, content={"sources": table.content["sources"]})


def _read_table(file: Path, section: str) -> Iterator[UvTable]:
    content: object = read_toml(file)
    if section != "uv":
        for key in section.split("."):
            content = content.get(key) if is_table(content) else None
    if is_table(content):
        yield UvTable(origin=Origin(file=file, section=section), content=content)


def _user_files(surroundings: Surroundings) -> tuple[Path, ...]:
    return find_system_uv_file(surroundings), find_user_uv_file(surroundings)


def find_system_uv_file(surroundings: Surroundings) -> Path:
    """Return uv's system-wide configuration file."""
    if surroundings.operating_system is OperatingSystem.WINDOWS:
        return Path(surroundings.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "uv" / "uv.toml"
    return surroundings.etc / "uv" / "uv.toml"


def find_user_uv_file(surroundings: Surroundings) -> Path:
    """Return uv's user configuration file."""
    environ, home = surroundings.environ, surroundings.home
    if surroundings.operating_system is OperatingSystem.WINDOWS:
        roaming = environ.get("APPDATA")
        return (Path(roaming) if roaming else home / "AppData" / "Roaming") / "uv" / "uv.toml"
    config = environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else home / ".config") / "uv" / "uv.toml"


def read_toml(file: Path) -> dict[str, object] | None:
    """Read a TOML file; `None` if it is missing or unreadable.

    Raises:
        ConfigurationError: It is not TOML.
    """
    try:
        return parse_toml(file.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(where=str(file), reason=f"not TOML: {error}") from error


def is_table(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a TOML value is a table."""
    return isinstance(value, dict)


def iter_tables(value: object) -> Iterator[dict[str, object]]:
    """Yield the tables of an array."""
    for each in value if isinstance(value, list) else ():
        if is_table(each):
            yield each


def strings(value: object) -> tuple[str, ...]:
    """Return a string, or an array of strings, as a tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else ()
