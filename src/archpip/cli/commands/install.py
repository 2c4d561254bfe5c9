"""Install projects for a target, with every native binary opened first.

Into the current environment, or that of --python; or, for another machine, into a folder with
--target. Where a version's wheels would not run on the target, its sdist is built; where that
cannot be, archpip says so.

examples:
  archpip install azure-eventhub
  archpip install azure-eventhub --target-arch arm64 --target build/arm64
  archpip install -r requirements.txt --target-platform lambda-arm64 --target layer/python
  archpip install -r pylock.linux-x86_64.toml
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archpip.app.configuration import Question
from archpip.app.installations import Installations
from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.files import write_output
from archpip.cli.installation_options import add_installation_options, adopt_installation_settings
from archpip.cli.question_options import add_question_options, add_requirement_options
from archpip.cli.requirements import find_lockfile, open_question
from archpip.cli.targets import read_target
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode, UsageError
from archpip.installing import (
    ForeignEnvironmentError,
    InstalledDistribution,
    InstallerOptions,
    InstallPlan,
    ManagedEnvironmentError,
    read_installed,
    select_fitting,
)
from archpip.reachable import is_file
from archpip.reports.installation import render_done, render_json, render_plan
from archpip.reports.resolution import render_decisions, render_summary
from archpip.reports.style import count
from archpip.resolution import RequirementSet, Resolution
from archpip.targets import Target, looks_like_target
from archpip.verdicts import Policy


class FolderIsTargetError(UsageError):
    """`--target`, which takes a folder, got the name of a target."""

    code = "folder-is-target"

    def __init__(self, *, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"--target takes a folder, as in pip; '{self.text}' is the name of a machine"

    @property
    def hint(self) -> str:
        """Name the right flag."""
        return f"Use --target-platform {self.text}, and --target FOLDER for the folder."


class TwoDocumentsError(UsageError):
    """Two options both write a document to stdout."""

    code = "two-documents"

    def __str__(self) -> str:
        return "--report - and --format json both write a document to stdout"

    @property
    def hint(self) -> str:
        """Say how to have both."""
        return "Name a file for the report: --report FILE."


class UserAndTargetError(UsageError):
    """`--user` and `--target` name two places."""

    code = "user-and-target"

    def __str__(self) -> str:
        return "--user and --target cannot be combined: each says where to install to"

    @property
    def hint(self) -> str:
        """Say where else they may be set."""
        return "PIP_USER, PIP_TARGET and pip.conf may ask for them, too."


class VirtualenvRequiredError(UsageError):
    """`--require-virtualenv` is set, and the environment is not a virtual one."""

    code = "virtualenv-required"

    def __init__(self, *, python: Path) -> None:
        super().__init__(python)
        self.python = python

    def __str__(self) -> str:
        return f"{self.python} is not in a virtual environment, and --require-virtualenv is set"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "--python PATH names one; PIP_REQUIRE_VIRTUALENV and pip.conf may ask for it, too."


class UvMissingError(UsageError):
    """`--installer uv` was given, and uv is not installed."""

    code = "uv-missing"

    def __str__(self) -> str:
        return "--installer uv was given, and there is no uv on the PATH"

    @property
    def hint(self) -> str:
        """Say how to get it."""
        return "Run `pip install uv`, or leave out --installer."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_requirement_options(parser)
    add_installation_options(parser)
    add_question_options(parser, several=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Install into an environment or a folder."""
    if arguments.report == "-" and arguments.format == "json":
        raise TwoDocumentsError
    context = read_context(arguments, terminal)
    adopt_installation_settings(arguments, context.pip_config)
    if arguments.target and arguments.user:
        raise UserAndTargetError
    if arguments.target and looks_like_target(arguments.target):
        raise FolderIsTargetError(text=arguments.target)
    target = read_target(arguments, context)
    if not arguments.target:
        _check_environment(target, context)
        _check_virtualenv(arguments, context)
    # A lockfile has decided everything, and no index is read.
    asked = RequirementSet() if find_lockfile(arguments) else None
    with open_question(
        Installations, arguments, terminal, context, targets=(target,), asked=asked
    ) as (application, question):
        if arguments.target:
            destination = _open_folder(application, arguments)
        else:
            destination = _open_environment(application, arguments, terminal, context)
        _install(application, question, destination, arguments, terminal)
    return ExitCode.OK


def _check_environment(target: Target, context: CommandContext) -> None:
    """Refuse a target that the environment's interpreter would not run."""
    differences = target.differences(context.host)
    if differences:
        raise ForeignEnvironmentError(
            target=target.name, environment=context.python, differences=differences
        )


def _check_virtualenv(arguments: argparse.Namespace, context: CommandContext) -> None:
    marker = context.surroundings.prefix / "pyvenv.cfg"  # PEP 405
    if arguments.require_virtualenv and not is_file(marker):
        raise VirtualenvRequiredError(python=context.python)


class _Destination(Struct, frozen=True, kw_only=True):
    """Where an installation goes."""

    name: str
    installed: tuple[InstalledDistribution, ...]
    fill: Callable[[InstallPlan, Target, Policy], None]


def _open_environment(
    application: Installations,
    arguments: argparse.Namespace,
    terminal: Terminal,
    context: CommandContext,
) -> _Destination:
    environment = application.read_environment(context.python)
    if environment.managed_by and not (arguments.break_system_packages or arguments.dry_run):
        raise ManagedEnvironmentError(python=environment.python, marker=environment.managed_by)

    def fill(plan: InstallPlan, target: Target, policy: Policy) -> None:
        options = _installer_options(arguments, terminal)
        application.install(
            plan, environment, options, target=target, policy=policy, repositories=arguments.src
        )

    return _Destination(
        name=str(environment.python), installed=read_installed(environment.folders), fill=fill
    )


def _open_folder(application: Installations, arguments: argparse.Namespace) -> _Destination:
    folder = Path(arguments.target)

    def fill(plan: InstallPlan, target: Target, policy: Policy) -> None:
        upgrade = arguments.upgrade or arguments.force_reinstall
        application.install_into_folder(plan, folder, target=target, policy=policy, upgrade=upgrade)

    # What does not say which machine it was made for is not taken for the target's.
    known = tuple(each for each in read_installed([folder]) if each.tags)
    return _Destination(name=str(folder), installed=known, fill=fill)


def _install(
    application: Installations,
    question: Question,
    destination: _Destination,
    arguments: argparse.Namespace,
    terminal: Terminal,
) -> None:
    installed = destination.installed
    question = _keep_installed(question, installed, arguments)
    resolution = _resolve(application, question, installed, arguments)
    plan = application.plan(resolution, installed, force_reinstall=arguments.force_reinstall)
    _announce(application, resolution, plan, arguments, terminal)
    if not arguments.dry_run:
        destination.fill(plan, resolution.target, question.policy)
        terminal.remark(render_done(plan, destination.name))
    if arguments.format == "json":
        terminal.output(
            render_json(resolution, plan, into=destination.name, is_dry_run=arguments.dry_run)
        )


def _keep_installed(
    question: Question,
    installed: tuple[InstalledDistribution, ...],
    arguments: argparse.Namespace,
) -> Question:
    """Prefer installed versions, as pip does: `--upgrade` applies only to the named projects.

    With `--upgrade-strategy eager` it also applies to their dependencies, and so to everything
    that is resolved; `--force-reinstall` ignores all installed versions. Versions named by
    `--prefer` take precedence.
    """
    eager = arguments.upgrade and arguments.upgrade_strategy == "eager"
    if arguments.force_reinstall or eager:
        return question
    named = {requirement.name for requirement in question.asked.requirements}
    kept = {
        distribution.name: distribution.version
        for distribution in reversed(installed)
        if not (arguments.upgrade and distribution.name in named)
    }
    return replace(question, preferences={**kept, **question.preferences})


def _resolve(
    application: Installations,
    question: Question,
    installed: tuple[InstalledDistribution, ...],
    arguments: argparse.Namespace,
) -> Resolution:
    """Choose among the indexes' and the installed versions, unless everything is reinstalled.

    A lockfile has chosen all versions already.
    """
    (target,) = question.targets
    lockfile = find_lockfile(arguments)
    if lockfile is not None:
        extras = None if arguments.all_extras else arguments.extra
        return application.select_locked(lockfile, question, extras=extras)
    present = () if arguments.force_reinstall else select_fitting(installed, target)
    return application.resolve_beside(question, present).resolutions[0]


def _announce(
    application: Installations,
    resolution: Resolution,
    plan: InstallPlan,
    arguments: argparse.Namespace,
    terminal: Terminal,
) -> None:
    for line in render_decisions(resolution):
        terminal.remark_styled(line)
    lockfile = find_lockfile(arguments)
    if lockfile is None:
        terminal.remark(render_summary(resolution))
    else:
        terminal.remark(
            f"{lockfile}, {resolution.target.name}: {count(len(resolution.pins), 'project')}"
        )
    if arguments.dry_run:
        # A report on stdout is for a program: nothing else may be printed there.
        say = terminal.remark if _has_document(arguments) else terminal.output
        for text in render_plan(plan):
            say(text)
    if arguments.report:
        report = json.dumps(application.report(plan, resolution.target), indent=2)
        if arguments.report == "-":
            terminal.output(report)
        else:
            write_output(Path(arguments.report), report)


def _has_document(arguments: argparse.Namespace) -> bool:
    """Return whether stdout is read by a program."""
    return bool(arguments.report == "-" or arguments.format == "json")


def _installer_options(arguments: argparse.Namespace, terminal: Terminal) -> InstallerOptions:
    import shutil
    import sys

    uv = None
    if arguments.installer == "uv":
        uv = shutil.which("uv")
        if uv is None:
            raise UvMissingError
    return InstallerOptions(
        pip=(sys.executable, "-m", "pip"),
        uv=uv,
        compile_bytecode=not arguments.no_compile,
        user=arguments.user,
        break_system_packages=arguments.break_system_packages,
        ignore_requires_python=arguments.ignore_requires_python,
        variables=terminal.environ,
        tell=terminal.remark,
    )
