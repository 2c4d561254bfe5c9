"""Build requirements with constraints or per-project cutoff dates: pip has no option for these.

archpip resolves them with all their dependencies; pip then installs exactly those versions.
"""

from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from archpip.resolution import (
    RequestedRequirement,
    ResolveOptions,
    World,
    parse_requirement,
    resolve,
)
from archpip.targets import probe_interpreter


def pin_build_requirements(
    requirements: Sequence[str],
    python: Path,
    *,
    world: World,
    constraints: Sequence[RequestedRequirement],
    options: ResolveOptions,
) -> list[str]:
    """Resolve build requirements to one pin per project: `name==version`, or its URL.

    Args:
        requirements: The build's requirements, as in PEP 508.
        python: The interpreter that the build runs in.
        world: Where links and wheels come from.
        constraints: Constraints on projects, whether or not they are needed.
        options: Up to when files count.

    Raises:
        ResolutionError: Nothing satisfies the requirements.
        IndexAccessError: An index failed.
        BuildError: A source among them cannot be read.
    """
    found = resolve(
        [parse_requirement(text, base=Path.cwd()) for text in requirements],
        target=probe_interpreter(python),
        world=world,
        constraints=constraints,
        options=options,
    )
    parsed = map(Requirement, requirements)
    direct = {canonicalize_name(each.name): str(each) for each in parsed if each.url}
    return [direct.get(pin.name, f"{pin.name}=={pin.version}") for pin in found.pins]
