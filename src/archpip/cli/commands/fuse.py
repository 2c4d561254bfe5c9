"""Join an arm64 and an x86_64 macOS wheel of one version to a universal2 wheel.

Works on any system. The same two wheels make the same bytes; signatures stay valid. Files that
differ are an error that names them, unless they are known to be harmless.

example:
  archpip fuse numpy-2.1.0-…_arm64.whl numpy-2.1.0-…_x86_64.whl -o dist
"""

import argparse
from pathlib import Path

from archpip.cli.files import check_wheels
from archpip.cli.new_wheels import place_wheel
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.fusing import fuse_wheels


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("first", type=Path, metavar="WHEEL")
    parser.add_argument("second", type=Path, metavar="WHEEL")
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="FOLDER",
        help="where it is put (default: the current folder, where no other wheel is replaced)",
    )
    parser.add_argument("--compress", action="store_true", help="deflate it, for an upload")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Fuse, and print the new wheel's path."""
    check_wheels(arguments.first, arguments.second)
    path = place_wheel(
        lambda folder: fuse_wheels(
            arguments.first, arguments.second, folder, compress=arguments.compress
        ),
        arguments.output,
        terminal,
    )
    terminal.output(str(path))
    return ExitCode.OK
