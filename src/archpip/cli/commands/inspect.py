"""Open wheels and say what runs on a target, and what does not.

A wheel on an index is read by ranges: its directory, metadata and the heads of its binaries,
usually less than one per cent of it. Exit status 1 when something is wrong.

examples:
  archpip inspect uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl --target-platform macos-arm64
  archpip inspect numpy==2.1.0 --target-platform linux-aarch64 --python-version 3.12
  archpip inspect dist/*.whl --format json
  archpip inspect --matrix numpy==2.1.0 uamqp==1.6.1 --format svg
  archpip inspect --explain AP201
"""

import argparse
import re
import shlex
from pathlib import Path

from archpip.app.inspections import Inspections
from archpip.cli.configuration import read_context
from archpip.cli.options import (
    add_cache_options,
    add_format_option,
    add_index_options,
    add_policy_options,
    add_target_options,
)
from archpip.cli.policies import read_policy, warn_of_unmatched
from archpip.cli.questions import open_parts
from archpip.cli.targets import read_target, read_targets
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode, UsageError
from archpip.reachable import is_file, is_folder
from archpip.reports.inspection import render_json, render_table
from archpip.resolution import adapt_python
from archpip.verdicts import find_entry, read_catalogue

_USUAL_TARGETS = (
    "macos-arm64",
    "macos-x86_64",
    "macos-universal2",
    "linux-x86_64",
    "linux-aarch64",
    "linux-x86_64-musl",
    "linux-aarch64-musl",
    "windows-amd64",
    "windows-arm64",
)
"""The targets of a matrix, unless the user names some."""


_PROJECT = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
"""A project's name, by https://packaging.python.org/specifications/name-normalization/."""


class NothingToInspectError(UsageError):
    """No wheel was named."""

    code = "nothing-to-inspect"

    def __str__(self) -> str:
        return "No wheel was named"

    @property
    def hint(self) -> str:
        """Show what could be named."""
        return (
            "Name a wheel's path, URL or file name, or a version: `archpip inspect numpy==2.1.0`."
        )


class NotAWheelError(UsageError):
    """A path was given, and what is there is no wheel."""

    code = "not-a-wheel"

    def __init__(self, *, path: str, kind: str) -> None:
        super().__init__(path, kind)
        self.path = path
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.path} is a {self.kind}, not a wheel"

    @property
    def hint(self) -> str:
        """Name the command that takes such paths."""
        command = shlex.join(["archpip", "audit", self.path])
        return f"`{command}` is for folders, apps, archives, images and lockfiles."


class MatrixOnlyError(UsageError):
    """A format was asked for that only a matrix is written in."""

    code = "matrix-only"

    def __init__(self, *, format_name: str) -> None:
        super().__init__(format_name)
        self.format_name = format_name

    def __str__(self) -> str:
        return f"Only --matrix is written as {self.format_name}"


class UnknownCodeError(UsageError):
    """No finding has this code."""

    code = "unknown-code"

    def __init__(self, *, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"No finding has the code '{self.text}'"

    @property
    def hint(self) -> str:
        """List the codes."""
        return f"The codes are {', '.join(read_catalogue())}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "subjects",
        nargs="*",
        metavar="WHEEL",
        help="a path, a URL, a wheel's file name alone, or name==version",
    )
    parser.add_argument("--all", action="store_true", help="list every binary and finding")
    parser.add_argument(
        "--matrix",
        action="store_true",
        help="judge for many targets at once: those of --target-platform, or the usual ones",
    )
    parser.add_argument("--explain", metavar="CODE", help="say what a finding's code means")
    add_format_option(parser, "html", "svg", note="; html and svg are for --matrix")
    add_target_options(parser, several=True)
    add_policy_options(parser)
    add_index_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Inspect every wheel that the arguments name."""
    if arguments.explain:
        return _explain(arguments, terminal)
    if not arguments.subjects:
        raise NothingToInspectError
    for subject in arguments.subjects:
        _refuse_others(subject)
    if arguments.matrix:
        return _run_matrix(arguments, terminal)
    if arguments.format in {"html", "svg"}:
        raise MatrixOnlyError(format_name=arguments.format)
    context = read_context(arguments, terminal)
    target = read_target(arguments, context)
    policy = read_policy(arguments, context)
    with open_parts(Inspections, arguments, terminal, context) as application:
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
    wheels = ((report.inspection.filename, report.verdict) for report in reports)
    warn_of_unmatched(policy, wheels, terminal)
    if arguments.format == "json":
        terminal.output(render_json(reports))
    else:
        terminal.draw(render_table(reports, show_all=arguments.all))
    accepted = all(policy.accepts(report.verdict) for report in reports)
    return ExitCode.OK if accepted else ExitCode.FINDINGS


def _refuse_others(subject: str) -> None:
    """Refuse a path of what is no wheel.

    A project's name that is a folder's, too, means the project, as it does to pip; and an archive
    may be a wheel that was renamed.

    Raises:
        NotAWheelError: It is a folder, or a file that is no archive.
    """
    path = Path(subject)
    if is_folder(path) and not _PROJECT.fullmatch(subject):
        raise NotAWheelError(path=subject, kind="folder")
    if path.suffix == ".whl" or not is_file(path):
        return
    from archpip.foreign_archives import is_zip_archive  # for a mistake alone

    if not is_zip_archive(path):
        raise NotAWheelError(path=subject, kind="file")


def _explain(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from archpip.reports import explanation

    if arguments.format in {"html", "svg"}:
        raise MatrixOnlyError(format_name=arguments.format)
    entry = find_entry(arguments.explain)
    if entry is None:
        raise UnknownCodeError(text=arguments.explain)
    if arguments.format == "json":
        terminal.output(explanation.render_json(entry))
    else:
        terminal.draw(explanation.render_explanation(entry))
    return ExitCode.OK


def _run_matrix(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Judge every subject for every target."""
    from archpip.reports import matrix as reports

    context = read_context(arguments, terminal)
    if not (arguments.target_platform or arguments.target_arch):
        arguments.target_platform = list(_USUAL_TARGETS)
    targets = read_targets(arguments, context)
    policy = read_policy(arguments, context)
    with open_parts(Inspections, arguments, terminal, context) as application:
        matrix = application.matrix(arguments.subjects, targets, policy=policy)
    match arguments.format:
        case "json":
            terminal.output(reports.render_json(matrix))
        case "html":
            terminal.output(reports.render_html(matrix))
        case "svg":
            terminal.output(reports.render_svg(matrix))
        case _:
            terminal.draw(reports.render_text(matrix))
    wheels = ((cell.wheel, cell.verdict) for row in matrix.cells for cell in row)
    warn_of_unmatched(policy, wheels, terminal)
    accepted = all(policy.accepts(verdict) for verdict in matrix.verdicts)
    return ExitCode.OK if accepted else ExitCode.FINDINGS
