"""Open wheels and say what runs on a target, and what does not.

A wheel on an index is read by ranges: its directory, metadata and the heads of its binaries,
usually less than one per cent of it. Exit status 1 when something is wrong.

examples:
  archpip inspect uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl --target-platform macos-arm64
  archpip inspect numpy==2.1.0 --target-platform linux-aarch64 --python-version 3.12
  archpip inspect dist/*.whl --format json
"""

import argparse

from archpip.cli.configuration import (
    open_application,
    read_policy,
    read_surroundings,
    read_target,
)
from archpip.cli.options import (
    add_cache_options,
    add_index_options,
    add_policy_options,
    add_target_options,
)
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.inspection import render_json, render_table
from archpip.resolution import adapt_python


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "subjects",
        nargs="+",
        metavar="WHEEL",
        help="a path, a URL, a wheel's file name alone, or name==version",
    )
    parser.add_argument("--all", action="store_true", help="list every binary and finding")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    add_target_options(parser, several=False)
    add_policy_options(parser)
    add_index_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Inspect every wheel that is meant."""
    surrounded = read_surroundings(arguments, terminal)
    target = read_target(arguments, surrounded)
    policy = read_policy(arguments, surrounded)
    with open_application(arguments, terminal, surrounded) as application:
        names_python = arguments.python_version or arguments.python
        reports = [
            report
            for subject in arguments.subjects
            for report in application.inspect(
                subject,
                target=target if names_python else adapt_python(subject, target),
                policy=policy,
            )
        ]
    if arguments.format == "json":
        terminal.output(render_json(reports))
    else:
        terminal.draw(render_table(reports, show_all=arguments.all))
    accepted = all(policy.accepts(report.verdict) for report in reports)
    return ExitCode.OK if accepted else ExitCode.FINDINGS
