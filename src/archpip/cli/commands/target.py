"""Show what a target means: its system, Python, tags, markers and extension suffixes.

Without a name it lists the names that are known.

examples:
  archpip target macos-arm64 --python-version 3.10
  archpip target host
  archpip target linux/arm64/v8 --format json
"""

import argparse

from archpip.cli.configuration import read_context
from archpip.cli.options import add_format_option, add_target_options
from archpip.cli.targets import read_target, read_targets
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.target import render_json, render_names, render_names_json, render_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a target in any spelling")
    parser.add_argument("--all", action="store_true", help="list every tag")
    add_format_option(parser)
    add_target_options(parser, several=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print a target, or the known names."""
    if not (arguments.name or arguments.target_platform or arguments.target_arch):
        terminal.output(render_names_json() if arguments.format == "json" else render_names())
        return ExitCode.OK
    context = read_context(arguments, terminal)
    if arguments.name:
        arguments.target_platform = [arguments.name, *(arguments.target_platform or ())]
    if arguments.format == "json":
        terminal.output(render_json(read_target(arguments, context)))
        return ExitCode.OK
    for target in read_targets(arguments, context):
        terminal.draw(render_table(target, show_all=arguments.all))
    return ExitCode.OK
