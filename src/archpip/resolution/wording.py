"""Wording: lists and moments as messages write them."""

from collections.abc import Iterable
from datetime import datetime


def write_moment(moment: datetime) -> str:
    """Write a moment as `--exclude-newer` takes it, to the second: `2026-01-03T10:00:00Z`."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def list_briefly(items: Iterable[object], *, limit: int = 6) -> str:
    """Render a list, truncated: `a, b and 3 more`."""
    found = [str(item) for item in items]
    shown = ", ".join(found[:limit])
    return f"{shown} and {len(found) - limit} more" if len(found) > limit else shown
