"""The marker expressions that tell one target from every other machine.

pip and uv refuse a lockfile none of whose `environments` holds where they run. Markers know neither
libc nor free-threading: there, the tags of the locked wheels do the refusing.

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
