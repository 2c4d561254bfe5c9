"""One file of settings in place of all of uv's, without the places that a gateway stands before.

Variables add to uv's `find-links` and to its indexes without a name, and take none away. But a file
that `UV_CONFIG_FILE` names stands in place of all others, so it says all that those say together
and leaves these out. Pure.

Source: uv 0.13, `uv-settings`: `Combine` (lists are joined, of all else the strongest counts),
`relative_to` (only locations of indexes are relative to their file), and `validate_uv_toml`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from archpip.integrations.uv_config import (
    UvIndex,
    UvTable,
    is_table,
    iter_index_entries,
    read_find_links,
)

_OF_PROJECTS_ALONE = frozenset(
    {
        *("build-backend", "conflicts", "default-groups", "dependency-groups", "dev-dependencies"),
        *("environments", "managed", "package", "required-environments", "sources", "workspace"),
    }
)
"""What uv refuses in such a file, and reads from the project in any case."""

_PLACES = frozenset({"index", "extra-index-url", "index-url", "find-links", "no-index"})

_LEFT_OUT = _OF_PROJECTS_ALONE | _PLACES


def make_overlay(
    tables: tuple[UvTable, ...],
    *,
    places: tuple[UvTable, ...],
    is_kept: Callable[[UvIndex], bool],
) -> dict[str, object]:
    """Return the file's content.

    Args:
        tables: Those of uv's files, the weakest first.
        places: The same, as the command reads where to look from them.
        is_kept: Tells of an index, or of what `find-links` names, whether uv is to look there
            itself.
    """
    joined: dict[str, object] = {}
    for table in reversed(tables):
        joined = _join(joined, table.content)
    content = {key: value for key, value in joined.items() if key not in _LEFT_OUT}
    own = content.get("pip")
    if is_table(own):
        content["pip"] = {key: value for key, value in own.items() if key not in _PLACES}
    # A path in a file starts from its folder, and this one's is another.
    indexes = [
        {**entry, "url": index.url} for entry, index in iter_index_entries(places) if is_kept(index)
    ]
    links = [each.url for each in read_find_links(places) if is_kept(each)]
    if indexes:
        content["index"] = indexes
    if links:
        content["find-links"] = links
    return content


def _join(strong: Mapping[str, object], weak: Mapping[str, object]) -> dict[str, object]:
    joined = dict(strong)
    for key, value in weak.items():
        mine: Any = joined.get(key)
        if is_table(mine) and is_table(value):
            joined[key] = _join(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            joined[key] = [*mine, *value]
        else:
            joined.setdefault(key, value)
    return joined
