"""Get a wheel for everything that is asked for: the index's where one is right, else a built one.

Sdists are built for the target: natively, with a cross toolchain (`archpip toolchain`), under an
emulator, or with zig. Every built wheel is inspected before it counts.

examples:
  archpip wheel uamqp==1.6.11 --target-platform linux-aarch64 --python-version 3.11 -w wheels
  archpip wheel markupsafe --no-binary markupsafe --target-platform linux-aarch64 --dry-run
  archpip wheel markupsafe --no-binary markupsafe --target-platform macos-arm64 --builder zig
"""

import argparse
from pathlib import Path

from archpip.app.installations import Installations
from archpip.cli.configuration import read_context
from archpip.cli.files import writing_into
from archpip.cli.question_options import add_question_options, add_requirement_options
from archpip.cli.requirements import open_question
from archpip.cli.targets import read_target
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.builds import render_plan
from archpip.reports.resolution import render_decisions, render_summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_requirement_options(parser)
    parser.add_argument(
        *("-w", "--wheel-dir"),
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="where the wheels are put (default: the current folder)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say how each sdist would be built, and stop"
    )
    add_question_options(parser, several=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Build wheels where needed, and download the rest."""
    context = read_context(arguments, terminal)
    target = read_target(arguments, context)
    with open_question(Installations, arguments, terminal, context, targets=(target,)) as (
        application,
        question,
    ):
        resolution = application.resolve(question).resolutions[0]
        for line in render_decisions(resolution):
            terminal.remark_styled(line)
        terminal.remark(render_summary(resolution))
        if arguments.dry_run:
            for pin, plan in application.plan_builds(resolution):
                terminal.output(render_plan(pin, plan))
            return ExitCode.OK
        with writing_into(arguments.wheel_dir):
            wheels = application.acquire(
                resolution.pins,
                target=target,
                policy=question.policy,
                folder=arguments.wheel_dir,
            )
    for wheel in wheels:
        terminal.output(str(wheel.path))
    return ExitCode.OK
