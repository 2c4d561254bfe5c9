"""The workspace of uv's that a folder is in: its root, whose settings count, and its members.

Source: https://docs.astral.sh/uv/concepts/projects/workspaces/; uv 0.13, `Workspace::discover`.
"""

from pathlib import Path

from archpip.reachable import is_file
from archpip.resolution import find_workspace, iter_members

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
    return find_workspace(nearest.parent) if nearest else None


def find_member_files(root: Path) -> tuple[Path, ...]:
    """Return the `pyproject.toml` of each member of a workspace, the root's left out, sorted."""
    files = {folder / PROJECT_FILE for folder in iter_members(root) if folder != root}
    return tuple(sorted(filter(is_file, files)))
