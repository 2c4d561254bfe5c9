"""Commands and options of pip and uv that archpip has by another name or does without.

Who switches brings command lines along. What turns off something that archpip does not do is taken
without a word; what would do something else is refused, with what to write in its place.
"""

import argparse
from collections.abc import Mapping
from types import MappingProxyType

_FOR_PIP = "That is pip's and uv's: what archpip installed is theirs as well."
_BEHIND = "`archpip exec -- uv …` runs uv's command behind an index without the wrong wheels."
_LOCK = "`archpip lock` writes a lockfile, of whatever -r names."

COMMAND_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "add": _BEHIND,
        "compile": _LOCK,
        "export": _LOCK,
        "freeze": _FOR_PIP,
        "list": _FOR_PIP,
        "pip": "archpip's commands stand without it, as in `archpip install`.",
        "pip-compile": _LOCK,
        "remove": _BEHIND,
        "run": _BEHIND,
        "show": _FOR_PIP,
        "sync": "`archpip install -r pylock.toml` installs a lockfile, as `uv pip sync` does.",
        "tool": _BEHIND,
        "uninstall": _FOR_PIP,
        "version": "`archpip --version` says it.",
    }
)
"""What to do in the place of a command."""

_TARGET = "--target-platform NAME says which machine; `archpip target` lists the names."
_ONE_FORM = "archpip writes pylock.toml, which has what pip and uv need, and no comments."
_STATED = "archpip locks for stated machines: give --target-platform once for each."
_HASHES = "A lockfile always has the hashes of its files: leave it out."
_ASKED = "Pages are asked for each time: leave it out, or give --no-cache-dir."
_PRE = "--pre takes pre-releases of all projects, --all-releases NAMES those of some."
_HERE = "archpip installs into the environment it runs in; --python PATH names another."
_PLACES = "archpip fills an environment, --python PATH, or a folder, --target FOLDER."
_ALL_COUNT = "All indexes count alike, as with pip; --index-pin PROJECTS=NAME ties projects to one."
_PYTHON = (
    "archpip downloads no Python: --python-version says the target's, --python PATH names one."
)

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "--abi": _TARGET,
        "--allow-insecure-host": "pip's name for it is --trusted-host.",
        "--annotation-style": _ONE_FORM,
        "--compile-bytecode": "Bytecode is written, as by pip; --no-compile leaves it out.",
        "--emit-find-links": _ONE_FORM,
        "--emit-index-annotation": _ONE_FORM,
        "--emit-index-url": "A lockfile names each file's index: leave it out.",
        "--fork-strategy": _STATED,
        "--generate-hashes": _HASHES,
        "--ignore-installed": "--force-reinstall installs again what is there.",
        "--implementation": "--python-version says it: 3.10, 3.13t, pypy3.10.",
        "--index-strategy": _ALL_COUNT,
        "--isolated": "PIP_CONFIG_FILE=/dev/null in the environment lets no file of pip's count.",
        "--link-mode": "Files are copied: leave it out.",
        "--managed-python": _PYTHON,
        "--no-annotate": _ONE_FORM,
        "--no-header": _ONE_FORM,
        "--no-managed-python": _PYTHON,
        "--no-python-downloads": _PYTHON,
        "--no-strip-extras": _ONE_FORM,
        "--offline": "--max-age 1000d believes the pages that archpip has.",
        "--platform": _TARGET,
        "--prefix": _PLACES,
        "--prerelease": _PRE,
        "--python-platform": _TARGET,
        "--refresh": _ASKED,
        "--refresh-package": _ASKED,
        "--root": _PLACES,
        "--system": _HERE,
        "--torch-backend": "--index NAME=URL and --index-pin torch=NAME choose a backend's index.",
        "--universal": _STATED,
        "-p": "--python-version says the target's Python, --python PATH names one that is here.",
    }
)
"""What to do in the place of an option."""

_WITHOUT_VALUE = (
    "--disable-pip-version-check",
    "--no-python-version-warning",
    "--no-warn-conflicts",
    "--no-warn-script-location",
)


def add_idle_options(parser: argparse.ArgumentParser) -> None:
    """Take what turns off what archpip does not do, such as advice on pip's version."""
    for option in _WITHOUT_VALUE:
        parser.add_argument(option, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--root-user-action", help=argparse.SUPPRESS)
