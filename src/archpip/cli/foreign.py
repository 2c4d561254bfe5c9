"""Commands and options of pip and uv that archpip names otherwise or lacks.

Users who switch reuse their command lines. An option that turns off something archpip never does is
accepted silently; one that would do something else is refused, with the option to use instead.
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
"""What to use instead of a command."""

_TARGET = "--target-platform NAME says which machine; `archpip target` lists the names."
_ONE_FORM = "archpip writes pylock.toml, which has what pip and uv need, and no comments."
_STATED = "archpip locks for stated machines: give --target-platform once for each."
_HASHES = "A lockfile always has the hashes of its files: leave it out."
_ASKED = "Pages are asked for each time: leave it out, or give --no-cache-dir."
_PRE = "--pre takes pre-releases of all projects, --all-releases NAMES those of some."
_HERE = "archpip installs into the environment it runs in; --python PATH names another."
_PLACES = "archpip fills an environment, --python PATH, or a folder, --target FOLDER."
_ALL_COUNT = "All indexes count alike, as with pip; --index-pin PROJECTS=NAME ties projects to one."
_ONE_RESOLVER = "archpip has one resolver: leave it out."
_CHECKED = "`archpip lock --check` says whether the lockfile stands, and writes nothing."
_FOLDER = "Paths count from the current folder: go there first, `cd FOLDER`."
_ONE_UPGRADE = "`archpip install --upgrade NAME` upgrades what it names, and what that needs newer."
_WITHOUT_PROJECT = "-r pyproject.toml takes what a project requires, and not the project."
_NO_GROUP = "Groups are taken by name alone, --group NAME: leave it out."
_MEMBER = "Name the member's folder, or its file: -r FOLDER/pyproject.toml."
_INDEX = "A lockfile names each file's index: leave it out."
_EXCLUDED = "`NAME; python_version < '0'` in --overrides FILE takes a project out."
_EMPTY = "A file that asks for nothing brings a warning alone: leave it out."
_PYTHON = (
    "archpip downloads no Python: --python-version says the target's, --python PATH names one."
)

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "--abi": _TARGET,
        "--all-groups": "--group NAME takes one of a project's groups: give it for each.",
        "--all-packages": _MEMBER,
        "--allow-empty-requirements": _EMPTY,
        "--allow-insecure-host": "pip's name for it is --trusted-host.",
        "--allow-unsafe": "No project is left out of a lockfile as unsafe: leave it out.",
        "--annotate": _ONE_FORM,
        "--annotation-style": _ONE_FORM,
        "--check": "--dry-run says what would be done; `pip check` looks for what is missing.",
        "--check-build-dependencies": "A build says what it misses: leave it out.",
        "--check-exists": _CHECKED,
        "--color": "--no-color or NO_COLOR turns colours off, FORCE_COLOR=1 turns them on.",
        "--compile-bytecode": "Bytecode is written, as by pip; --no-compile leaves it out.",
        "--config-file": "PIP_CONFIG_FILE names a file of pip's, --policy one of archpip's.",
        "--custom-compile-command": _ONE_FORM,
        "--debug": "-vv says more, and a bug's traceback is always printed.",
        "--directory": _FOLDER,
        "--emit-build-options": _ONE_FORM,
        "--emit-find-links": _ONE_FORM,
        "--emit-index-annotation": _ONE_FORM,
        "--emit-index-url": _INDEX,
        "--emit-trusted-host": _ONE_FORM,
        "--exact": "Only what is replaced is uninstalled; a new environment has no more.",
        "--excludes": _EXCLUDED,
        "--exists-action": "--src FOLDER says where repositories are checked out.",
        "--fork-strategy": _STATED,
        "--frozen": _CHECKED,
        "--generate-hashes": _HASHES,
        "--hash": "It stands in a file of requirements, behind what it is the hash of.",
        "--header": _ONE_FORM,
        "--ignore-installed": "--force-reinstall installs again what is there.",
        "--implementation": "--python-version says it: 3.10, 3.13t, pypy3.10.",
        "--index-strategy": _ALL_COUNT,
        "--isolated": "PIP_CONFIG_FILE=/dev/null in the environment lets no file of pip's count.",
        "--link-mode": "Files are copied: leave it out.",
        "--locked": _CHECKED,
        "--log": "-vv says all on standard error, which the shell writes to a file: `2> FILE`.",
        "--managed-python": _PYTHON,
        "--no-allow-empty-requirements": _EMPTY,
        "--no-allow-unsafe": _EXCLUDED,
        "--no-annotate": _ONE_FORM,
        "--no-binary-package": "pip's name for it is --no-binary NAME.",
        "--no-break-system-packages": "--break-system-packages is never assumed: leave it out.",
        "--no-build": "--only-binary :all: takes wheels alone.",
        "--no-build-isolation-package": "--no-build-isolation holds for all builds.",
        "--no-build-package": "pip's name for it is --only-binary NAME.",
        "--no-clean": "--keep-build FOLDER keeps the folder of every build.",
        "--no-config": "PIP_CONFIG_FILE=/dev/null in the environment lets no file of pip's count.",
        "--no-default-groups": _NO_GROUP,
        "--no-dev": _NO_GROUP,
        "--no-editable": "Name the folder without -e.",
        "--no-editable-package": "Name the folder without -e.",
        "--no-emit-find-links": _ONE_FORM,
        "--no-emit-index-url": _INDEX,
        "--no-emit-local": _WITHOUT_PROJECT,
        "--no-emit-options": _ONE_FORM,
        "--no-emit-package": "A lockfile is complete: installing from it asks for nothing else.",
        "--no-emit-project": _WITHOUT_PROJECT,
        "--no-emit-trusted-host": _ONE_FORM,
        "--no-emit-workspace": _WITHOUT_PROJECT,
        "--no-extra": "Extras are taken by name alone: --extra NAME, for each that is wanted.",
        "--no-group": _NO_GROUP,
        "--no-hashes": _HASHES,
        "--no-header": _ONE_FORM,
        "--no-managed-python": _PYTHON,
        "--no-proxy-env": "NO_PROXY='*' in the environment turns its proxies off.",
        "--no-python-downloads": _PYTHON,
        "--no-require-build-hashes": "Builds' hashes are not asked for: leave it out.",
        "--no-require-hashes": "Where one requirement has a --hash, all need one, as in pip.",
        "--no-sources-package": "--no-sources ignores uv's sources of all projects.",
        "--no-strip-extras": _ONE_FORM,
        "--no-strip-markers": _ONE_FORM,
        "--no-verify": "What was built is always checked: leave it out.",
        "--no-verify-hashes": "Hashes that are known are always checked: leave it out.",
        "--offline": "--max-age 1000d believes the pages that archpip has.",
        "--only-deps": _WITHOUT_PROJECT,
        "--only-dev": "--group dev alone takes that group without the project.",
        "--only-group": "--group NAME alone takes a group without the project.",
        "--output-format": "--format json prints a document, --report FILE writes pip's report.",
        "--package": _MEMBER,
        "--pip-args": "pip's options are archpip's own: write them out.",
        "--platform": _TARGET,
        "--prefix": _PLACES,
        "--prerelease": _PRE,
        "--prerelease-package": _PRE,
        "--project": _FOLDER,
        "--prune": _EXCLUDED,
        "--python-platform": _TARGET,
        "--rebuild": "--upgrade forgets what was locked, --no-cache-dir what was read.",
        "--refresh": _ASKED,
        "--refresh-package": _ASKED,
        "--reinstall": "pip's name for it is --force-reinstall.",
        "--reinstall-package": "--force-reinstall installs again all that is asked for.",
        "--require-build-hashes": "--build-constraint FILE pins what builds require.",
        "--require-virtualenv": "Nothing is installed: leave it out.",
        "--resolver": _ONE_RESOLVER,
        "--resume-retries": "--retries COUNT holds for downloads, too.",
        "--root": _PLACES,
        "--src": "Nothing is installed, so nothing is checked out to stay: leave it out.",
        "--strip-extras": _ONE_FORM,
        "--system": _HERE,
        "--system-certs": "The system's certificates count beside those of --cert: leave it out.",
        "--torch-backend": "--index NAME=URL and --index-pin torch=NAME choose a backend's index.",
        "--universal": _STATED,
        "--unsafe-package": _EXCLUDED,
        "--upgrade-group": "-P NAME forgets the version of one project; give it for each.",
        "--upgrade-package": _ONE_UPGRADE,
        "--use-deprecated": _ONE_RESOLVER,
        "--use-feature": _ONE_RESOLVER,
        "-I": "--force-reinstall installs again what is there.",
        "-P": _ONE_UPGRADE,
        "-b": "It is --build-constraint FILE here.",
        "-n": "It is --no-cache, as for uv, or --dry-run, as for pip-tools.",
        "-p": "--python-version says the target's Python, --python PATH names one that is here.",
    }
)
"""What to use instead of an option."""

_WITHOUT_VALUE = (
    "--compile",
    "--disable-pip-version-check",
    "--no-python-version-warning",
    "--no-warn-conflicts",
    "--no-warn-script-location",
    "--use-pep517",
)


def add_idle_options(parser: argparse.ArgumentParser) -> None:
    """Add options without effect: they turn off what archpip never does, or request its default."""
    for option in _WITHOUT_VALUE:
        parser.add_argument(option, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--root-user-action", help=argparse.SUPPRESS)
