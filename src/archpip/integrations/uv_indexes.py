"""uv's indexes, sorted by how a gateway can stand before each of them. Pure.

A variable replaces uv's default index, and a named one, for which the same name is given again. One
without a name is asked still, but after those of variables, and uv keeps to the first index that
has a project: where its gateway stands among these, nothing is left to ask it for. So each index
gets a gateway of its own. What is in `find-links` is always looked at, whatever indexes have.

Source: https://docs.astral.sh/uv/concepts/indexes/ and `.../reference/environment/`; uv 0.13.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace

from archpip.integrations.uv_config import (
    UvIndex,
    UvTable,
    read_index_strategy,
    read_uv_indexes,
    strings,
)
from archpip.redaction import redact

_FIRST_INDEX = "first-index"
"""The `index-strategy` that uv has where nobody says otherwise."""


class UvIndexes(Struct, frozen=True, kw_only=True):
    """Where uv would look. URLs may hold credentials."""

    default_url: str | None = None
    extra_urls: tuple[str, ...] = ()
    """Indexes without a name that variables give: they go behind the gateway of the default one."""
    find_links: tuple[str, ...] = ()
    """What variables give."""
    apart: tuple[UvIndex, ...] = ()
    """Those that get a gateway of their own, in uv's order."""
    around: tuple[str, ...] = ()
    """What no variable can replace, redacted: uv asks it itself."""


def sort_uv_indexes(
    environ: Mapping[str, str], tables: tuple[UvTable, ...], *, strategy: str | None = None
) -> UvIndexes:
    """Sort what uv's variables and tables name.

    Args:
        environ: The variables.
        tables: Those of uv's files, the weakest first.
        strategy: The `--index-strategy` of the command, where it has one.
    """
    strategy = strategy or environ.get("UV_INDEX_STRATEGY") or read_index_strategy(tables)
    stops_early = strategy in {None, _FIRST_INDEX}
    given = [*environ.get("UV_INDEX", "").split(), *environ.get("UV_EXTRA_INDEX_URL", "").split()]
    split = [_split_name(text) for text in given]
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    from_files = read_uv_indexes(tables)
    apart = [UvIndex(name=name, url=url) for name, url in split if name]
    hidden = {index.name for index in apart}
    others = [index for index in from_files if not index.default and index.name not in hidden]
    apart += [index for index in others if _can_be_replaced(index, stops_early=stops_early)]
    around = [redact(index.url) for index in others if index not in apart]
    default_url = _split_name(default)[1] if default else None
    return UvIndexes(
        default_url=default_url
        or next(
            (_with_credentials(index, environ).url for index in from_files if index.default), None
        ),
        extra_urls=tuple(url for name, url in split if not name),
        find_links=tuple(environ.get("UV_FIND_LINKS", "").replace(",", " ").split()),
        apart=tuple(_with_credentials(index, environ) for index in apart),
        around=(*around, *map(redact, _unreplaceable(tables))),
    )


def _can_be_replaced(index: UvIndex, *, stops_early: bool) -> bool:
    """Return whether an index that a variable gives can stand for this one.

    An index that is given by a variable is asked for everything. One that was explicit must then
    have nothing but what is pinned to it. Where a pin holds on some machines, that is too much.

    Args:
        index: One of uv's files, and not the default one.
        stops_early: Whether uv keeps to the first index that has a project.
    """
    if index.is_flat or "://" not in index.url:
        return False
    if index.name is None:
        return stops_early
    return not index.explicit or (bool(index.projects) and not index.is_conditional)


def _unreplaceable(tables: tuple[UvTable, ...]) -> Iterator[str]:
    for table in tables:
        yield from strings(table.content.get("find-links"))


def _with_credentials(index: UvIndex, environ: Mapping[str, str]) -> UvIndex:
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
