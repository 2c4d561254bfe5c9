"""The marker expressions that distinguish one target from every other machine.

pip and uv refuse a lockfile if none of its `environments` matches where they run. Markers know
neither libc nor free-threading: those mismatches are refused by the tags of the locked wheels.

Source: PEP 751 §environments; PEP 508 for the variables.
"""

from packaging.markers import Marker

from archpip.targets import Target, marker_environments

_KEYS = ("implementation_name", "sys_platform", "platform_machine", "python_version")


def environment_markers(target: Target) -> tuple[Marker, ...]:
    """Return one marker for each architecture that the target serves."""
    return tuple(
        Marker(" and ".join(f"{key} == '{environment[key]}'" for key in _KEYS))
        for environment in marker_environments(target)
    )
