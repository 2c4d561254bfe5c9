"""Resolve for a target and download the files that an installation there would use.

Wheels are checked by their hashes and opened again from the bytes that arrived. Where building from
source is the decision, the wheel is built for the target; with --no-binary or --no-build the sdist
is downloaded as it is, as `pip download` does.

examples:
  archpip download numpy --target-platform linux-aarch64 --python-version 3.12 -d wheels
  archpip download -r requirements.txt --target-platform lambda-arm64 -d layer
"""

import argparse
from pathlib import Path

from archpip.app.configuration import Question
from archpip.app.installations import Installations
from archpip.cli.configuration import read_context
from archpip.cli.files import writing_into
from archpip.cli.options import add_format_option
from archpip.cli.question_options import add_question_options, add_requirement_options
from archpip.cli.requirements import open_question
from archpip.cli.targets import read_target
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.resolution import render_decisions, render_json, render_summary
from archpip.resolution import LinkKind, Pin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_requirement_options(parser)
    parser.add_argument(
        *("-d", "--dest"),
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="where the files are put (default: the current folder)",
    )
    parser.add_argument("--dry-run", action="store_true", help="resolve, but download nothing")
    parser.add_argument(
        "--no-build", action="store_true", help="download sdists as they are; build none"
    )
    add_format_option(parser)
    add_question_options(parser, several=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Download what the target needs."""
    context = read_context(arguments, terminal)
    target = read_target(arguments, context)
    with open_question(Installations, arguments, terminal, context, targets=(target,)) as (
        application,
        question,
    ):
        resolution = application.resolve(question).resolutions[0]
        if arguments.format == "text":
            for line in render_decisions(resolution):
                terminal.remark_styled(line)
        if not arguments.dry_run:
            kept = [pin for pin in resolution.pins if _stays_source(pin, question, arguments)]
            with writing_into(arguments.dest):
                application.acquire(
                    [pin for pin in resolution.pins if pin not in kept],
                    target=target,
                    policy=question.policy,
                    folder=arguments.dest,
                )
                for pin in kept:
                    application.download(pin.link, arguments.dest)
    if arguments.format == "json":
        terminal.output(render_json([resolution]))
        return ExitCode.OK
    place = "" if arguments.dry_run else f" → {arguments.dest}"
    terminal.remark(f"{render_summary(resolution)}{place}")
    return ExitCode.OK


def _stays_source(pin: Pin, question: Question, arguments: argparse.Namespace) -> bool:
    """Return whether to keep an sdist unbuilt: the user wants sources, or no build."""
    wanted = arguments.no_build or not question.options.allows_wheels(pin.name)
    return pin.kind is LinkKind.SDIST and wanted
