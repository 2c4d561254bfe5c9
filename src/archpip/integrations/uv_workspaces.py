"""The workspace of uv's that a folder is in: its root, whose settings count, and its members.

Source: https://docs.astral.sh/uv/concepts/projects/workspaces/; uv 0.13, `Workspace::discover`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from archpip.codec import as_list, as_mapping
from archpip.foreign_toml import parse_toml
from archpip.reachable import is_file

PROJECT_FILE = "pyproject.toml"


def find_project_file(folder: Path) -> Path | None:
    """Return the nearest `pyproject.toml`, upward."""
    return next(
        (path for parent in (folder, *folder.parents) if is_file(path := parent / PROJECT_FILE)),
        None,
    )


def find_workspace_root(folder: Path) -> Path | None:
    """Return the folder of the workspace that a folder is in; `None` where it is in none.

    It may be the root itself. One that is above a project, and does not count it among its members,
    is not the project's.
    """
    nearest = find_project_file(folder.absolute())
    if nearest is None:
        return None
    for parent in (nearest.parent, *nearest.parent.parents):
        workspace = _read_workspace(parent / PROJECT_FILE)
        if workspace is not None:
            is_inside = parent == nearest.parent or nearest in _iter_members(parent, workspace)
            return parent if is_inside else None
    return None


def find_member_files(root: Path) -> tuple[Path, ...]:
    """Return the `pyproject.toml` of each member of a workspace, the root's left out, sorted."""
    workspace = _read_workspace(root / PROJECT_FILE)
    return tuple(sorted(set(_iter_members(root, workspace)))) if workspace is not None else ()


def _iter_members(root: Path, workspace: Mapping[str, object]) -> Iterator[Path]:
    left_out = {
        path for pattern in as_list(workspace.get("exclude")) for path in _glob(root, str(pattern))
    }
    for pattern in as_list(workspace.get("members")):
        for folder in _glob(root, str(pattern)):
            file = folder / PROJECT_FILE
            if folder != root and folder not in left_out and is_file(file):
                yield file


def _glob(root: Path, pattern: str) -> Iterator[Path]:
    try:
        yield from root.glob(pattern)
    except (ValueError, NotImplementedError):
        return  # Not ours to complain of: uv says so.


def _read_workspace(file: Path) -> Mapping[str, object] | None:
    try:
        content = parse_toml(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    uv = as_mapping(as_mapping(content.get("tool")).get("uv"))
    return as_mapping(uv["workspace"]) if "workspace" in uv else None
