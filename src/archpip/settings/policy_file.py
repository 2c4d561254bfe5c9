"""A team's policy, shared as one TOML file. Pure.

Its settings hold where nothing nearer says otherwise. They bear the names of `[tool.archpip]`, but
only those that concern what is accepted. What the texts mean, a target's name for one, is for whom
it concerns to parse.
"""

import tomllib

from archpip.settings.errors import ConfigurationError
from archpip.settings.own import OwnSetting, OwnSettings, parse_toml_setting
from archpip.settings.pip_config import Origin

POLICY_VERSION = 1

POLICY_NAMES = frozenset(
    {
        *("target-platform", "macos", "glibc", "musl"),
        *("inspect", "fallback", "on-unknown", "strict", "override"),
        *("require-source-build-approval", "approve-source-build"),
    }
)
"""What a policy may set; not where files lie, nor what one machine alone has."""

_ADDED_UP = frozenset({"override", "approve-source-build"})
"""Lists to which a project may add: the team's entries come first."""


def parse_policy(text: str, location: str) -> tuple[tuple[OwnSetting, ...], tuple[str, ...]]:
    """Return a policy's settings, and what is wrong with the others.

    Args:
        text: The file.
        location: Where it was found, redacted.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (), (f"it is not TOML: {error}",)
    problems = []
    version = content.pop("version", None)
    if version != POLICY_VERSION:
        problems.append(f"version must be {POLICY_VERSION}, and is {version!r}")
    settings = []
    for name, value in content.items():
        if name not in POLICY_NAMES:
            problems.append(f"a policy has no '{name}': {', '.join(sorted(POLICY_NAMES))}")
            continue
        try:
            settings.append(parse_toml_setting(name, value, Origin(policy=location)))
        except ConfigurationError as error:
            problems.append(error.reason)
    return tuple(settings), tuple(problems)


def put_beneath(own: OwnSettings, policy: tuple[OwnSetting, ...]) -> OwnSettings:
    """Return the settings that hold when a policy lies beneath what is set nearer."""
    held = {setting.name: setting for setting in policy}
    for setting in own.settings:
        weaker = held.get(setting.name)
        if weaker is not None and setting.name in _ADDED_UP:
            held[setting.name] = OwnSetting(
                name=setting.name,
                value=(*_list(weaker), *_list(setting)),
                origin=setting.origin,
            )
        else:
            held[setting.name] = setting
    settings = tuple(sorted(held.values(), key=lambda setting: setting.name))
    return OwnSettings(settings=settings, tables=own.tables)


def _list(setting: OwnSetting) -> tuple[str, ...]:
    return setting.value if isinstance(setting.value, tuple) else ()
