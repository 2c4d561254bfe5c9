"""The options of `archpip install` beside those of the question, also from pip's settings."""

import argparse
from pathlib import Path

from archpip.reachable import expand_home
from archpip.settings import PipConfig, Setting, SettingValueError

_STRATEGIES = ("only-if-needed", "eager")
_SWITCHES = ("upgrade", "force-reinstall", "user", "break-system-packages", "dry-run")
"""Options of `pip install` that pip's configuration may set, and that mean the same here."""


def add_installation_options(parser: argparse.ArgumentParser) -> None:
    """Add where and how to install, and what to print of it."""
    parser.add_argument(
        *("-t", "--target"), metavar="FOLDER", help="install into a folder, for any target"
    )
    parser.add_argument(
        "-U", "--upgrade", action="store_true", help="upgrade what is named, if there is newer"
    )
    parser.add_argument(
        "--upgrade-strategy",
        choices=_STRATEGIES,
        help="whether --upgrade upgrades what the named projects need, too"
        " (default: only-if-needed)",
    )
    parser.add_argument(
        "--force-reinstall",
        action="store_true",
        help="install all of it again, whatever is there: the newest versions unless others are"
        " asked for",
    )
    parser.add_argument("--user", action="store_true", help="install into the user's site")
    parser.add_argument("--break-system-packages", action="store_true", help="as in pip (PEP 668)")
    parser.add_argument(
        *("--require-virtualenv", "--require-venv"),
        action="store_true",
        help="install into no environment but a virtual one; pip's setting counts, too",
    )
    parser.add_argument("--no-compile", action="store_true", help="write no bytecode")
    parser.add_argument(
        "--src",
        type=Path,
        metavar="FOLDER",
        help="where editable repositories are checked out (default: src in the environment)",
    )
    parser.add_argument(
        "--installer",
        choices=["pip", "uv"],
        default="pip",
        help="who puts the wheels into an environment (default: pip)",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and stop")
    parser.add_argument(
        "--report", metavar="FILE", help="write pip's installation report; - for stdout"
    )
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="what to print of the installation: words, or a document on stdout (default: text)",
    )


def adopt_installation_settings(arguments: argparse.Namespace, config: PipConfig) -> None:
    """Read the options that the arguments leave out from pip's files and variables.

    Raises:
        SettingValueError: pip's `upgrade-strategy` is not one of its two.
    """
    for name in _SWITCHES:
        if not getattr(arguments, name.replace("-", "_")) and config.find_boolean(name):
            setattr(arguments, name.replace("-", "_"), True)
    for setting in config.effective():
        if setting.name == "target" and not arguments.target:
            arguments.target = str(expand_home(setting.value))
        if setting.name == "upgrade-strategy" and not arguments.upgrade_strategy:
            arguments.upgrade_strategy = _read_strategy(setting)
    if config.find_boolean("require-virtualenv", "require-venv"):
        arguments.require_virtualenv = True


def _read_strategy(setting: Setting) -> str:
    if setting.value not in _STRATEGIES:
        raise SettingValueError(
            where=str(setting.origin),
            name=setting.name,
            value=setting.value,
            wanted=" or ".join(_STRATEGIES),
        )
    return setting.value
