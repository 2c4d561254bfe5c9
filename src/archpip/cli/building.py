"""How sdists are built: the project's tables, the settings and the flags, as values for `app`."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from archpip.builds import (
    BuildSettings,
    Patch,
    Toolchain,
    describe_toolchain,
    join_settings,
    parse_build_settings,
)
from archpip.cli.options import parse_setting
from archpip.errors import UsageError
from archpip.settings import OwnSettings, OwnTable
from archpip.targets import Target, parse_target

_BUILD, _TOOLCHAIN = "build", "toolchain"


class BuildFlagError(UsageError):
    """What a flag says about building a project cannot be understood."""

    code = "build-flag"

    def __init__(self, *, flag: str, value: str, reason: str) -> None:
        super().__init__(flag, value, reason)
        self.flag = flag
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        return f"--{self.flag} {self.value}: {self.reason}."


class TableExpectedError(UsageError):
    """`[tool.archpip.build]` holds something that is not a table of a project's."""

    code = "table-expected"

    def __init__(self, *, file: Path, table: str, key: str) -> None:
        super().__init__(file, table, key)
        self.file = file
        self.table = table
        self.key = key

    def __str__(self) -> str:
        return f"{self.file}: {self.key} in [tool.archpip.{self.table}] is not a table."

    @property
    def hint(self) -> str:
        """Show the form."""
        return f"Write [tool.archpip.{self.table}.NAME], and settings under it."


def read_build_settings(
    arguments: argparse.Namespace, own: OwnSettings
) -> dict[NormalizedName, BuildSettings]:
    """Return what is said about building each project; flags hold over tables.

    Raises:
        InvalidBuildSettingsError: A project's table is not understood.
        TableExpectedError: A table is missing around a setting.
        BuildFlagError: A flag's value is not understood.
    """
    found: dict[NormalizedName, BuildSettings] = {}

    def add(name: str, settings: BuildSettings) -> None:
        key = canonicalize_name(name)
        found[key] = join_settings(found.get(key, BuildSettings()), settings)

    for name, table, file in read_tables(own, _BUILD):
        add(name, parse_build_settings(name, table, folder=file.parent))
    for name in (*own.words("approve-source-build"), *_given(arguments, "approve_source_build")):
        add(name, BuildSettings(approved=True))
    for name, settings in _read_flags(arguments):
        add(name, settings)
    return found


def read_tables(own: OwnSettings, kind: str) -> Iterable[tuple[str, Mapping[str, object], Path]]:
    """Yield (name, table, file) of `[tool.archpip.KIND.NAME]`.

    Raises:
        TableExpectedError: `[tool.archpip.KIND]` holds something else.
    """
    outer: OwnTable | None = own.table(kind)
    if outer is None:
        return
    if not isinstance(outer.content, dict):
        raise TableExpectedError(file=outer.file, table=kind, key=repr(outer.content))
    for name, table in outer.content.items():
        if not isinstance(table, dict):
            raise TableExpectedError(file=outer.file, table=kind, key=name)
        yield name, table, outer.file


def read_toolchains(own: OwnSettings, host: Target) -> tuple[Toolchain, ...]:
    """Return the toolchains that the project describes, in its order.

    Raises:
        InvalidToolchainError: A description is not understood.
        InvalidTargetError: A toolchain's name is not a target's.
        TableExpectedError: A table is missing around a setting.
    """
    return tuple(
        describe_toolchain(parse_target(name, host=host), table, folder=file.parent)
        for name, table, file in read_tables(own, _TOOLCHAIN)
    )


def _given(arguments: argparse.Namespace, name: str) -> list[str]:
    """Return a flag's values; commands that build nothing have no such flag."""
    values: list[str] = getattr(arguments, name, None) or []
    return values


def _read_flags(arguments: argparse.Namespace) -> Iterable[tuple[str, BuildSettings]]:
    given = vars(arguments)
    settings: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, text in given.get("config_settings_package", ()):
        key, value = _setting("config-settings-package", text)
        values = settings.setdefault(canonicalize_name(name), {})
        values[key] = (*values.get(key, ()), value)
    for name, by_key in settings.items():
        yield name, BuildSettings(config_settings=tuple(sorted(by_key.items())))
    for name, text in given.get("build_env", ()):
        yield name, BuildSettings(environment=(_setting("build-env", text),))
    for name, text in given.get("build_requires", ()):
        yield name, BuildSettings(build_requires=(_requirement(text),))
    for name, text in given.get("build_patch", ()):
        yield name, BuildSettings(patches=(_patch(text),))


def _setting(flag: str, text: str) -> tuple[str, str]:
    try:
        return parse_setting(text)
    except argparse.ArgumentTypeError as error:
        raise BuildFlagError(flag=flag, value=text, reason="it is not KEY=VALUE") from error


def _requirement(text: str) -> str:
    try:
        return str(Requirement(text))
    except InvalidRequirement as error:
        raise BuildFlagError(
            flag="build-requires", value=text, reason="it is not a requirement"
        ) from error


def _patch(text: str) -> Patch:
    """Take the file as it is now: its hash is what the cache and the lockfile go by."""
    import hashlib

    try:
        content = Path(text).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BuildFlagError(flag="build-patch", value=text, reason=reason) from error
    return Patch(path=Path(text), sha256=hashlib.sha256(content).hexdigest())
