"""Render the content of the cache as text and as JSON."""

import json
from pathlib import Path

from archpip.index import CachedFiles
from archpip.store import StoreInfo


def render_info(info: StoreInfo, files: CachedFiles, built: CachedFiles) -> str:
    """Render one line per kind of stored entry."""
    return "\n".join(
        (
            f"store        {info.location}",
            f"size         {info.size_bytes / 1e6:.1f} MB",
            f"inspections  {info.inspections}",
            f"metadata     {info.metadata}",
            f"pages        {info.pages}",
            f"answers      {info.answers}",
            f"files        {files.count} ({files.size_bytes / 1e6:.1f} MB)",
            f"built        {built.count} ({built.size_bytes / 1e6:.1f} MB)",
        )
    )


def render_info_json(info: StoreInfo, files: CachedFiles, built: CachedFiles) -> str:
    """Write the same as JSON."""
    document = {
        "schema": 1,
        "path": info.location,
        "size_bytes": info.size_bytes,
        "inspections": info.inspections,
        "metadata": info.metadata,
        "pages": info.pages,
        "answers": info.answers,
        "files": files.count,
        "files_bytes": files.size_bytes,
        "built": built.count,
        "built_bytes": built.size_bytes,
    }
    return json.dumps(document, indent=2)


def render_cleared_json(freed_bytes: int) -> str:
    """Write how much was deleted as JSON."""
    return json.dumps({"schema": 1, "freed_bytes": freed_bytes}, indent=2)


def render_folder_json(folder: Path) -> str:
    """Write the folder of the cache as JSON."""
    return json.dumps({"schema": 1, "folder": str(folder)}, indent=2)
