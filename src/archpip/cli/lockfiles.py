"""Lockfiles that a command reads: the named ones, or those in the current folder."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import NormalizedName

from archpip.locking import LockGraph, NotLockedError, read_graph, read_lockfile


def add_lockfile_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names lockfiles."""
    parser.add_argument(
        *("-l", "--lockfile"),
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="a lockfile; may be given several times (default: every pylock*.toml of this folder)",
    )


def read_graphs(named: Sequence[Path]) -> tuple[LockGraph, ...]:
    """Return the graphs of the named lockfiles, or of those in the current folder.

    Raises:
        NotLockedError: None is named, and there is none here.
        InvalidLockfileError: One cannot be read.
    """
    here = Path()
    paths = tuple(named) or tuple(sorted([*here.glob("pylock.toml"), *here.glob("pylock.*.toml")]))
    if not paths:
        raise NotLockedError(name="", paths=(), locked=())
    return tuple(read_graph(read_lockfile(path), path=path) for path in paths)


def select_with(name: NormalizedName, graphs: Sequence[LockGraph]) -> tuple[LockGraph, ...]:
    """Return the graphs that hold a project.

    Raises:
        NotLockedError: None does.
    """
    found = tuple(graph for graph in graphs if name in graph.projects)
    if not found:
        locked = sorted({other for graph in graphs for other in graph.projects})
        paths = tuple(graph.path for graph in graphs)
        raise NotLockedError(name=name, paths=paths, locked=tuple(locked))
    return found
