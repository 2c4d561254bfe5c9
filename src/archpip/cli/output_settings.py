"""What pip's files and variables say of the output: `PIP_QUIET`, `PIP_NO_INPUT` and their like.

The command line adds to how much is said, as each `-v` does in pip, and holds over the others.
Commands that read no settings (`fuse`, `thin`, `tree`, `why`) know the command line alone.
"""

import argparse

from archpip.cli.terminal import PROGRESS_BARS, Terminal, Verbosity
from archpip.settings import PipConfig, Setting, SettingValueError, parse_boolean


def adopt_output_settings(
    arguments: argparse.Namespace, config: PipConfig, terminal: Terminal
) -> None:
    """Tell the terminal what pip's settings say, where the command line does not.

    Raises:
        SettingValueError: A value is none that the option may have.
    """
    said = arguments.verbose - arguments.quiet
    terminal.verbosity = Verbosity(said + _count(config, "verbose") - _count(config, "quiet"))
    terminal.colours = not (arguments.no_color or config.find_boolean("no-color"))
    terminal.asks = not (arguments.no_input or config.find_boolean("no-input"))
    bar = arguments.progress_bar or _find_progress_bar(config)
    terminal.draws_progress = bar != "off"


def _count(config: PipConfig, name: str) -> int:
    """Return how often an option counts as given: pip takes a number, or yes for once."""
    setting = _find(config, name)
    if setting is None:
        return 0
    if setting.value.isascii() and setting.value.isdigit():
        return int(setting.value)
    return int(parse_boolean(setting))


def _find_progress_bar(config: PipConfig) -> str | None:
    setting = _find(config, "progress-bar")
    if setting is None:
        return None
    if setting.value in PROGRESS_BARS:
        return setting.value
    raise SettingValueError(
        where=str(setting.origin),
        name=setting.name,
        value=setting.value,
        wanted=" or ".join(PROGRESS_BARS),
    )


def _find(config: PipConfig, name: str) -> Setting | None:
    found = [setting for setting in config.effective() if setting.name == name]
    return found[-1] if found else None
