"""Render the content of the store as text and as JSON."""

import json

from archpip.store import StoreInfo


def render_info(info: StoreInfo) -> str:
    """Render one line per kind of stored entry."""
    return "\n".join(
        (
            f"store        {info.location}",
            f"size         {info.size_bytes / 1e6:.1f} MB",
            f"inspections  {info.inspections}",
            f"metadata     {info.metadata}",
            f"pages        {info.pages}",
            f"answers      {info.answers}",
        )
    )


def render_info_json(info: StoreInfo) -> str:
    """Write the same as JSON."""
    document = {
        "schema": 1,
        "path": info.location,
        "size_bytes": info.size_bytes,
        "inspections": info.inspections,
        "metadata": info.metadata,
        "pages": info.pages,
        "answers": info.answers,
    }
    return json.dumps(document, indent=2)
