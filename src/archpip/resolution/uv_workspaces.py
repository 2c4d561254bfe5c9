"""The projects of a folder or repository as uv sees them: their `pyproject.toml`, their workspace.

Source: https://docs.astral.sh/uv/concepts/projects/workspaces/.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from archpip.codec import as_list, as_mapping
from archpip.foreign_toml import parse_toml
from archpip.reachable import is_folder
from archpip.resolution.requirement_set import IndexOptions


class Index(Struct, frozen=True, kw_only=True):
    """An entry of `[[tool.uv.index]]`."""

    name: str
    url: str
    default: bool
    explicit: bool


class Repository(Struct, frozen=True, kw_only=True):
    """A checkout whose folders are named by its URL, for it is deleted once it is read."""

    root: Path
    """Of the checkout."""
    url: str
    """With the version control system as prefix, without a revision: `git+https://…`."""
    revision: str | None

    def url_of(self, folder: Path) -> str:
        """Return the URL of a folder in it.

        Raises:
            ValueError: There is no such folder, or it lies outside.
        """
        root, place = self.root.resolve(), folder.resolve()
        if not place.is_relative_to(root):
            raise ValueError("it is outside of the repository")
        inside = place.relative_to(root).as_posix()
        if not is_folder(place):
            raise ValueError(f"{inside} is no folder of the repository")
        revision = "" if self.revision is None else f"@{self.revision}"
        return f"{self.url}{revision}" + ("" if inside == "." else f"#subdirectory={quote(inside)}")


def read_indexes(tool: Mapping[str, object]) -> Iterator[Index]:
    """Yield the indexes of a `tool.uv`, with those of its older keys after the others."""
    for entry in as_list(tool.get("index")):
        index = as_mapping(entry)
        yield Index(
            name=str(index.get("name", "")),
            url=str(index.get("url", "")),
            default=index.get("default") is True,
            explicit=index.get("explicit") is True,
        )
    urls = [(tool["index-url"], True)] if "index-url" in tool else []
    urls += [(url, False) for url in as_list(tool.get("extra-index-url"))]
    for url, default in urls:
        yield Index(name="", url=str(url), default=default, explicit=False)


def read_places(tool: Mapping[str, object], folder: Path) -> IndexOptions:
    """Return the `find-links` and the `no-index` of a `tool.uv`."""
    places = map(str, as_list(tool.get("find-links")))
    return IndexOptions(
        find_links=tuple(each if "://" in each else str(folder / each) for each in places),
        no_index=tool.get("no-index") is True,
    )


def find_workspace(folder: Path, top: Path | None = None) -> Path | None:
    """Return the root of the workspace that a project's folder belongs to, or `None`.

    A root that does not name the folder as a member ends the search, and so does `top`.
    """
    for root in (folder, *folder.parents):
        if "workspace" in uv_table(root):
            return root if root == folder or folder in iter_members(root) else None
        if root == top:
            break
    return None


def iter_members(root: Path) -> Iterator[Path]:
    """Yield the folders that a workspace's root names as its members, without those excluded."""
    workspace = as_mapping(uv_table(root).get("workspace"))

    def find(key: str) -> Iterator[Path]:
        patterns = workspace.get(key, [])
        for pattern in patterns if isinstance(patterns, list) else ():
            # Its author may be anybody: no pattern is trusted to be one.
            with suppress(ValueError, NotImplementedError):
                yield from sorted(root.glob(str(pattern)))

    excluded = frozenset(find("exclude"))
    yield from (member for member in find("members") if member not in excluded)


def project_name(folder: Path) -> NormalizedName | None:
    """Return the name that a folder's `pyproject.toml` states."""
    name = as_mapping(_read(folder).get("project")).get("name")
    return canonicalize_name(name) if isinstance(name, str) else None


def uv_table(folder: Path) -> Mapping[str, object]:
    """Return the `[tool.uv]` of a folder's `pyproject.toml`, empty if there is none."""
    return as_mapping(as_mapping(_read(folder).get("tool")).get("uv"))


def _read(folder: Path) -> Mapping[str, object]:
    """Return a folder's `pyproject.toml`; empty if there is none that can be read."""
    try:
        return parse_toml((folder / "pyproject.toml").read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}
