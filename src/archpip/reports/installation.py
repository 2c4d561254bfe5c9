"""What an installation would do, one line for each project that it changes."""

import json
from collections.abc import Iterator

from archpip.installing import Action, InstallPlan
from archpip.reports.resolution import pin_to_dict
from archpip.resolution import Resolution

SCHEMA_VERSION = 1


def render_plan(plan: InstallPlan) -> Iterator[str]:
    """Yield a line for each project that would be touched, then one for those that would not."""
    for step in plan.changes:
        line = f"{step.action.value:<10} {step.pin.name} {step.pin.version}"
        if step.installed and step.action is not Action.REINSTALL:
            line += f" (was {step.installed.version})"
        yield line + (f": {step.reason}" if step.reason else "")
    if plan.kept:
        yield f"{Action.KEEP.value:<10} {len(plan.kept)} that are there already"


def render_json(resolution: Resolution, plan: InstallPlan, *, into: str, is_dry_run: bool) -> str:
    """Write an installation as one versioned JSON document.

    Args:
        resolution: What was chosen.
        plan: What was done about it, or would be.
        into: The interpreter or folder.
        is_dry_run: Nothing was done.
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
