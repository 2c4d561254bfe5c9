"""Lockfiles as tests ask for them."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.cli.projects import make_world

TARGET = ("--target-platform", "linux-x86_64", "--python-version", "3.11")
LOCKFILE = Path("pylock.linux-x86_64.toml")

Lock = Callable[..., dict[str, str]]
"""Takes arguments of `archpip lock`, and returns each project's version; "" where it has none."""

RELEASES = make_world(
    base={
        "1.0": {"upload_time": "2024-01-10T12:00:00Z"},
        "1.5": {"upload_time": "2024-02-10T12:00:00Z", "yanked": "broken"},
        "2.0": {"upload_time": "2024-03-10T12:00:00Z"},
        "3.0b1": {"upload_time": "2024-04-10T12:00:00Z"},
    },
    user={
        "1.0": {"requires": ["base>=1"], "upload_time": "2024-01-10T12:00:00Z"},
        "1.1": {"requires": ["base>=1"], "upload_time": "2024-03-10T12:00:00Z"},
        "1.2rc1": {"requires": ["base>=1"], "upload_time": "2024-04-10T12:00:00Z"},
    },
    picky={"1.0": {"requires": ["base<2"]}},
)
"""An index whose releases differ in age: versions to choose among."""


def locked(path: Path = LOCKFILE) -> dict[str, str]:
    """Return each project's version in a lockfile."""
    document = tomllib.loads(path.read_text("utf-8"))
    return {package["name"]: package.get("version", "") for package in document["packages"]}


def packages(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the lockfile in a folder has of each project."""
    document = tomllib.loads((folder / LOCKFILE).read_text("utf-8"))
    return {package["name"]: package for package in document["packages"]}
