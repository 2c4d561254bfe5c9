"""What every strategy adds alike: the user's settings, last, so that they win."""

from collections.abc import Mapping

from archpip.builds.model import BuildSettings

# CMake 4 refuses projects that ask for less than 3.5, which many released sdists do.
DEFAULTS = (("CMAKE_POLICY_VERSION_MINIMUM", "3.5"),)


def with_user_environment(
    planned: Mapping[str, str], settings: BuildSettings
) -> tuple[tuple[str, str], ...]:
    """Return the hooks' variables, sorted."""
    return tuple(sorted({**planned, **dict(settings.environment)}.items()))


def with_user_config_settings(
    planned: Mapping[str, tuple[str, ...]], settings: BuildSettings
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the config settings, sorted by key; values of the same key are joined, ours first."""
    merged = dict(planned)
    for key, values in settings.config_settings:
        merged[key] = (*merged.get(key, ()), *values)
    return tuple(sorted(merged.items()))
