"""Prepare what builds code for other machines: compiler, system root, Python headers, emulator.

A toolchain lives in the user's data folder; the system is not touched. `add linux-aarch64` makes
one from Debian's packages; `add zig` gets the zig compiler from the package index.

examples:
  archpip toolchain add linux-aarch64
  archpip toolchain doctor
  archpip toolchain remove zig
"""

import argparse

from archpip.app.toolchains import ZIG, Toolchains
from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.files import writing_into
from archpip.cli.folders import DATA_FOLDER
from archpip.cli.options import add_cache_options, add_index_options, add_target_options
from archpip.cli.questions import open_parts
from archpip.cli.targets import read_target
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode, UsageError
from archpip.reports.builds import render_checks, render_toolchains


class NoNameError(UsageError):
    """A subcommand that needs the name of a toolchain got none."""

    code = "no-toolchain-named"

    def __init__(self, *, action: str) -> None:
        super().__init__(action)
        self.action = action

    def __str__(self) -> str:
        return f"`archpip toolchain {self.action}` needs a name"

    @property
    def hint(self) -> str:
        """Say what names there are."""
        return "A target, such as linux-aarch64, or zig; `archpip toolchain list` shows yours."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "action",
        choices=["add", "list", "doctor", "remove"],
        help="add: make or get one; list: name those that are there; doctor: try them by building"
        " and running a program; remove: delete one",
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="a target's name, or zig; of list and doctor, what they are about (default: all)",
    )
    parser.add_argument(
        "--package",
        action="append",
        default=[],
        metavar="NAME",
        help="one more of Debian's packages for the system root: libssl-dev; may be repeated",
    )
    add_target_options(parser, several=False)
    add_index_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Add, list, try or remove toolchains."""
    if arguments.action in {"add", "remove"} and not arguments.name:
        raise NoNameError(action=arguments.action)
    context = read_context(arguments, terminal)
    with open_parts(Toolchains, arguments, terminal, context) as application:
        match arguments.action:
            case "list":
                terminal.output(render_toolchains(application.list_toolchains(arguments.name)))
            case "doctor":
                checks = application.examine_toolchains(arguments.name)
                terminal.output(render_checks(checks))
                works = all(check.works for check in checks)
                return ExitCode.OK if works else ExitCode.FINDINGS
            case "remove":
                for name in application.shelf.remove(arguments.name):
                    terminal.remark(f"Removed {name}.")
            case _:
                with writing_into(DATA_FOLDER.find(context.surroundings)):
                    _add(arguments, terminal, application, context)
    return ExitCode.OK


def _add(
    arguments: argparse.Namespace,
    terminal: Terminal,
    application: Toolchains,
    context: CommandContext,
) -> None:
    """Add zig, or a toolchain for the named target."""
    if arguments.name == ZIG:
        terminal.remark("Getting zig from the package index …")
        zig = application.add_zig()
        terminal.remark(f"zig {zig.version} is ready: archpip wheel … --builder zig")
        return
    arguments.target_platform = [arguments.name]
    target = read_target(arguments, context)
    toolchain = application.add_toolchain(
        target, more_packages=tuple(arguments.package), on_step=terminal.remark
    )
    terminal.remark(f"{toolchain.origin} is ready for {target.name}.")
