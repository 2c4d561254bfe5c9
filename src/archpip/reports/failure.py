"""Render why a command could not go on as JSON, for programs that read its standard output."""

import json
from collections.abc import Sequence


def render_json(
    *, code: str, status: int, message: str, details: Sequence[str] = (), hint: str | None = None
) -> str:
    """Write an error as the document of every `--format json`."""
    error = {
        "code": code,
        "status": status,
        "message": message,
        "details": list(details),
        "hint": hint,
    }
    return json.dumps({"schema": 1, "error": error}, indent=2, ensure_ascii=False)
