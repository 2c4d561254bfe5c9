"""Try it: import every extension module of an environment, each in a process of its own.

This runs the environment's code. What fails is reported beside what the files alone say; where the
two disagree, that is said. Exit status 1 when a module fails.

examples:
  archpip check .venv
  archpip check app-env --launcher 'arch -x86_64'
  archpip check venv --launcher 'qemu-aarch64 -L /usr/aarch64-linux-gnu'
"""

import argparse
import shlex
import sys
from pathlib import Path

from archpip.app.audits import check
from archpip.cli.configuration import find_python, read_context
from archpip.cli.numbers import parse_time_limit
from archpip.cli.options import add_cache_options, add_format_option, add_policy_options
from archpip.cli.policies import read_policy
from archpip.cli.terminal import Terminal
from archpip.cli.unaudited import warn_of_elsewhere
from archpip.environments import Shape, detect_shape, find_interpreter
from archpip.errors import ExitCode, UsageError
from archpip.failures import Runner
from archpip.reachable import is_folder
from archpip.reports.trials import render_json, render_trials
from archpip.targets import probe_interpreter


class NoEnvironmentError(UsageError):
    """The environment to check is not a folder."""

    code = "no-environment"

    def __init__(self, *, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} is not a folder"

    @property
    def hint(self) -> str:
        """Say what can be checked."""
        return "Give the folder of an environment, or leave it out for that of --python."


class NoInterpreterError(UsageError):
    """The environment to check has no interpreter."""

    code = "no-interpreter"

    def __init__(self, *, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} has no Python interpreter"

    @property
    def hint(self) -> str:
        """Name the option."""
        return "Name the one to import with: --python PATH."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar="PATH",
        help="the environment (default: that of --python, or of archpip itself)",
    )
    parser.add_argument(
        "--python",
        dest="interpreter",
        type=Path,
        metavar="PATH",
        help="the interpreter, or environment's folder, to import with (default: PATH's own)",
    )
    parser.add_argument(
        "--launcher",
        type=shlex.split,
        default=[],
        metavar="COMMAND",
        help="what runs the interpreter: 'arch -x86_64', 'qemu-aarch64 -L FOLDER'",
    )
    parser.add_argument(
        "--time-limit",
        type=parse_time_limit,
        default=60,
        metavar="SECONDS",
        help="for one import (default: 60)",
    )
    parser.add_argument("--all", action="store_true", help="list what works, too")
    add_format_option(parser)
    add_policy_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Import every extension module."""
    named = find_python(arguments.interpreter) if arguments.interpreter else None
    path = arguments.path or _find_environment(named)
    if not is_folder(path):
        raise NoEnvironmentError(path=str(path))
    python = named.absolute() if named else _find_own_python(path)
    launcher = tuple(arguments.launcher)
    target = probe_interpreter(python, launcher=launcher)
    context = read_context(arguments, terminal)
    policy = read_policy(arguments, context)
    runner = Runner(
        python=python,
        launcher=launcher,
        timeout_seconds=arguments.time_limit,
        environ=terminal.environ,
    )
    audited, trials = check(path, runner, target=target, policy=policy)
    warn_of_elsewhere(audited, terminal)
    if arguments.format == "json":
        terminal.output(render_json(audited, trials))
    else:
        terminal.draw(render_trials(audited, trials, show_all=arguments.all))
    return ExitCode.OK if all(trial.works for trial in trials) else ExitCode.FINDINGS


def _find_environment(interpreter: Path | None) -> Path:
    """Return the environment that an interpreter stands in: `bin/python` is not resolved."""
    return interpreter.absolute().parent.parent if interpreter else Path(sys.prefix)


def _find_own_python(path: Path) -> Path:
    shape = detect_shape(path)
    own = find_interpreter(path, shape)
    if own is None and shape is Shape.FOLDER:
        own = find_interpreter(path, Shape.ENVIRONMENT)
    if own is None:
        raise NoInterpreterError(path=str(path))
    return own.absolute()
