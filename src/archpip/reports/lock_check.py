"""Render what `archpip lock --check` found as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path


def render_json(paths: Mapping[str, Path], stale: Mapping[Path, tuple[str, ...]]) -> str:
    """Write every lockfile with its discrepancies.

    Args:
        paths: The lockfile of each target, by the target's name.
        stale: The discrepancies of those that do not stand.
    """
    lockfiles = [
        {
            "lockfile": str(path),
            "target": target,
            "stands": path not in stale,
            "discrepancies": list(stale.get(path, ())),
        }
        for target, path in paths.items()
    ]
    return json.dumps({"schema": 1, "lockfiles": lockfiles}, indent=2, ensure_ascii=False)
