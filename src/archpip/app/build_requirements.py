"""Build requirements with bounds, or a moment for single projects: pip has no option for these.

Their versions, and those of all that they need, are chosen by archpip's own resolution; pip then
installs exactly these.
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
    """Return one requirement for each project that is to be installed: `name==version`, or its URL.

    Args:
        requirements: What a build asks for, as PEP 508 writes it.
        python: The interpreter that the build runs in.
        world: Where files are.
        constraints: Bounds on projects, whether or not they are needed.
        options: Up to when they count.

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
