"""A team's policy, shared as one TOML file. Pure.

Its settings hold where nothing nearer says otherwise. They bear the names of `[tool.archpip]`, but
only those that concern what is accepted. What the texts mean, a target's name for one, is for whom
it concerns to parse.
"""

import re
import tomllib
from collections.abc import Mapping

from msgspec import Struct, field

from archpip.foreign_toml import parse_toml
from archpip.settings.errors import ConfigurationError, PolicyMissingError
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

NAMED_POLICY_NAMES = frozenset(
    {
        *("strict", "on-unknown", "override", "macos", "glibc", "musl"),
        *("require-source-build-approval", "approve-source-build"),
    }
)
"""What a named policy may set: which files its views show, and nothing else."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
"""What can stand in a path as it is written."""

_OWN_NAME = "strict"
"""The named policy that every gateway has."""

_ADDED_UP = frozenset({"override", "approve-source-build"})
"""Lists to which a project may add: the team's entries come first."""


class PolicyFile(Struct, frozen=True, kw_only=True):
    """What a policy says."""

    settings: tuple[OwnSetting, ...] = ()
    named: Mapping[str, tuple[OwnSetting, ...]] = field(default_factory=dict)
    """What `[policies.NAME]` sets otherwise, by name."""
    problems: tuple[str, ...] = ()
    """What is wrong with all that was not taken."""


def parse_policy(text: str, location: str) -> PolicyFile:
    """Return a policy's settings, and what is wrong with the others.

    Args:
        text: The file.
        location: Where it was found, redacted.
    """
    try:
        content = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        return PolicyFile(problems=(f"it is not TOML: {error}",))
    problems = []
    version = content.pop("version", None)
    if version != POLICY_VERSION:
        problems.append(f"version must be {POLICY_VERSION}, and is {version!r}")
    named, wrong_names = _parse_named(content.pop("policies", {}), location)
    settings, wrong = _parse_settings(content, POLICY_NAMES, location)
    problems += [*wrong, *wrong_names]
    return PolicyFile(settings=settings, named=named, problems=tuple(problems))


def _parse_named(
    tables: object, location: str
) -> tuple[dict[str, tuple[OwnSetting, ...]], list[str]]:
    if not isinstance(tables, dict):
        return {}, ["policies is not a table: write [policies.NAME]"]
    named: dict[str, tuple[OwnSetting, ...]] = {}
    problems = []
    for name, table in tables.items():
        if name == _OWN_NAME:
            problems.append(f"policies.{name}: every gateway has a policy of this name")
        elif not _NAME.fullmatch(name):
            problems.append(f"policies.{name}: a name is of a-z, 0-9, '.', '_' and '-'")
        elif not isinstance(table, dict):
            problems.append(f"policies.{name} is not a table")
        else:
            named[name], wrong = _parse_settings(table, NAMED_POLICY_NAMES, location)
            problems += [f"policies.{name}: {problem}" for problem in wrong]
    return named, problems


def _parse_settings(
    table: Mapping[str, object], allowed: frozenset[str], location: str
) -> tuple[tuple[OwnSetting, ...], list[str]]:
    settings = []
    problems = []
    for name, value in table.items():
        if name not in allowed:
            problems.append(f"a policy has no '{name}': {', '.join(sorted(allowed))}")
            continue
        try:
            settings.append(parse_toml_setting(name, value, Origin(policy=location)))
        except ConfigurationError as error:
            problems.append(error.reason)
    return tuple(settings), problems


def split_policy_location(location: str) -> tuple[str, str | None]:
    """Part `URL#NAME`, or `FILE#NAME`, into where a policy lies and the named policy that is meant.

    A `#` in the name of a folder is no such thing.
    """
    where, _, name = location.rpartition("#")
    return (where, name) if where and _NAME.fullmatch(name) else (location, None)


def select_policy(policy: PolicyFile, name: str | None, location: str) -> tuple[OwnSetting, ...]:
    """Return what holds under `[policies.NAME]`, over all that the policy says without a name.

    Args:
        policy: All of it.
        name: `None` for what it says without a name.
        location: Where it was found, redacted.

    Raises:
        PolicyMissingError: There is no policy of the name.
    """
    if name is None:
        return policy.settings
    if name not in policy.named:
        raise PolicyMissingError(where=location, name=name, known=policy.named)
    return put_beneath(OwnSettings(settings=policy.named[name]), policy.settings).settings


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
