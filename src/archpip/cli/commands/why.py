"""Say why a project is in a lockfile: who needs it, who bounds it, and why it is this file.

The lockfile alone is read: no index is asked, and nothing is judged anew.

examples:
  archpip why urllib3
  archpip why uamqp -l pylock.macos-arm64.toml
  archpip why numpy --format json
"""

import argparse

from packaging.utils import canonicalize_name

from archpip.cli.lockfiles import add_lockfile_option, read_graphs, select_with
from archpip.cli.options import add_format_option
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.lock_graph import render_why, why_to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("name", metavar="NAME", help="a project")
    add_lockfile_option(parser)
    add_format_option(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Explain one project, in every lockfile that has it."""
    name = canonicalize_name(arguments.name)
    found = select_with(name, read_graphs(arguments.lockfile))
    if arguments.format == "json":
        terminal.output(why_to_json(found, name))
        return ExitCode.OK
    for graph in found:
        for line in render_why(graph, name):
            terminal.output(line)
    return ExitCode.OK
