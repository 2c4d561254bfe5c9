"""Reduce a universal2 wheel to one architecture: every binary keeps that slice alone.

example:
  archpip thin grpcio-1.60.1-cp310-cp310-macosx_12_0_universal2.whl --arch arm64 -o dist
"""

import argparse
from pathlib import Path

from archpip.architecture import Architecture
from archpip.cli.files import check_wheels
from archpip.cli.new_wheels import place_wheel
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.fusing import thin_wheel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("wheel", type=Path, metavar="WHEEL")
    parser.add_argument(
        "--arch", required=True, choices=["arm64", "x86_64"], help="the architecture to keep"
    )
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="FOLDER",
        help="where it is put (default: the current folder, where no other wheel is replaced)",
    )
    parser.add_argument("--compress", action="store_true", help="deflate it, for an upload")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Thin, and print the new wheel's path."""
    check_wheels(arguments.wheel)
    architecture = Architecture(arguments.arch)
    path = place_wheel(
        lambda folder: thin_wheel(
            arguments.wheel, architecture, folder, compress=arguments.compress
        ),
        arguments.output,
        terminal,
    )
    terminal.output(str(path))
    return ExitCode.OK
