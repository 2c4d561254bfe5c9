"""Classify uv's indexes by how a gateway can be placed in front of each. Pure.

A variable replaces uv's default index, and a named one if it repeats the name. uv still queries an
unnamed one, but after those from variables, and uses only the first index that has a project: with
its gateway among these, no project is left for it. So each index gets a gateway of its own. No
variable removes `find-links`, which uv always reads, nor an unnamed index if uv compares all
indexes. Then one settings file replaces uv's own (`uv_overlay.py`).

That file also has the gateway of an index whose entry says more than a gateway can apply, since a
variable has only names and URLs. But a project's pins find only the indexes of variables and of the
project itself.

Source: https://docs.astral.sh/uv/concepts/indexes/ and `.../reference/environment/`; uv 0.13.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name

from archpip.index import Authenticate, IndexTerms, with_credentials, without_credentials
from archpip.integrations.commands import UvCommand
from archpip.integrations.uv_config import (
    EXCLUDE_NEWER,
    NO_TERMS,
    UvIndex,
    UvTable,
    merge_pip_table,
    read_dated_projects,
    read_exclude_newer,
    read_find_links,
    read_index_strategy,
    read_no_index,
    read_uv_indexes,
)
from archpip.integrations.uv_overlay import make_overlay
from archpip.redaction import redact

_FIRST_INDEX = "first-index"
"""uv's default `index-strategy`."""


WAY_ROUND = (
    "no gateway of `archpip exec` can stand before {address} of uv's files: it is a folder whose "
    "files uv.lock names by their paths, an index in a folder, or one with pins that have markers"
)
"""Why uv reads a URL of `UvIndexes.around` itself."""


_BY_GENERAL_DATE = (
    "; uv goes by exclude-newer of all indexes there, while exclude-newer-package does hold"
)
_FILES_WITHOUT_TIMES = (
    "behind the gateway, uv's exclude-newer also leaves out the files of find-links, which have no "
    "upload times: set `NAME=false` in exclude-newer-package for the projects that are found there"
)


class UvIndexes(Struct, frozen=True, kw_only=True):
    """The sources that uv would use. URLs may hold credentials."""

    default_url: str | None = None
    default_name: str | None = None
    """Projects may be pinned to the default index by its name."""
    default_terms: IndexTerms = NO_TERMS
    default_entry: Mapping[str, object] | None = None
    """As `UvIndex.entry`."""
    extra_urls: tuple[str, ...] = ()
    """Unnamed indexes from variables: they go behind the default index's gateway."""
    find_links: tuple[str, ...] = ()
    """Placed behind every gateway, since uv reads them whatever an index has."""
    no_index: bool = False
    """Whether it is these alone that count."""
    apart: tuple[UvIndex, ...] = ()
    """The indexes that get a gateway of their own, in uv's order."""
    around: tuple[str, ...] = ()
    """Sources that cannot be placed behind a gateway, redacted: uv reads them itself."""
    unheeded: tuple[str, ...] = ()
    """Settings that do not hold behind the gateways, as whole sentences."""
    overlay: Mapping[str, object] | None = None
    """The settings that replace uv's files; `None` if variables are enough."""


def sort_uv_indexes(
    environ: Mapping[str, str],
    tables: tuple[UvTable, ...],
    command: UvCommand = UvCommand(),  # noqa: B008  # frozen
) -> UvIndexes:
    """Classify the sources in uv's variables, tables (lowest precedence first) and command."""
    files = tables
    tables = tuple(map(merge_pip_table, files)) if command.reads_pip_table else files
    strategy = (
        command.index_strategy or environ.get("UV_INDEX_STRATEGY") or read_index_strategy(tables)
    )
    given = [*environ.get("UV_INDEX", "").split(), *environ.get("UV_EXTRA_INDEX_URL", "").split()]
    split = [_split_name(text) for text in given]
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    dates = _read_dates(environ, tables, command)
    from_files = tuple(map(dates.settle, read_uv_indexes(tables)))
    named = [UvIndex(name=name, url=url) for name, url in split if name]
    hidden = {index.name for index in named}
    asked = (index for index in from_files if index.projects or not index.explicit)
    others = [index for index in asked if not index.default and index.name not in hidden]
    links = read_find_links(tables)
    ways = _Ways(
        stops_early=strategy in {None, _FIRST_INDEX},
        writes_paths=command.writes_paths,
        may_overlay=command.config_file is None,
    )
    overlaid = any(map(ways.needs_overlay, (*others, *links)))
    around = [index for index in (*others, *links) if not ways.can_be_replaced(index)]
    no_index = _is_set(environ.get("UV_NO_INDEX")) or read_no_index(tables)
    replaced = ways.give_entries([index for index in others if index not in around])
    apart = () if no_index else (*named, *replaced)
    own_default = next((index for index in from_files if index.default), None)
    if default or own_default is None:
        name, url = _split_name(default) if default else (None, "")
        own_default = UvIndex(name=name, url=url, default=True)
    flat_default = own_default if own_default.is_flat else None
    if not flat_default:
        [own_default] = ways.give_entries([_with_credentials(own_default, environ)])
    find_links = (
        # uv takes a blank for a part of a path here (0.5 to 0.13), but not in UV_INDEX.
        *filter(None, map(str.strip, environ.get("UV_FIND_LINKS", "").split(","))),
        *(each.url for each in links if each not in around),
        *([flat_default.url] if flat_default else []),
    )
    return UvIndexes(
        default_url=None if flat_default else own_default.url or None,
        default_name=own_default.name,
        default_terms=NO_TERMS if flat_default else own_default.terms,
        default_entry=own_default.entry,
        extra_urls=tuple(url for name, url in split if not name),
        find_links=find_links,
        no_index=no_index or flat_default is not None,
        apart=tuple(_with_credentials(index, environ) for index in apart),
        around=tuple(redact(index.url) for index in around),
        unheeded=(
            *ways.iter_unheeded((*apart, own_default)),
            *([_FILES_WITHOUT_TIMES] if find_links and dates.for_all else []),
        ),
        overlay=make_overlay(
            files, places=tables, is_kept=lambda index: bool(index.name) or index in around
        )
        if overlaid
        or (no_index and read_no_index(tables))
        or any(index.entry is not None for index in (*apart, own_default))
        else None,
    )


class _Dates(Struct, frozen=True, kw_only=True):
    """uv's upload cutoffs for all indexes."""

    for_all: datetime | None
    exempt: frozenset[NormalizedName]

    def settle(self, index: UvIndex) -> UvIndex:
        """Return an index with its own cutoff, as far as it counts beside these.

        A project's cutoff takes precedence over an index's, and that over the general one. uv also
        applies the latter to a gateway, unless the entry of that says otherwise.
        """
        own = index.terms.uploaded_before
        # A default page of files becomes find-links.
        if index.is_flat and index.default:
            return index
        # uv needs no upload times from a page of files, but from the gateway in its place.
        if not (own or index.is_undated or index.is_flat):
            return index
        index = replace(index, terms=replace(index.terms, exempt=self.exempt))
        if self.for_all is None or (own and own <= self.for_all and not index.is_flat):
            return index
        return replace(index, conditions={EXCLUDE_NEWER: False, **index.conditions})


def _read_dates(
    environ: Mapping[str, str], tables: tuple[UvTable, ...], command: UvCommand
) -> _Dates:
    given = command.exclude_newer or environ.get("UV_EXCLUDE_NEWER")
    return _Dates(
        for_all=read_exclude_newer(tables, given=given),
        exempt=command.dated_projects
        | read_dated_projects(tables)
        | _names(environ.get("UV_EXCLUDE_NEWER_PACKAGE", "")),
    )


def _names(pairs: str) -> frozenset[NormalizedName]:
    """Return the projects of `NAME=WHEN`, one after the other; moments may hold spaces."""
    return frozenset(map(canonicalize_name, re.findall(r"([^\s=]+)=", pairs)))


class _Ways(Struct, frozen=True, kw_only=True):
    """The ways to place a gateway in front of an index in uv's files."""

    stops_early: bool
    """Whether uv uses only the first index that has a project."""
    writes_paths: bool
    may_overlay: bool

    def can_be_replaced(self, index: UvIndex) -> bool:
        """Return whether a gateway can replace the index.

        uv queries an index from a variable for every project. The gateway of an explicit one must
        then serve only the projects pinned to it, which is too much if a pin is conditional.
        """
        if index.is_local and (self.writes_paths or not index.is_flat):
            return False
        if index.name is None:
            return self.may_overlay or (self.stops_early and not index.is_flat)
        return not index.explicit or (bool(index.projects) and not index.is_conditional)

    def needs_overlay(self, index: UvIndex) -> bool:
        """Return whether only settings that replace uv's make it possible."""
        by_variable = index.name is not None or (self.stops_early and not index.is_flat)
        return not by_variable and self.can_be_replaced(index)

    def give_entries(self, indexes: Sequence[UvIndex]) -> tuple[UvIndex, ...]:
        """Give the gateways of indexes entries in a file, if one of these has conditions.

        uv queries the indexes of files after those of variables. So to stay in order, all get an
        entry, or none if a pinned one, which needs a variable, is queried for every project.
        """
        free = [index for index in indexes if not index.projects]
        queried = (index for index in indexes if index.projects and not index.explicit)
        if not (self.may_overlay and any(index.conditions for index in free)) or any(queried):
            return tuple(indexes)
        return tuple(
            replace(index, entry=dict(_entry_of(index))) if index in free else index
            for index in indexes
        )

    def iter_unheeded(self, indexes: Sequence[UvIndex]) -> Iterator[str]:
        """Say of which indexes the conditions do not hold behind a gateway, and why."""
        for index in indexes:
            if index.conditions and index.entry is None:
                keys, name = ", ".join(index.conditions), index.name or redact(index.url)
                said = f"{keys} of uv's index {name} does not hold for the gateway in its place"
                more = _BY_GENERAL_DATE if EXCLUDE_NEWER in index.conditions else ""
                yield f"{said}: {self._why_without_entry(index)}{more}"

    def _why_without_entry(self, index: UvIndex) -> str:
        if not self.may_overlay:
            return "the command itself says which settings files uv reads"
        if index.is_flat and index.default:
            return "its files are offered by the gateway of the default index"
        return "a project's pins find only indexes of variables, which have no such settings"


def _entry_of(index: UvIndex) -> Iterator[tuple[str, object]]:
    if index.name is not None:
        yield "name", index.name
    if index.default:
        yield "default", True
    yield from index.conditions.items()


def _is_set(text: str | None) -> bool:
    return (text or "").lower() not in {"", "0", "false", "no", "off", "n", "f"}


def _with_credentials(index: UvIndex, environ: Mapping[str, str]) -> UvIndex:
    if index.terms.authenticate is Authenticate.NEVER:
        return replace(index, url=without_credentials(index.url))
    if index.name is None:
        return index
    key = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", index.name.upper())
    user, password = environ.get(f"{key}_USERNAME", ""), environ.get(f"{key}_PASSWORD", "")
    return replace(index, url=with_credentials(index.url, user, password))


def _split_name(text: str) -> tuple[str | None, str]:
    """Split `name=https://…`; a URL itself may hold an equals sign later on."""
    name, equals, url = text.partition("=")
    return (name, url) if equals and "://" not in name and "://" in url else (None, text)
