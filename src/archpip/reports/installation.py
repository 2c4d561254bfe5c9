"""Render an installation plan, one line per project that it changes."""

import json
from collections.abc import Iterator

from archpip.installing import Action, InstallPlan
from archpip.reports.resolution import pin_to_dict
from archpip.resolution import Resolution

SCHEMA_VERSION = 1

_MOST_NAMED = 5
"""Most kept projects that are named; more are only counted."""


def render_plan(plan: InstallPlan) -> Iterator[str]:
    """Yield a line per project that would change, then one for those that would not."""
    for step in plan.changes:
        line = f"{step.action.value:<10} {step.pin.name} {step.pin.version}"
        if step.installed and step.action is not Action.REINSTALL:
            line += f" (was {step.installed.version})"
        yield line + (f": {step.reason}" if step.reason else "")
    if plan.kept:
        yield f"{Action.KEEP.value:<10} {_name_kept(plan)} there already"


def render_done(plan: InstallPlan, place: str) -> str:
    """Summarise what an installation changed, and what was installed already."""
    changed = [f"{step.pin.name}-{step.pin.version}" for step in plan.changes]
    verb = "was" if len(plan.kept) == 1 else "were"
    kept = f"; {_name_kept(plan)} {verb} there already" if plan.kept else ""
    done = f"Installed {' '.join(changed)}" if changed else "Nothing to do"
    return f"{done} in {place}{kept}"


def _name_kept(plan: InstallPlan) -> str:
    """Name a few projects with their versions, and count the others."""
    if len(plan.kept) > _MOST_NAMED:
        return f"{len(plan.kept)} projects"
    return " ".join(f"{step.pin.name}-{step.pin.version}" for step in plan.kept)


def render_json(resolution: Resolution, plan: InstallPlan, *, into: str, is_dry_run: bool) -> str:
    """Write an installation as one versioned JSON document.

    Args:
        resolution: The resolution.
        plan: The installation's steps.
        into: The interpreter or folder.
        is_dry_run: Whether nothing was installed.
    """
    document = {
        "schema": SCHEMA_VERSION,
        "target": resolution.target.name,
        "python": resolution.target.python.stated_version,
        "floor": resolution.target.floor_name,
        "into": into,
        "dry_run": is_dry_run,
        "steps": [
            {
                **pin_to_dict(step.pin),
                "action": step.action.value,
                "before": str(step.installed.version) if step.installed else None,
                "reason": step.reason or None,
            }
            for step in plan.steps
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
