"""Lockfiles as tests ask for them."""

import tomllib
from collections.abc import Callable
from pathlib import Path

TARGET = ("--target-platform", "linux-x86_64", "--python-version", "3.11")
LOCKFILE = Path("pylock.linux-x86_64.toml")

Lock = Callable[..., dict[str, str]]
"""Takes arguments of `archpip lock`, and returns each project's version; "" where it has none."""


def locked(path: Path = LOCKFILE) -> dict[str, str]:
    """Return each project's version in a lockfile."""
    document = tomllib.loads(path.read_text("utf-8"))
    return {package["name"]: package.get("version", "") for package in document["packages"]}
