"""pip's configuration, read as pip reads it: which value holds, and where it was written.

What the values mean is in `archpip.integrations`. Sections beat files: a value in `[install]` of
any file goes before one in `[global]` of any file; within a section the later file's value replaces
the earlier's, lists included; variables named `PIP_*` go before both.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from archpip.settings.errors import ConfigurationError, SettingValueError
from archpip.settings.pip_files import PipFile, find_pip_files
from archpip.settings.surroundings import Surroundings

INSTALL_SECTIONS = ("global", "install")
"""The sections that count for `pip install`, weakest first."""

_VARIABLE_PREFIX = "PIP_"
_IGNORED_VARIABLES = frozenset({"PIP_VERSION", "PIP_HELP"})

_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})


class Origin(Struct, frozen=True, kw_only=True):
    """Where a value was written: a section of a file, a variable, or a flag."""

    file: Path | None = None
    section: str | None = None
    variable: str | None = None
    policy: str | None = None
    """Where a team's policy lies, redacted."""

    def __str__(self) -> str:
        if self.policy is not None:
            return f"the policy {self.policy}"
        return self.variable or f"[{self.section}] in {self.file}"


class Setting(Struct, frozen=True, kw_only=True):
    """One value as it was written. It may hold credentials: show it through `redact` only."""

    name: str
    """Normalised as pip does: lower case, dashes, no leading dashes."""
    value: str
    origin: Origin


class PipConfig(Struct, frozen=True, kw_only=True):
    """All that was found, in the order in which pip lets one value replace another."""

    files: tuple[PipFile, ...] = ()
    """Every file that was looked for, weakest first."""
    settings: tuple[Setting, ...] = ()

    def effective(self, sections: tuple[str, ...] = INSTALL_SECTIONS) -> tuple[Setting, ...]:
        """Return the values that hold for a command, in the order in which pip applies them.

        A name repeats where several sections have it: the last one holds, but `no-binary` and
        `only-binary` add up. An empty value undoes earlier ones of its section, and is left out.
        """
        # The order of names within a section is that of their first appearance, as in pip, whose
        # `no-binary` and `only-binary` depend on it.
        pools: dict[str | None, dict[str, Setting]] = {name: {} for name in (*sections, None)}
        for setting in self.settings:
            if setting.origin.section in pools:
                pools[setting.origin.section][setting.name] = setting
        return tuple(
            setting for pool in pools.values() for setting in pool.values() if setting.value
        )

    def find_boolean(self, *names: str) -> bool | None:
        """Return the truth value that holds of an option of these names; `None`: not set.

        Raises:
            SettingValueError: What is set is none.
        """
        found = [setting for setting in self.effective() if setting.name in names]
        return parse_boolean(found[-1]) if found else None

    def section(self, name: str) -> tuple[Setting, ...]:
        """Return the values that hold within one section; no name repeats."""
        pool = {s.name: s for s in self.settings if s.origin.section == name}
        return tuple(setting for setting in pool.values() if setting.value)


def read_pip_config(surroundings: Surroundings) -> PipConfig:
    """Read every file and variable that configures pip.

    Raises:
        ConfigurationError: A file is malformed.
    """
    files = find_pip_files(surroundings)
    settings = [setting for file in files for setting in _read_file(file.path)]
    settings += _read_variables(surroundings.environ)
    return PipConfig(files=files, settings=tuple(settings))


def _normalize(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _read_file(path: Path) -> Iterator[Setting]:
    if not os.access(path, os.R_OK):
        return  # Like pip, pass over files that are absent or may not be read.
    import configparser  # where nothing is configured, nobody waits for it

    parser = configparser.RawConfigParser()
    parser.optionxform = _normalize  # type: ignore[method-assign,assignment] # as its documentation has it
    try:
        parser.read(str(path), encoding="locale")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            where=str(path), reason=f"it is not text in {error.encoding}"
        ) from error
    except configparser.Error as error:
        reason = " ".join(error.message.split()).replace(f"'{path}'", "it")
        raise ConfigurationError(where=str(path), reason=reason) from error
    for section in parser.sections():
        origin = Origin(file=path, section=section)
        for name, value in parser.items(section):
            yield Setting(name=name, value=value, origin=origin)


def _read_variables(environ: Mapping[str, str]) -> Iterator[Setting]:
    for variable, value in environ.items():
        if variable.startswith(_VARIABLE_PREFIX) and variable.upper() not in _IGNORED_VARIABLES:
            name = _normalize(variable.removeprefix(_VARIABLE_PREFIX))
            yield Setting(name=name, value=value, origin=Origin(variable=variable))


def parse_boolean(setting: Setting) -> bool:
    """Read a truth value as pip spells it.

    Raises:
        SettingValueError: It is none.
    """
    lowered = setting.value.lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise SettingValueError(
        where=str(setting.origin),
        name=setting.name,
        value=setting.value,
        wanted="yes or no, true or false, 1 or 0",
    )
