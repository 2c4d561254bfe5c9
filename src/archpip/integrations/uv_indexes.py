"""uv's indexes, sorted by how a gateway can stand before each of them. Pure.

A variable replaces uv's default index, and a named one, for which the same name is given again. uv
keeps to the first index that has a project, so each named index gets a gateway of its own.

Source: https://docs.astral.sh/uv/concepts/indexes/ and `.../reference/environment/`; uv 0.13.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct, field
from msgspec.structs import replace

from archpip.integrations.uv_config import UvIndex, UvTable, read_uv_indexes, strings
from archpip.redaction import redact


class UvIndexes(Struct, frozen=True, kw_only=True):
    """Where uv would look. URLs may hold credentials."""

    default_url: str | None = None
    extra_urls: tuple[str, ...] = ()
    """Indexes without a name that variables give: they go behind the gateway of the default one."""
    find_links: tuple[str, ...] = ()
    """What variables give."""
    named: tuple[UvIndex, ...] = field(default=())
    """Those that get a gateway of their own, in uv's order."""
    around: tuple[str, ...] = ()
    """What no variable can replace, redacted: uv asks it itself."""


def sort_uv_indexes(environ: Mapping[str, str], tables: tuple[UvTable, ...]) -> UvIndexes:
    """Sort what uv's variables and tables name."""
    given = [*environ.get("UV_INDEX", "").split(), *environ.get("UV_EXTRA_INDEX_URL", "").split()]
    split = [_split_name(text) for text in given]
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    from_files = read_uv_indexes(tables)
    named = [UvIndex(name=name, url=url) for name, url in split if name]
    hidden = {index.name for index in named}
    named += [index for index in from_files if _can_be_replaced(index) and index.name not in hidden]
    replaced = {index.name for index in named}
    around = [
        redact(index.url)
        for index in from_files
        if not index.default and (index.name is None or index.name not in replaced)
    ]
    default_url = _split_name(default)[1] if default else None
    return UvIndexes(
        default_url=default_url
        or next(
            (_with_credentials(index, environ).url for index in from_files if index.default), None
        ),
        extra_urls=tuple(url for name, url in split if not name),
        find_links=tuple(environ.get("UV_FIND_LINKS", "").replace(",", " ").split()),
        named=tuple(_with_credentials(index, environ) for index in named),
        around=(*around, *map(redact, _unreplaceable(tables))),
    )


def _can_be_replaced(index: UvIndex) -> bool:
    """Return whether the same name, given by a variable, means the same to uv.

    An index that is given by a variable is asked for everything. One that was explicit must then
    have nothing but what is pinned to it. Where a pin holds on some machines, that is too much.
    """
    if index.default or index.name is None:
        return False
    return not index.explicit or (bool(index.projects) and not index.is_conditional)


def _unreplaceable(tables: tuple[UvTable, ...]) -> Iterator[str]:
    for table in tables:
        for name in ("extra-index-url", "find-links"):
            yield from strings(table.content.get(name))


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
