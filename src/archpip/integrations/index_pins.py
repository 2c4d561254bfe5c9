"""Indexes that serve named projects: `[tool.archpip.index.NAME]`, `--index` and `--index-pin`.

A pinned project is searched on its index and nowhere else, so that a project of the same name
uploaded to a public index is ignored (dependency confusion). A named index serves only the projects
pinned to it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from msgspec import Struct
from packaging.utils import canonicalize_name

from archpip.index import IndexPin
from archpip.integrations.errors import IndexPinError
from archpip.settings import OwnTable

_KEYS = frozenset({"url", "projects"})
_PATTERN_CHARACTERS = "*?["


class _Named(Struct, kw_only=True):
    url: str
    projects: list[str]


def read_index_pins(
    table: OwnTable | None, *, indexes: Iterable[str] = (), pins: Iterable[str] = ()
) -> tuple[IndexPin, ...]:
    """Merge the pins in the project's file and on the command line, which takes precedence.

    Args:
        table: `[tool.archpip.index]`: a table with `url` and `projects` per name.
        indexes: `NAME=URL`, each; it replaces the URL of that name in the file.
        pins: `PROJECTS=NAME`, each; projects are names or patterns, separated by commas.

    Raises:
        IndexPinError: Something is malformed, or an index serves no project.
    """
    named = _read_table(table) if table else {}
    for text in indexes:
        name, equals, url = text.partition("=")
        if not equals or not name or not url or "/" in name:
            raise IndexPinError(subject=f"--index {name}", reason="it is NAME=URL")
        named.setdefault(name, _Named(url=url, projects=[])).url = url
    said: list[IndexPin] = []
    for text in pins:
        projects, _, name = text.rpartition("=")
        if not projects or name not in named:
            known = f"; there is {', '.join(sorted(named))}" if named else ""
            reason = f"it is PROJECTS=NAME, with the name of an --index{known}"
            raise IndexPinError(subject=f"--index-pin {text}", reason=reason)
        patterns = [_normalize(project) for project in projects.split(",") if project.strip()]
        said.append(IndexPin(url=named[name].url, projects=tuple(patterns)))
    served = {pin.url for pin in said}
    for name, index in named.items():
        if not index.projects and index.url not in served:
            reason = f"nothing is pinned to it: add --index-pin 'PROJECT={name}'"
            raise IndexPinError(subject=f"index {name}", reason=reason)
    written = [
        IndexPin(url=index.url, projects=tuple(index.projects))
        for index in named.values()
        if index.projects
    ]
    return (*said, *written)


def _read_table(table: OwnTable) -> dict[str, _Named]:
    if not isinstance(table.content, dict):
        raise IndexPinError(subject=_where(table.file, ""), reason="it is not a table")
    return {
        name: _read_index(content, _where(table.file, f".{name}"))
        for name, content in table.content.items()
    }


def _read_index(content: object, where: str) -> _Named:
    if not isinstance(content, dict) or content.keys() != _KEYS:
        raise IndexPinError(subject=where, reason="it needs `url` and `projects`, and no more")
    entry = cast("Mapping[str, object]", content)
    url, projects = entry["url"], entry["projects"]
    if not isinstance(url, str):
        raise IndexPinError(subject=where, reason="`url` is not a text")
    if (
        not isinstance(projects, list)
        or not projects
        or not all(isinstance(p, str) for p in projects)
    ):
        raise IndexPinError(subject=where, reason="`projects` is not a list of names or patterns")
    return _Named(url=url, projects=[_normalize(project) for project in projects])


def _normalize(text: str) -> str:
    """Normalise a name; in a pattern the same, around what stands for other text."""
    text = text.strip()
    if any(character in text for character in _PATTERN_CHARACTERS):
        return text.lower().replace("_", "-").replace(".", "-")
    return canonicalize_name(text)


def _where(file: Path, suffix: str) -> str:
    return f"[tool.archpip.index{suffix}] in {file}"
