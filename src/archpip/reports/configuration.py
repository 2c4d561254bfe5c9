"""Render settings and where they are set, credentials masked."""

import difflib
import json
from collections.abc import Iterator, Sequence

from archpip.integrations import FileChange, Route
from archpip.redaction import redact
from archpip.settings import OwnSettings, PipConfig


def render_settings(own: OwnSettings, pip: PipConfig, routes: Sequence[Route] = ()) -> str:
    """Render one line per effective setting: name, value, and where it is set.

    Of uv's settings only the index locations are shown, since archpip uses no others.
    """
    rows = [
        (f"{whose}.{name}", value, origin) for whose, name, value, origin in _rows(own, pip, routes)
    ]
    if not rows:
        return "Nothing is set; defaults hold."
    width = max(len(name) for name, _, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}  ({origin})" for name, value, origin in rows)


def render_settings_json(own: OwnSettings, pip: PipConfig, routes: Sequence[Route] = ()) -> str:
    """Write the same as JSON."""
    settings = [
        {"of": whose, "name": name, "value": value, "origin": origin}
        for whose, name, value, origin in _rows(own, pip, routes)
    ]
    return json.dumps({"schema": 1, "settings": settings}, indent=2)


def render_route(route: Route) -> str:
    """Render one route that bypasses the gateway as a sentence."""
    return f"{route.client} asks {route.address} itself: {route.name}, {route.origin}"


def render_routes_json(routes: Sequence[Route], remarks: Sequence[str]) -> str:
    """Write every place that is asked, and what else was found, as JSON."""
    found = [
        {
            "of": str(route.client),
            "name": route.name,
            "address": route.address,
            "origin": str(route.origin),
            "is_gateway": route.is_gateway,
        }
        for route in routes
    ]
    return json.dumps({"schema": 1, "routes": found, "remarks": list(remarks)}, indent=2)


def render_changes_json(changes: Sequence[FileChange], *, written: bool) -> str:
    """Write what `archpip config init` did or would do as JSON."""
    each = [
        {"path": str(change.path), "difference": render_change(change), "written": written}
        for change in changes
    ]
    return json.dumps({"schema": 1, "changes": each}, indent=2)


def render_change(change: FileChange) -> str:
    """Render a file's change as a unified diff."""
    lines = difflib.unified_diff(
        redact(change.before or "").splitlines(),
        redact(change.after or "").splitlines(),
        str(change.path) if change.before is not None else "/dev/null",
        str(change.path) if change.after is not None else "/dev/null",
        lineterm="",
    )
    return "\n".join(lines)


def _rows(
    own: OwnSettings, pip: PipConfig, routes: Sequence[Route]
) -> Iterator[tuple[str, str, str, str]]:
    for setting in own.settings:
        value = setting.value
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        yield "archpip", setting.name, redact(text), str(setting.origin)
    for written in pip.effective():
        yield "pip", written.name, " ".join(redact(written.value).split()), str(written.origin)
    for route in routes:
        yield str(route.client), route.name, route.address, str(route.origin)
