"""Dependency chains, from the user's requirements down, as lines of an explanation."""

from collections.abc import Iterator, Sequence

from packaging.version import Version

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.provider import Asked, Choice, Provider
from archpip.resolution.requirements import COMMAND_LINE

_NO_VERSION = Version("0")
_DEMANDS_SHOWN = 3
"""Per pair of projects: each version of boto3 requires another range of botocore."""


def iter_requirement_chains(causes: Sequence[Asked], provider: Provider) -> Iterator[str]:
    """Yield the chain to each cause; versions with the same requirement share one line."""
    by_parent: dict[Identifier | None, dict[str, list[Asked]]] = {}
    for cause in causes:
        parent = cause.parent.identifier if cause.parent else None
        alike = by_parent.setdefault(parent, {})
        alike.setdefault(str(cause.demand), []).append(cause)
    lines: list[str] = []
    for parent, alike in by_parent.items():
        groups = list(alike.values())
        shown = len(groups)
        if parent is not None and shown > _DEMANDS_SHOWN + 1:
            groups.sort(key=lambda found: _preference(_newest_of(found)), reverse=True)
            shown = _DEMANDS_SHOWN
        for found in groups[:shown]:
            lines += _chain_lines(found, provider)
        lines += _untold_lines([cause for found in groups[shown:] for cause in found])
    yield from dict.fromkeys(lines)


def _newest_of(found: Sequence[Asked]) -> Version:
    versions = [cause.parent.version if cause.parent else _NO_VERSION for cause in found]
    return max(versions, key=_preference)


def _preference(version: Version) -> tuple[bool, Version]:
    """Rank versions to show: finals first, as alphas tried last of all explain little."""
    return not version.is_prerelease, version


def _chain_lines(found: Sequence[Asked], provider: Provider) -> list[str]:
    """Write which version has one requirement: the newest, and how many others do."""
    newest = _newest_of(found)
    first = next(c for c in found if c.parent is None or c.parent.version == newest)
    *above, last = trace(first.demand, first.parent, provider)
    others = len({cause.parent.version for cause in found if cause.parent}) - 1
    if others > 0 and first.parent is not None:
        who = f"{first.parent.identifier} {first.parent.version}"
        wanted = _render_requirement(first.demand, provider)
        last = f"{who} and {others} more of its versions require {wanted}"
    return [*above, last]


def _untold_lines(found: Sequence[Asked]) -> Iterator[str]:
    versions = sorted({cause.parent.version for cause in found if cause.parent})
    parent = next((cause.parent for cause in found if cause.parent), None)
    if parent is not None:
        yield (
            f"{len(versions)} more versions of {parent.identifier}, from {versions[0]} to "
            f"{versions[-1]}, require {found[0].demand.identifier.name} in other versions"
        )


def trace(demand: Demand, parent: Choice | None, provider: Provider) -> list[str]:
    """Return the chain of requirements that led to a demand, the user's first."""
    steps = [_render_step(demand, parent, provider)]
    seen: set[Choice] = set()
    while parent is not None and parent not in seen:
        seen.add(parent)
        demand, parent = provider.parents.get(parent.identifier, (demand, None))
        if not demand.exact:
            steps.append(_render_step(demand, parent, provider))
    return steps[::-1]


def _render_step(demand: Demand, parent: Choice | None, provider: Provider) -> str:
    if parent is None:
        return f"you asked for {demand}{place_of(provider.origins.of_requirement(demand))}"
    return f"{parent.identifier} {parent.version} requires {_render_requirement(demand, provider)}"


def _render_requirement(demand: Demand, provider: Provider) -> str:
    """Render a requirement; where an override replaces it, the override and its origin."""
    override = provider.origins.of_override(demand)
    if override is None:
        return str(demand)
    return f"{demand.identifier}, which an override makes {demand}{place_of(override)}"


def place_of(origin: str | None) -> str:
    """Render where in a file something was written; empty for the command line."""
    return "" if origin in (None, COMMAND_LINE) else f" ({origin})"
