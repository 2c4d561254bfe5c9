"""The rules of `rules.toml`: what differs between two wheels and is harmless."""

import tomllib
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Take(StrEnum):
    """What becomes of a member that differs; `rules.toml` says what each means."""

    ARM64 = "arm64"
    EITHER = "either"
    BOTH = "both"
    EACH = "each"
    GUARD = "guard"
    DROP = "drop"


class Rule(Struct, frozen=True, kw_only=True):
    """What to do with the members of a path."""

    path: str
    take: Take
    why: str


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return the rules, the ones that decide first in front."""
    text = files("archpip.fusing").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(
        Rule(path=rule["path"], take=Take(rule["take"]), why=rule["why"])
        for rule in tomllib.loads(text)["rule"]
    )


def find_rule(path: str) -> Rule | None:
    """Return the rule for a member's path."""
    return next((rule for rule in load_rules() if fnmatchcase(path, rule.path)), None)
