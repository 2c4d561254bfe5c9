"""What the plans of every strategy have: the user's settings, last, so that they win."""

from collections.abc import Mapping
from types import MappingProxyType

from archpip.builds.model import BuildSettings
from archpip.builds.plan import BuildPlan, Interpreter, PlanRequest, Strategy

# CMake 4 refuses projects that ask for less than 3.5, which many released sdists do.
DEFAULTS = (("CMAKE_POLICY_VERSION_MINIMUM", "3.5"),)

_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def make_plan(
    request: PlanRequest,
    interpreter: Interpreter,
    *,
    strategy: Strategy,
    uses: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    config_settings: Mapping[str, tuple[str, ...]] = _NOTHING,
) -> BuildPlan:
    """Return a plan that has no files.

    Args:
        request: The input of planning.
        interpreter: Runs the backend.
        strategy: The strategy.
        uses: The compiler, for messages.
        variables: The strategy's variables for the hooks; the user's override them.
        config_settings: The strategy's config settings; the user's values of a key come after.
    """
    return BuildPlan(
        strategy=strategy,
        target=request.target,
        backend=request.backend,
        interpreter=interpreter,
        environment=tuple(sorted({**variables, **dict(request.settings.environment)}.items())),
        defaults=DEFAULTS,
        config_settings=_join(config_settings, request.settings),
        uses=uses,
    )


def _join(
    planned: Mapping[str, tuple[str, ...]], settings: BuildSettings
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the config settings, sorted by key; values of the same key are joined."""
    merged = dict(planned)
    for key, values in settings.config_settings:
        merged[key] = (*merged.get(key, ()), *values)
    return tuple(sorted(merged.items()))
