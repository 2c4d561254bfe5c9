"""Where a command keeps things: the user's cache folder, a temporary one, or a database."""

import argparse
import atexit
from contextlib import suppress
from functools import cache
from pathlib import Path

from archpip.cli.context import CommandContext
from archpip.cli.folders import CACHE_FOLDER
from archpip.errors import UsageError
from archpip.reachable import expand_home, is_folder
from archpip.settings import ConfigurationError

_LOGS = "logs"


class CacheDisabledError(UsageError):
    """A command that shows or clears the cache was run with the cache disabled."""

    code = "cache-disabled"

    def __str__(self) -> str:
        return "The cache is disabled by --no-cache-dir or by a setting of that name"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "`archpip config show` says where it is set; --cache-dir FOLDER goes before it."


def find_cache_folder(arguments: argparse.Namespace, context: CommandContext) -> Path:
    """Return archpip's cache folder, by each system's convention.

    Raises:
        SettingValueError: pip's `no-cache-dir` is no truth value.
    """
    if has_no_cache(arguments, context):
        return _passing_folder()
    return _named_folder(arguments, context) or CACHE_FOLDER.find(context.surroundings)


def has_no_cache(arguments: argparse.Namespace, context: CommandContext) -> bool:
    """Return whether a flag, archpip's settings or pip's disable the cache.

    Raises:
        SettingValueError: pip's `no-cache-dir` is no truth value.
    """
    if getattr(arguments, "no_cache_dir", False):
        return True
    if _named_folder(arguments, context) is not None:
        return False
    if context.own.boolean("no-cache-dir"):
        return True
    # In pip, too, `PIP_NO_CACHE_DIR=0` turns the cache off: only a value that is no boolean fails.
    return context.pip_config.find_boolean("no-cache-dir") is not None


def find_store_url(arguments: argparse.Namespace, context: CommandContext) -> str | None:
    """Return the URL of the database that replaces the file in the cache folder.

    Raises:
        ConfigurationError: archpip does not support the database.
        ExtraMissingError: The extra for it is not installed.
    """
    url = getattr(arguments, "store", None) or context.own.text("store")
    if not url:
        return None
    if not url.startswith(("postgresql://", "postgres://")):
        reason = "a store is postgresql://HOST/DATABASE; a file needs none"
        raise ConfigurationError(where="store", reason=reason)
    from archpip.integrations import require_extra

    require_extra("postgres")
    return url


def _named_folder(arguments: argparse.Namespace, context: CommandContext) -> Path | None:
    named = getattr(arguments, "cache_dir", None) or context.own.text("cache-dir")
    return expand_home(str(named)) if named else None


@cache
def _passing_folder() -> Path:
    """Return one temporary folder per process, deleted at its end; build logs are kept.

    An error names the log of a build that failed.
    """
    from archpip.owned_folders import make_owned_folder

    folder = make_owned_folder("archpip-cache-")
    atexit.register(remove_passing_folder, folder)
    return folder


def remove_passing_folder(folder: Path) -> None:
    """Delete all in a folder but the logs of builds; the folder as well, if it has none."""
    from shutil import rmtree

    with suppress(OSError):  # another process was faster
        for entry in folder.iterdir():
            if entry.name == _LOGS:
                continue
            if is_folder(entry):
                rmtree(entry, ignore_errors=True)
            else:
                with suppress(OSError):  # SQLite removes its journal by itself
                    entry.unlink()
        folder.rmdir()
