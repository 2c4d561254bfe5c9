"""The user's build settings for one project: parsed from a table, merged, and rendered."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from packaging.requirements import InvalidRequirement, Requirement

from archpip.builds.errors import InvalidBuildSettingsError
from archpip.builds.model import BuildSettings, Patch
from archpip.builds.tables import TableReader
from archpip.redaction import redact_userinfo

_HASH_DIGITS = 64

_Value = TypeVar("_Value")


def parse_build_settings(name: str, table: Mapping[str, object], *, folder: Path) -> BuildSettings:
    """Parse the user's build settings for one project.

    Keys: `config-settings` (a table of texts or lists of texts), `environment` (a table of texts),
    `build-requires` (a list of requirements), `patches` (a list of tables with `path` and
    `sha256`), `approved` and `allow-pure` (true or false).

    Args:
        name: The project's name, for messages.
        table: The table.
        folder: What relative paths of patches are relative to.

    Raises:
        InvalidBuildSettingsError: The table has errors; lists all of them.
    """
    reader = _Reader(table)
    settings = BuildSettings(
        config_settings=reader.config_settings("config-settings"),
        environment=reader.environment("environment"),
        build_requires=reader.requirements("build-requires"),
        patches=reader.patches("patches", folder),
        approved=reader.flag("approved"),
        allow_pure=reader.flag("allow-pure"),
    )
    problems = reader.problems()
    if problems:
        raise InvalidBuildSettingsError(project=name, problems=problems)
    return settings


def join_settings(first: BuildSettings, more: BuildSettings) -> BuildSettings:
    """Merge two settings; for the same config setting or variable, `more` overrides `first`."""
    return BuildSettings(
        config_settings=_join(first.config_settings, more.config_settings),
        environment=_join(first.environment, more.environment),
        build_requires=tuple(sorted({*first.build_requires, *more.build_requires})),
        patches=(*first.patches, *more.patches),
        approved=first.approved or more.approved,
        allow_pure=first.allow_pure or more.allow_pure,
    )


def _join(
    first: Iterable[tuple[str, _Value]], more: Iterable[tuple[str, _Value]]
) -> tuple[tuple[str, _Value], ...]:
    return tuple(sorted({**dict(first), **dict(more)}.items()))


def add_config_settings(settings: BuildSettings, pairs: Iterable[tuple[str, str]]) -> BuildSettings:
    """Add `-C KEY=VALUE` on top; a key given twice has two values, as in pip."""
    values: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        values[key] = (*values.get(key, ()), value)
    return join_settings(settings, BuildSettings(config_settings=tuple(values.items())))


def describe_settings(settings: BuildSettings) -> tuple[str, ...]:
    """Render each setting that can change the wheel as a text, as evidence for a lockfile.

    A patch counts by its content, not by its path. Variables often hold secrets, so their values
    are rendered as hashes.
    """
    return (
        *(
            f"config-setting {key}={redact_userinfo(value)}"
            for key, values in settings.config_settings
            for value in values
        ),
        *(f"environment {name}={_digest(value)}" for name, value in settings.environment),
        *(f"build-requires {redact_userinfo(text)}" for text in settings.build_requires),
        *(f"patch sha256:{patch.sha256}" for patch in settings.patches),
        *(("allow-pure",) if settings.allow_pure else ()),
    )


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


class _Reader(TableReader):
    """Reads one project's build settings."""

    def config_settings(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found = []
        for name, value in sorted(self._table(key).items()):
            values = value if isinstance(value, list) else [value]
            if all(isinstance(item, str) for item in values):
                found.append((name, tuple(values)))
            else:
                self._problems.append(f"`{key}.{name}` must be a text or a list of texts")
        return tuple(found)

    def environment(self, key: str) -> tuple[tuple[str, str], ...]:
        found = []
        for name, value in sorted(self._table(key).items()):
            if isinstance(value, str):
                found.append((name, value))
            else:
                self._problems.append(f"`{key}.{name}` must be a text")
        return tuple(found)

    def requirements(self, key: str) -> tuple[str, ...]:
        found = []
        for text in self._list(key):
            try:
                found.append(str(Requirement(str(text))))
            except InvalidRequirement:
                self._problems.append(f"`{key}`: {text!r} is not a requirement")
        return tuple(sorted(found))

    def patches(self, key: str, folder: Path) -> tuple[Patch, ...]:
        found = []
        for item in self._list(key):
            path = item.get("path") if isinstance(item, dict) else None
            sha256 = item.get("sha256") if isinstance(item, dict) else None
            if isinstance(path, str) and isinstance(sha256, str) and _is_hash(sha256):
                found.append(Patch(path=folder / path, sha256=sha256.lower()))
            else:
                self._problems.append(f"`{key}`: each needs a `path` and its `sha256`")
        return tuple(found)

    def flag(self, key: str) -> bool:
        value = self._rest.pop(key, False)
        if not isinstance(value, bool):
            self._problems.append(f"`{key}` must be true or false")
        return value is True

    def _table(self, key: str) -> dict[str, object]:
        value = self._rest.pop(key, {})
        if isinstance(value, dict):
            return value
        self._problems.append(f"`{key}` must be a table")
        return {}

    def _list(self, key: str) -> list[object]:
        value = self._rest.pop(key, [])
        if isinstance(value, list):
            return value
        self._problems.append(f"`{key}` must be a list")
        return []


def _is_hash(text: str) -> bool:
    return len(text) == _HASH_DIGITS and all(digit in "0123456789abcdefABCDEF" for digit in text)
