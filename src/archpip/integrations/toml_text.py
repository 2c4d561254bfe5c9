"""Set and restore uv's default index and archpip's settings in a TOML file's text. Pure.

Comments, order and layout of everything else stay. Source: https://docs.astral.sh/uv/concepts/indexes/.
"""

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable

from archpip.settings import ConfigurationError

_Table = MutableMapping[str, Any]
"""tomlkit's tables, which hold anything that the user wrote."""


def set_default_index(text: str, table: Sequence[str], url: str, *, where: str) -> str:
    """Return the text with uv's default index set.

    Args:
        text: A `uv.toml`, or a `pyproject.toml`.
        table: The way to uv's table: `()` or `("tool", "uv")`.
        url: The index.
        where: The file, for errors.

    Raises:
        ConfigurationError: The text is not TOML.
    """
    document = _parse(text, where)
    # What is made holds `[[tool.uv.index]]` alone, above which no line `[tool.uv]` is needed.
    holder = _reach(document, table, with_line=False)
    entry = _default_index(holder)
    if entry is not None:
        if str(entry.get("url")) == url:
            return text
        entry["url"] = url
    elif "index-url" in holder:
        if str(holder["index-url"]) == url:
            return text
        holder["index-url"] = url
    else:
        new = tomlkit.table()
        new["url"] = url
        new["default"] = True
        indexes = holder.get("index")
        if indexes is None and isinstance(holder, InlineTable):
            holder["index"] = tomlkit.array()
            indexes = holder["index"]
        if isinstance(indexes, AoT):
            indexes.append(new)
        elif isinstance(indexes, Array):
            inline = tomlkit.inline_table()
            inline.update({"url": url, "default": True})
            indexes.append(inline)
        else:
            holder["index"] = tomlkit.aot()
            holder["index"].append(new)
    return tomlkit.dumps(document)


def restore_default_index(text: str, original: str, table: Sequence[str], *, where: str) -> str:
    """Return the text with uv's default index as in another text, or without it.

    Raises:
        ConfigurationError: A text is not TOML.
    """
    document, before = _parse(text, where), _parse(original, where)
    holder, earlier = _find(document, table), _find(before, table)
    entry, old = _default_index(holder), _default_index(earlier)
    if "index-url" in holder and "index-url" in earlier:
        holder["index-url"] = earlier["index-url"]
    if entry is not None and old is not None:
        entry["url"] = old["url"]
    elif entry is not None and isinstance(holder["index"], Array):
        holder["index"].remove(entry)
        if not holder["index"] and "index" not in earlier:
            del holder["index"]
    elif entry is not None:
        return _cut_table(tomlkit.dumps(document), (*table, "index"), entry)
    return tomlkit.dumps(document)


def set_value(text: str, table: Sequence[str], name: str, value: object, *, where: str) -> str:
    """Return the text with a key of a table set.

    Raises:
        ConfigurationError: The text is not TOML.
    """
    document = _parse(text, where)
    holder = _reach(document, table)
    if name in holder and tomlkit.item(holder[name]).unwrap() == value:
        return text
    holder[name] = value
    return tomlkit.dumps(document)


def restore_value(text: str, original: str, table: Sequence[str], name: str, *, where: str) -> str:
    """Return the text with a key as in another text, or without it.

    Raises:
        ConfigurationError: A text is not TOML.
    """
    document, before = _parse(text, where), _parse(original, where)
    holder, earlier = _find(document, table), _find(before, table)
    if name in holder and name in earlier:
        holder[name] = earlier[name]
    elif name in holder:
        del holder[name]
        if not holder:
            return _cut_table(tomlkit.dumps(document), table, holder)
    return tomlkit.dumps(document)


def _cut_table(text: str, path: Sequence[str], table: _Table) -> str:
    """Return the text without a table, keeping the comments beneath it.

    To tomlkit these belong to the table, and would be removed with it.
    """
    body = tomlkit.item(table).as_string()
    heading = rf"(?P<gap>(?<=\n)\n)?^\[+{re.escape('.'.join(path))}\][^\n]*\n"
    found = re.search(heading + re.escape(body), text, re.MULTILINE)
    if found is None:
        return text
    last = re.search(r"(?:^[ \t]*(?:#[^\n]*)?\n)*\Z", body, re.MULTILINE)
    comments = last[0].lstrip("\n") if last else ""
    before, after = text[: found.start()], text[found.end() :]
    gap = found["gap"] or "" if comments or after else ""
    return before + gap + comments + after


def _parse(text: str, where: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigurationError(where=where, reason=f"not TOML: {error}") from error


def _reach(document: _Table, table: Sequence[str], *, with_line: bool = True) -> _Table:
    """Return a table, made where it is missing, with a line of its own or with what it holds."""
    holder = document
    for position, key in enumerate(table):
        if key not in holder:
            # `[tool.uv]` needs no line `[tool]` above it.
            is_last = position + 1 == len(table)
            holder[key] = tomlkit.table(is_super_table=not (is_last and with_line))
        holder = holder[key]
    return holder


def _find(document: _Table, table: Sequence[str]) -> _Table:
    """Return a table; an empty one if it is missing."""
    holder = document
    for key in table:
        holder = holder.get(key, {})
    return holder


def _default_index(holder: _Table) -> _Table | None:
    indexes = holder.get("index")
    entries = indexes if isinstance(indexes, AoT | Array) else ()
    return next((entry for entry in entries if entry.get("default") is True), None)
