"""The rules of `rules.toml`: harmless differences between two wheels."""

import tomllib
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Take(StrEnum):
    """How to merge a member that differs; `rules.toml` explains each value."""

    ARM64 = "arm64"
    EITHER = "either"
    BOTH = "both"
    EACH = "each"
    GUARD = "guard"
    DROP = "drop"


class Rule(Struct, frozen=True, kw_only=True):
    """How to merge the members whose paths match."""

    path: str
    take: Take
    why: str


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return the rules in order of precedence."""
    text = files("archpip.fusing").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(
        Rule(path=rule["path"], take=Take(rule["take"]), why=rule["why"])
        for rule in tomllib.loads(text)["rule"]
    )


def find_rule(path: str) -> Rule | None:
    """Return the rule for a member's path."""
    return next((rule for rule in load_rules() if fnmatchcase(path, rule.path)), None)
