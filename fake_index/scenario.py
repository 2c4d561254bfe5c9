"""Read a scenario: a world, a question put to it, and the answer that is right.

```toml
description = "Why this world is worth a test."

[question]
requirements = ["azure-eventhub==5.10.1"]
target = "macos-arm64"            # as --target-platform takes it
python = "3.10"
only_binary = ["uamqp"]           # also no_binary, prefer_binary, pre, fallback, constraints,
indexes = ["main", "extra"]       # require_hashes, no_deps

[expected]
why = "What decides."
pins = ["uamqp-1.6.1.tar.gz"]     # file names; or rejections, with status = "no-solution"

[[expected.rejections]]
file = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"
reason = "verdict"
why = "The arm64 slice is hollow."

[packages]                        # see `projects`
```
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fake_index.describe import Table, convert
from fake_index.projects import MAIN, check_keys, read_indexes
from fake_index.world import World

FOLDER = Path(__file__).with_name("scenarios")
"""The folder of this package's scenarios."""

_KEYS = frozenset({"description", "expected", "packages", "question"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question to resolve in the world."""

    requirements: tuple[str, ...]
    target: str = "linux-x86_64"
    python: str = "3.12"
    constraints: tuple[str, ...] = ()
    no_binary: tuple[str, ...] = ()
    only_binary: tuple[str, ...] = ()
    prefer_binary: bool = False
    pre: bool = False
    fallback: str = "source"
    require_hashes: bool = False
    no_deps: bool = False
    indexes: tuple[str, ...] = (MAIN,)
    """The first is the index, the others are extra ones."""
    universal: bool = False
    """The answer is to serve every platform, which only packse's scenarios ask for."""

    def options(self) -> tuple[str, ...]:
        """Return the question as pip's own switches and `--fallback`, without target and index."""
        switches = [
            ("--pre", self.pre),
            ("--prefer-binary", self.prefer_binary),
            ("--require-hashes", self.require_hashes),
            ("--no-deps", self.no_deps),
        ]
        found = [name for name, wanted in switches if wanted]
        for name, values in (
            ("--no-binary", self.no_binary),
            ("--only-binary", self.only_binary),
        ):
            if values:
                found += [name, ",".join(values)]
        if self.fallback != "source":
            found += ["--fallback", self.fallback]
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRejection:
    """A file that must not be taken, and why."""

    file: str
    reason: str
    """A stable word: `verdict`, `tags`, `yanked`, `requires-python`, `only-binary`…"""
    why: str = ""
    says: tuple[str, ...] = ()
    """Words that the message to the user must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The answer that is right."""

    why: str = ""
    satisfiable: bool = True
    pins: tuple[str, ...] | None = None
    """File names, in any order; `None` where the scenario does not say."""
    versions: tuple[tuple[str, str], ...] | None = None
    """Names and versions, in packse's manner; `None` where the scenario does not say."""
    rejections: tuple[ExpectedRejection, ...] = ()
    says: tuple[str, ...] = ()
    """Words that the message must hold where there is no solution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A world, a question, and the answer that is right."""

    name: str
    description: str
    world: World
    question: Question
    expected: Expected


def scenario_names() -> tuple[str, ...]:
    """Return the names of the scenarios that this package keeps, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_scenario(name: str) -> Scenario:
    """Read a scenario of this package's by name.

    Raises:
        ValueError: The file holds what nothing reads, or what does not fit.
        FileNotFoundError: There is none of that name.
    """
    return read_scenario(FOLDER / f"{name}.toml")


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ValueError: The file is not TOML, or holds what nothing reads or what does not fit.
    """
    table: Table = tomllib.loads(path.read_text())
    check_keys(table, _KEYS, path.name)
    return Scenario(
        name=path.stem,
        description=str(table.get("description", "")),
        world=World(indexes=read_indexes(cast("Table", table["packages"]))),
        question=cast("Question", convert(table["question"], Question)),
        expected=cast("Expected", convert(table["expected"], Expected)),
    )
