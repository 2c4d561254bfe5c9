"""Classify uv's indexes by how a gateway can be placed in front of each. Pure.

A variable replaces uv's default index, and a named one if it repeats the name. uv still queries an
unnamed one, but after those from variables, and uses only the first index that has a project: with
its gateway among these, no project is left for it. So each index gets a gateway of its own. No
variable removes `find-links`, which uv always reads, nor an unnamed index if uv compares all
indexes. Then one settings file replaces uv's own (`uv_overlay.py`).

Source: https://docs.astral.sh/uv/concepts/indexes/ and `.../reference/environment/`; uv 0.13.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name

from archpip.index import Authenticate, IndexTerms, without_credentials
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


class UvIndexes(Struct, frozen=True, kw_only=True):
    """The sources that uv would use. URLs may hold credentials."""

    default_url: str | None = None
    default_terms: IndexTerms = NO_TERMS
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
    """Settings of single indexes that a gateway cannot apply, as whole sentences."""
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
    apart = [*named, *(index for index in others if index not in around)]
    own_default = next((index for index in from_files if index.default and not default), None)
    flat_default = own_default if own_default and own_default.is_flat else None
    if own_default and not flat_default:
        default = _with_credentials(own_default, environ).url
    no_index = _is_set(environ.get("UV_NO_INDEX")) or read_no_index(tables)
    return UvIndexes(
        default_url=_split_name(default)[1] if default else None,
        default_terms=own_default.terms if own_default and not flat_default else NO_TERMS,
        extra_urls=tuple(url for name, url in split if not name),
        find_links=(
            *environ.get("UV_FIND_LINKS", "").replace(",", " ").split(),
            *(each.url for each in links if each not in around),
            *([flat_default.url] if flat_default else []),
        ),
        no_index=no_index or flat_default is not None,
        apart=() if no_index else tuple(_with_credentials(index, environ) for index in apart),
        around=tuple(redact(index.url) for index in around),
        unheeded=tuple(
            _say_unheeded(index)
            for index in from_files
            if index.conditions and index.name not in hidden and index not in around
        ),
        overlay=make_overlay(
            files, places=tables, is_kept=lambda index: bool(index.name) or index in around
        )
        if overlaid or (no_index and read_no_index(tables))
        else None,
    )


class _Dates(Struct, frozen=True, kw_only=True):
    """uv's upload cutoffs for all indexes."""

    for_all: datetime | None
    exempt: frozenset[NormalizedName]

    def settle(self, index: UvIndex) -> UvIndex:
        """Return an index with its own cutoff, as far as it counts beside these.

        A project's cutoff takes precedence over an index's, and that over the general one. uv also
        applies the latter to a gateway, which cannot offer what it excludes.
        """
        own = index.terms.uploaded_before
        # uv reads no upload times from a page of files.
        if index.is_flat or not (own or index.is_undated):
            return index
        if self.for_all is not None and (own is None or own > self.for_all):
            return replace(index, conditions=(EXCLUDE_NEWER, *index.conditions))
        return replace(index, terms=replace(index.terms, exempt=self.exempt))


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


def _say_unheeded(index: UvIndex) -> str:
    conditions = ", ".join(index.conditions)
    name = index.name or redact(index.url)
    said = f"{conditions} of uv's index {name} does not hold for the gateway in its place"
    if EXCLUDE_NEWER not in index.conditions:
        return said
    return f"{said}: uv goes by the earlier one for all indexes; exclude-newer-package does hold"


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


def _is_set(text: str | None) -> bool:
    return (text or "").lower() not in {"", "0", "false", "no", "off", "n", "f"}


def _with_credentials(index: UvIndex, environ: Mapping[str, str]) -> UvIndex:
    if index.terms.authenticate is Authenticate.NEVER:
        return replace(index, url=without_credentials(index.url))
    if index.name is None:
        return index
    key = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", index.name.upper())
    user, password = environ.get(f"{key}_USERNAME", ""), environ.get(f"{key}_PASSWORD", "")
    parts = urlsplit(index.url)
    if not (user or password) or "@" in parts.netloc:
        return index
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}"
    return replace(index, url=urlunsplit(parts._replace(netloc=netloc)))


def _split_name(text: str) -> tuple[str | None, str]:
    """Split `name=https://…`; a URL itself may hold an equals sign later on."""
    name, equals, url = text.partition("=")
    return (name, url) if equals and "://" not in name and "://" in url else (None, text)
