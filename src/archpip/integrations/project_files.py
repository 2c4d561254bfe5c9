"""Restore the indexes in a `pyproject.toml` or script that `uv add` rewrote.

uv writes the indexes that it got from variables into the file. The real ones are restored, and new
entries removed; comments and order stay.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from archpip.integrations.lockfiles import rewrite
from archpip.integrations.uv_workspaces import (
    PROJECT_FILE,
    find_member_files,
    find_project_file,
    find_workspace_root,
)
from archpip.resolution import find_script_blocks, uncomment


def find_project_files(folder: Path) -> tuple[Path, ...]:
    """Return the `pyproject.toml` of a folder's project, and all of its workspace, no repeats."""
    nearest = find_project_file(folder)
    root = find_workspace_root(folder)
    others = (root / PROJECT_FILE, *find_member_files(root)) if root else ()
    return tuple(dict.fromkeys((*([nearest.absolute()] if nearest else []), *others)))


def restore_project_file(path: Path, before: str, views: Collection[str]) -> None:
    """Replace the gateways' views that a client wrote by the real indexes, atomically.

    Args:
        path: A `pyproject.toml`, or a script.
        before: Its content before the client ran.
        views: The gateways' URLs, as given to the client.
    """
    restore = restore_indexes if path.name == PROJECT_FILE else restore_script_indexes
    rewrite(path, lambda after: restore(before, after, views))


def restore_script_indexes(before: str, after: str, views: Collection[str]) -> str:
    """Return a script with the indexes that its metadata named before (PEP 723)."""
    blocks, earlier = find_script_blocks(after), find_script_blocks(before)
    if not blocks:
        return after
    content = uncomment(blocks[0]["content"])
    restored = restore_indexes(uncomment(earlier[0]["content"]) if earlier else "", content, views)
    if restored == content:
        return after
    comments = "".join(f"# {line}".rstrip() + "\n" for line in restored.splitlines())
    return after[: blocks[0].start("content")] + comments + after[blocks[0].end("content") :]


def restore_indexes(before: str, after: str, views: Collection[str]) -> str:
    """Return a project file's text with the indexes that it had before.

    Args:
        before: The text before the client ran.
        after: The text after the client ran.
        views: The gateways' URLs, as given to the client.
    """
    if not any(view in after for view in views):
        return after
    try:
        document, earlier = tomlkit.parse(after), tomlkit.parse(before)
    except TOMLKitError:
        return after  # uv has reported the error already.
    indexes = _indexes(document)
    if indexes is None:
        return after
    known = {_identity(entry): entry["url"] for entry in _indexes(earlier) or ()}
    # uv leaves an unnamed index in place, and adds the view of its gateway beside it.
    known.pop(None, None)
    bare = {view.rstrip("/") for view in views}
    for position in reversed(range(len(indexes))):
        entry = indexes[position]
        if str(entry.get("url", "")).rstrip("/") not in bare:
            continue
        if _identity(entry) in known:
            entry["url"] = known[_identity(entry)]
        else:
            indexes.pop(position)
    if not indexes:
        _drop_empty(document)
    text = tomlkit.dumps(document)
    # The blank line above what uv added goes with it.
    return text if before.endswith("\n\n") else re.sub(r"\n+\Z", "\n", text)


def _indexes(document: tomlkit.TOMLDocument) -> AoT | None:
    found = document.get("tool", {}).get("uv", {}).get("index")
    return found if isinstance(found, AoT) else None


def _identity(entry: Mapping[str, object]) -> object:
    """Return what identifies an index to uv, whatever its URL."""
    return "default" if entry.get("default") is True else entry.get("name")


def _drop_empty(document: tomlkit.TOMLDocument) -> None:
    """Remove the empty tables that uv created to hold an index."""
    tool = document["tool"]
    del tool["uv"]["index"]
    if not tool["uv"]:
        del tool["uv"]
    if not tool:
        del document["tool"]
