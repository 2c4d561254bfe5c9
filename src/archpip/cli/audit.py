"""Judge what is installed, or about to be shipped, by the rules that judge wheels.

PATH is told by its content: a virtual environment, a site-packages folder, a conda environment, an
app made by Nuitka or PyInstaller, a macOS application or framework, a zip archive for Lambda, a
container image, a folder of wheels, a lockfile. Exit status 1 when something is wrong.

examples:
  archpip audit .venv
  archpip audit dist/app.app --target-platform macos-universal2
  archpip audit layer.zip --target-platform linux-aarch64 --format sarif
  python app.py 2>&1 | archpip audit .venv --traceback -
"""

import argparse
from pathlib import Path

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
from archpip.environments import Audit
from archpip.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="PATH",
        help="what to audit (default: here)",
    )
    parser.add_argument("--all", action="store_true", help="list every distribution and finding")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    add_target_options(parser, several=False)
    add_policy_options(parser)
    add_index_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Audit what stands at the path."""
    surrounded = read_surroundings(arguments, terminal)
    target = read_target(arguments, surrounded) if _names_target(arguments) else None
    policy = read_policy(arguments, surrounded)
    with open_application(arguments, terminal, surrounded) as application:
        audit = application.audit(arguments.path, target=target, policy=policy)
    _print(audit, arguments, terminal)
    accepted = all(policy.accepts(part.verdict) for part in audit.parts)
    return ExitCode.OK if accepted else ExitCode.FINDINGS


def _names_target(arguments: argparse.Namespace) -> bool:
    return bool(arguments.target_platform or arguments.target_arch or arguments.python_version)


def _print(audit: Audit, arguments: argparse.Namespace, terminal: Terminal) -> None:
    from archpip.reports import audit as reports

    if arguments.format == "json":
        terminal.output(reports.render_json(audit))
    else:
        terminal.draw(reports.render_table(audit, show_all=arguments.all))
