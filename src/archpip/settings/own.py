"""archpip's own settings: `[archpip]` in pip's files, `[tool.archpip]` in a project, `ARCHPIP_*`.

A team puts its rules in `pip.conf` once, a project says more, the command line has the last word.
Here it is told which text or table holds and where it was written; what the text means, a target's
name for one, is for whom it concerns to parse.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from archpip.redaction import redact
from archpip.settings.errors import (
    ConfigurationError,
    SettingValueError,
    UnknownSettingError,
)
from archpip.settings.pip_config import Origin, PipConfig, Setting, parse_boolean
from archpip.settings.surroundings import Surroundings

SECTION = "archpip"
_VARIABLE_PREFIX = "ARCHPIP_"
_PROJECT_FILE = "pyproject.toml"

_TABLE = re.compile(
    r"""^\s*(?:\[+\s*["']?tool["']?\s*(?:\.\s*["']?archpip\b|\]) | ["']?tool["']?\s*[.=])""",
    re.MULTILINE | re.VERBOSE,
)
"""Every way in which a TOML file begins what may be `tool.archpip`: by that table, by `[tool]`, and
by a key `tool` above all tables."""

Value = bool | str | tuple[str, ...]


class Kind(StrEnum):
    """What a setting's value is."""

    TEXT = "text"
    BOOLEAN = "boolean"
    LIST = "list"
    """In TOML an array of strings; in pip's files and variables, words."""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "target-platform": Kind.LIST,
        "target-arch": Kind.TEXT,
        "python-version": Kind.TEXT,
        "macos": Kind.TEXT,
        "glibc": Kind.TEXT,
        "musl": Kind.TEXT,
        "fallback": Kind.TEXT,
        "inspect": Kind.TEXT,
        "on-unknown": Kind.TEXT,
        "strict": Kind.BOOLEAN,
        "override": Kind.LIST,
        "builder": Kind.TEXT,
        "require-source-build-approval": Kind.BOOLEAN,
        "approve-source-build": Kind.LIST,
        "cache-dir": Kind.TEXT,
        "no-cache-dir": Kind.BOOLEAN,
        "store": Kind.TEXT,
        "policy": Kind.TEXT,
    }
)
"""Every setting, by the name of its flag without the dashes."""

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fallback": ("source", "older", "fail"),
        "inspect": ("all", "loose", "none"),
        "on-unknown": ("refuse", "accept"),
        "builder": ("auto", "cross", "emulated", "zig"),
    }
)
"""The settings whose text is one of few words. What each means is for whom it concerns."""

TABLES = frozenset({"build", "index", "toolchain"})
"""Tables of `[tool.archpip]` that somebody else parses: `[build.NAME]`, `[index.NAME]` and
`[toolchain.NAME]`."""


class OwnSetting(Struct, frozen=True, kw_only=True):
    """One value of archpip's own that holds."""

    name: str
    value: Value
    origin: Origin


class OwnTable(Struct, frozen=True, kw_only=True):
    """A table of `[tool.archpip]`, as TOML gave it."""

    name: str
    content: object
    file: Path


class OwnSettings(Struct, frozen=True, kw_only=True):
    """What holds, before the command line is asked."""

    settings: tuple[OwnSetting, ...] = ()
    """Sorted by name; no name repeats."""
    tables: tuple[OwnTable, ...] = ()

    def find(self, name: str) -> OwnSetting | None:
        """Return the value that holds for a name of `KINDS`, and where it was written."""
        return next((setting for setting in self.settings if setting.name == name), None)

    def text(self, name: str) -> str | None:
        """Return a text setting."""
        value = self._value(name)
        return value if isinstance(value, str) else None

    def boolean(self, name: str) -> bool:
        """Return a boolean setting; false where nobody set it."""
        return self._value(name) is True

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list setting; empty where nobody set it."""
        value = self._value(name)
        return value if isinstance(value, tuple) else ()

    def table(self, name: str) -> OwnTable | None:
        """Return a table of the project's."""
        return next((table for table in self.tables if table.name == name), None)

    def _value(self, name: str) -> Value | None:
        setting = self.find(name)
        return setting.value if setting else None


def read_own_settings(surroundings: Surroundings, pip_config: PipConfig) -> OwnSettings:
    """Read archpip's settings: pip's files, then the project's, then variables; the last one holds.

    Raises:
        ConfigurationError: The project's file is not TOML.
        UnknownSettingError: A section of ours holds a name that means nothing.
        SettingValueError: A value is not of its setting's kind, or none of its choices.
    """
    held: dict[str, OwnSetting] = {}
    for written in pip_config.section(SECTION):
        held[written.name] = _parse_written(written)
    file, table = _find_project_table(surroundings.working_folder)
    tables = []
    for name, value in table.items():
        if name in TABLES:
            tables.append(OwnTable(name=name, content=value, file=file))
        else:
            setting = parse_toml_setting(name, value, Origin(file=file, section="tool.archpip"))
            held[setting.name] = setting
    for written in _variables(surroundings.environ):
        held[written.name] = _parse_written(written)
    return OwnSettings(
        settings=tuple(sorted(held.values(), key=lambda setting: setting.name)),
        tables=tuple(tables),
    )


def _variables(environ: Mapping[str, str]) -> Iterator[Setting]:
    for variable, value in environ.items():
        if variable.startswith(_VARIABLE_PREFIX) and value:
            name = variable.removeprefix(_VARIABLE_PREFIX).lower().replace("_", "-")
            yield Setting(name=name, value=value, origin=Origin(variable=variable))


def _parse_written(setting: Setting) -> OwnSetting:
    kind = _kind(setting.name, setting.origin)
    value: Value = setting.value
    if kind is Kind.BOOLEAN:
        value = parse_boolean(setting)
    elif kind is Kind.LIST:
        value = _words(setting)
    return _check(OwnSetting(name=setting.name, value=value, origin=setting.origin))


def _check(setting: OwnSetting) -> OwnSetting:
    """Return a setting whose value is one of its choices, where it has some."""
    choices = CHOICES.get(setting.name, ())
    if choices and setting.value not in choices:
        raise SettingValueError(
            where=str(setting.origin),
            name=setting.name,
            value=str(setting.value),
            wanted=f"{', '.join(choices[:-1])} or {choices[-1]}",
        )
    return setting


def _words(setting: Setting) -> tuple[str, ...]:
    # An override carries its reason, which has spaces: lines divide where there are several.
    lines = [line.strip() for line in setting.value.splitlines() if line.strip()]
    if setting.name == "override" or len(lines) > 1:
        return tuple(lines)
    return tuple(setting.value.split())


def parse_toml_setting(name: str, value: object, origin: Origin) -> OwnSetting:
    """Return a setting of TOML's.

    Raises:
        UnknownSettingError: The name means nothing.
        SettingValueError: The value is not of its kind, or none of its choices.
    """
    kind = _kind(name, origin)
    parsed: Value | None = None
    match kind, value:
        case (Kind.BOOLEAN, bool(given)) | (Kind.TEXT, str(given)):
            parsed = given
        case Kind.LIST, str(given):
            parsed = (given,)
        case Kind.LIST, list(given):
            words = tuple(item for item in given if isinstance(item, str))
            parsed = words if len(words) == len(given) else None
        case _:
            pass
    if parsed is None:
        wanted = {Kind.BOOLEAN: "true or false", Kind.TEXT: "a string"}
        raise SettingValueError(
            where=str(origin),
            name=name,
            value=str(value),
            wanted=wanted.get(kind, "a list of strings"),
        )
    return _check(OwnSetting(name=name, value=parsed, origin=origin))


def _kind(name: str, origin: Origin) -> Kind:
    kind = KINDS.get(name)
    if kind is None:
        known = {*KINDS, *TABLES} if origin.section == "tool.archpip" else KINDS
        raise UnknownSettingError(where=str(origin), name=redact(name), known=known)
    return kind


def _parse_project(file: Path, text: str) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(where=str(file), reason=f"not TOML: {error}") from error


def _find_project_table(folder: Path) -> tuple[Path, Mapping[str, object]]:
    """Return the nearest `pyproject.toml`, upward, that has a `[tool.archpip]`, and that table."""
    for parent in (folder, *folder.parents):
        file = parent / _PROJECT_FILE
        try:
            text = file.read_text("utf-8-sig")
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        except UnicodeDecodeError as error:
            raise ConfigurationError(where=str(file), reason=f"not TOML: {error}") from error
        if SECTION not in text or not _TABLE.search(text):
            continue  # most projects say nothing to us, and to parse what they say takes 25 ms
        tool = _parse_project(file, text).get("tool")
        table = tool.get(SECTION) if isinstance(tool, dict) else None
        if isinstance(table, dict):
            return file, table
        if table is not None:
            raise ConfigurationError(where=str(file), reason="tool.archpip is not a table")
    return folder / _PROJECT_FILE, {}
