"""Read the scenarios of astral-sh/packse, which uv is tested with, as scenarios of ours.

packse's root is a project with requirements and `requires-python`; its environment is the Python
that runs; resolver options are uv's. Where `python` is among those, it is the target's Python.
"""

import tomllib
from pathlib import Path
from typing import cast

from fake_index.describe import Table
from fake_index.projects import check_keys, read_indexes
from fake_index.scenario import Expected, Question, Scenario
from fake_index.world import World

_KEYS = frozenset(
    {"description", "environment", "expected", "name", "packages", "resolver_options", "root"}
)
_OPTIONS = frozenset(
    {
        "no_binary",
        "no_build",
        "prereleases",
        "python",
        "python_platform",
        "required_environments",
        "universal",
    }
)
_DEFAULT_PYTHON = "3.12"
_DEFAULT_REQUIRES_PYTHON = ">=3.12"  # of every version that does not say

_TARGETS = {"x86_64-manylinux2014": "linux-x86_64"}


def read_packse(path: Path) -> Scenario:
    """Read one of packse's files.

    Raises:
        ValueError: The file holds what nothing reads, or what does not fit.
    """
    table: Table = tomllib.loads(path.read_text())
    check_keys(table, _KEYS, path.name)
    return Scenario(
        name=str(table["name"]),
        description=str(table.get("description", "")),
        world=World(indexes=read_indexes(_packages(cast("Table", table["packages"])))),
        question=_question(table),
        expected=_expected(cast("Table", table["expected"])),
    )


def _packages(packages: Table) -> Table:
    """Return the packages with packse's default written out."""
    versions = {
        name: cast("dict[str, Table]", cast("Table", table)["versions"])
        for name, table in packages.items()
    }
    default = {"requires_python": _DEFAULT_REQUIRES_PYTHON}
    return {
        name: {"versions": {version: {**default, **each} for version, each in releases.items()}}
        for name, releases in versions.items()
    }


def _question(table: Table) -> Question:
    options = cast("Table", table.get("resolver_options", {}))
    check_keys(options, _OPTIONS, "resolver_options")
    environment = cast("Table", table.get("environment", {}))
    python = options.get("python", environment.get("python", _DEFAULT_PYTHON))
    root = cast("Table", table["root"])
    return Question(
        requirements=tuple(cast("list[str]", root["requires"])),
        target=_TARGETS[str(options.get("python_platform", "x86_64-manylinux2014"))],
        python=str(python),
        no_binary=tuple(cast("list[str]", options.get("no_binary", []))),
        only_binary=tuple(cast("list[str]", options.get("no_build", []))),
        pre=bool(options.get("prereleases", False)),
        universal=bool(options.get("universal", False)) or "required_environments" in options,
    )


def _expected(table: Table) -> Expected:
    versions = cast("dict[str, str] | None", table.get("packages"))
    return Expected(
        why=str(table.get("explanation", "")),
        satisfiable=bool(table["satisfiable"]),
        versions=None if versions is None else tuple(sorted(versions.items())),
    )
