"""What an installation would do, one line for each project that it changes."""

from collections.abc import Iterator

from archpip.installing import Action, InstallPlan


def render_plan(plan: InstallPlan) -> Iterator[str]:
    """Yield a line for each project that would be touched, then one for those that would not."""
    for step in plan.changes:
        line = f"{step.action.value:<10} {step.pin.name} {step.pin.version}"
        if step.installed and step.action is not Action.REINSTALL:
            line += f" (was {step.installed.version})"
        yield line + (f": {step.reason}" if step.reason else "")
    if plan.kept:
        yield f"{Action.KEEP.value:<10} {len(plan.kept)} that are there already"
