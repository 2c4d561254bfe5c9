"""Index pins with markers: those that hold for the targets of a run."""

from collections.abc import Iterable

from msgspec.structs import replace

from archpip.resolution.errors import UvSourceError
from archpip.resolution.requirement_set import RequirementSet
from archpip.targets import Target, marker_environments


def decide_pins(asked: RequirementSet, targets: Iterable[Target]) -> RequirementSet:
    """Keep the index pins whose markers hold; a project has one index for all targets of a run.

    Raises:
        UvSourceError: A pin holds on one machine, and not on another.
    """
    if not asked.index.conditional_pins:
        return asked
    kept = []
    machines = [
        (target.name, environment)
        for target in targets
        for environment in marker_environments(target)
    ]
    for conditional in asked.index.conditional_pins:
        answers = {conditional.marker.evaluate(dict(each)): name for name, each in machines}
        if len(answers) > 1:
            raise UvSourceError(
                location=conditional.location,
                subject=f"sources.{conditional.pin.projects[0]}",
                reason=f"it has another index on {answers[True]} than on {answers[False]};"
                " lock them one by one",
            )
        if True in answers:
            kept.append(conditional.pin)
    index = replace(asked.index, pins=(*asked.index.pins, *kept), conditional_pins=())
    return replace(asked, index=index)
