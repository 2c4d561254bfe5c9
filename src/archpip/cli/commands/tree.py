"""Show who needs whom in a lockfile, as a tree beneath what was asked for.

examples:
  archpip tree
  archpip tree -l pylock.macos-arm64.toml --depth 1
  archpip tree --invert urllib3
"""

import argparse

from packaging.utils import canonicalize_name

from archpip.cli.lockfiles import add_lockfile_option, read_graphs, select_with
from archpip.cli.numbers import parse_count
from archpip.cli.options import add_format_option
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.lock_graph import render_tree, tree_to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_lockfile_option(parser)
    parser.add_argument(
        "--invert", metavar="NAME", help="show who needs this project, up to what was asked for"
    )
    parser.add_argument(
        "--depth", type=parse_count, metavar="COUNT", help="show so many levels (default: all)"
    )
    add_format_option(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Draw every lockfile."""
    graphs = read_graphs(arguments.lockfile)
    name = canonicalize_name(arguments.invert) if arguments.invert else None
    if name is not None:
        graphs = select_with(name, graphs)
    if arguments.format == "json":
        terminal.output(tree_to_json(graphs))
        return ExitCode.OK
    for graph in graphs:
        if len(graphs) > 1:
            terminal.output(f"{graph.path}:")
        roots = graph.roots if name is None else (name,)
        for line in render_tree(graph, roots=roots, depth=arguments.depth, invert=name is not None):
            terminal.output(line)
    return ExitCode.OK
