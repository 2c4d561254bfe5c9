"""Read how sdists are built from the project's tables, settings and flags, as values for `app`."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from archpip.cli.options import parse_setting
from archpip.errors import UsageError
from archpip.settings import OwnSettings, OwnTable
from archpip.targets import Target, parse_target

# Most runs configure no builds: the build modules are imported only for those that do.
if TYPE_CHECKING:
    from archpip.builds import BuildSettings, Patch, Toolchain

_BUILD, _TOOLCHAIN = "build", "toolchain"
_FLAGS = ("config_settings_package", "build_env", "build_requires", "build_patch")


class BuildFlagError(UsageError):
    """A command-line option about building a project is invalid."""

    code = "build-flag"

    def __init__(self, *, flag: str, value: str, reason: str) -> None:
        super().__init__(flag, value, reason)
        self.flag = flag
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        return f"--{self.flag} {self.value}: {self.reason}"


class TableExpectedError(UsageError):
    """`[tool.archpip.build]` holds a value that is not a project's table."""

    code = "table-expected"

    def __init__(self, *, file: Path, table: str, key: str) -> None:
        super().__init__(file, table, key)
        self.file = file
        self.table = table
        self.key = key

    def __str__(self) -> str:
        return f"{self.file}: {self.key} in [tool.archpip.{self.table}] is not a table"

    @property
    def hint(self) -> str:
        """Show the form."""
        return f"Write [tool.archpip.{self.table}.NAME], and settings under it."


def read_build_settings(
    arguments: argparse.Namespace, own: OwnSettings
) -> dict[NormalizedName, "BuildSettings"]:
    """Return the build settings of each project; flags override tables.

    Raises:
        InvalidBuildSettingsError: A project's table is not understood.
        TableExpectedError: A table is missing around a setting.
        BuildFlagError: A flag's value is not understood.
    """
    tables = tuple(read_tables(own, _BUILD))
    approved = (*own.words("approve-source-build"), *_given(arguments, "approve_source_build"))
    if not (tables or approved or any(_given(arguments, flag) for flag in _FLAGS)):
        return {}
    from archpip.builds import BuildSettings, join_settings, parse_build_settings

    found: dict[NormalizedName, BuildSettings] = {}
    for name, settings in (
        *((name, parse_build_settings(name, t, folder=file.parent)) for name, t, file in tables),
        *((name, BuildSettings(approved=True)) for name in approved),
        *_read_flags(arguments),
    ):
        key = canonicalize_name(name)
        found[key] = join_settings(found.get(key, BuildSettings()), settings)
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


def read_toolchains(own: OwnSettings, host: Target) -> "tuple[Toolchain, ...]":
    """Return the toolchains that the project describes, in its order.

    Raises:
        InvalidToolchainError: A description is not understood.
        InvalidTargetError: A toolchain's name is not a target's.
        TableExpectedError: A table is missing around a setting.
    """
    tables = tuple(read_tables(own, _TOOLCHAIN))
    if not tables:
        return ()
    from archpip.builds import describe_toolchain

    return tuple(
        describe_toolchain(parse_target(name, host=host), table, folder=file.parent)
        for name, table, file in tables
    )


def _given(arguments: argparse.Namespace, name: str) -> list[Any]:
    """Return a flag's values; empty for commands without the flag."""
    values: list[Any] = getattr(arguments, name, None) or []
    return values


def _read_flags(arguments: argparse.Namespace) -> Iterable[tuple[str, "BuildSettings"]]:
    from archpip.builds import BuildSettings

    settings: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, text in _given(arguments, "config_settings_package"):
        key, value = _setting("config-settings-package", text)
        values = settings.setdefault(canonicalize_name(name), {})
        values[key] = (*values.get(key, ()), value)
    for name, by_key in settings.items():
        yield name, BuildSettings(config_settings=tuple(sorted(by_key.items())))
    for name, text in _given(arguments, "build_env"):
        yield name, BuildSettings(environment=(_setting("build-env", text),))
    for name, text in _given(arguments, "build_requires"):
        yield name, BuildSettings(build_requires=(_requirement(text),))
    for name, text in _given(arguments, "build_patch"):
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


def _patch(text: str) -> "Patch":
    """Read the patch now: its hash is what the cache and the lockfile record."""
    import hashlib

    from archpip.builds import Patch

    try:
        content = Path(text).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BuildFlagError(flag="build-patch", value=text, reason=reason) from error
    return Patch(path=Path(text), sha256=hashlib.sha256(content).hexdigest())
