"""Resolve for each target and write a PEP 751 lockfile, `pylock.<target>.toml`.

pip 26.1 and newer install from it (`pip install -r pylock.linux-aarch64.toml`), and so does uv;
both refuse it on a machine that it is not for. Only wheels that passed are in it; an sdist is in it
only where building is the decision.

examples:
  archpip lock azure-eventhub --target-platform macos-arm64 --python-version 3.10
  archpip lock -r requirements.txt --target-platform linux-x86_64 --target-platform macos-arm64
  archpip lock -r all.in --target-platform host --target-platform lambda-arm64 --align strict
  archpip lock --check -r requirements.txt -o pylock.macos-arm64.toml
"""

import argparse
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from packaging.utils import NormalizedName

from archpip.app.configuration import Question, describe_build_settings
from archpip.app.resolutions import Resolutions
from archpip.cli.building import read_build_settings
from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.question_options import add_question_options, add_requirement_options
from archpip.cli.questions import read_question
from archpip.cli.relocking import read_relock
from archpip.cli.requirements import open_question, read_requirements
from archpip.cli.targets import read_targets
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode, UsageError
from archpip.locking import (
    Change,
    LockfileMismatchError,
    Refusals,
    UnhashedFileError,
    check_lockfile,
    check_lockfile_name,
    lockfile_name,
    read_lockfile,
    write_lockfile,
)
from archpip.reachable import is_folder, is_there
from archpip.resolution import (
    Align,
    FolderProject,
    JointResolution,
    RequirementSet,
    read_folders,
)
from archpip.targets import Target

_ASKING = ("requirements", "requirement", "editable", "group", "script")
"""The arguments that name requirements; without one, `--check` only checks the evidence."""

_STDOUT = Path("-")
"""The name of standard output as an output file, as in pip and uv."""
_FILES = frozenset({".json", ".lock", ".toml", ".txt"})
"""Suffixes that mark an output path as a file, not a folder, whether or not it exists."""


class OneOutputError(UsageError):
    """Several lockfiles, or a lockfile and a report, cannot be written to one file."""

    code = "one-output"

    def __init__(self, *, path: Path, report: str | None = None) -> None:
        super().__init__(path, report)
        self.path = path
        self.report = report

    def __str__(self) -> str:
        if self.report is not None:
            return f"{self.report} and -o {self.path} both write to standard output"
        return f"There are several targets, and one file for them: {self.path}"

    @property
    def hint(self) -> str:
        """Say how to name several."""
        return "Give a folder to -o; each target gets its own pylock.<target>.toml in it."


class OneNameError(UsageError):
    """Two targets have one name, and so would have one lockfile."""

    code = "one-name"

    def __init__(self, *, one: Target, other: Target) -> None:
        super().__init__(one, other)
        self.one = one
        self.other = other

    def __str__(self) -> str:
        return (
            f"Two targets would be locked in one file, {lockfile_name(self.one)}: "
            f"{self.one.name} with {self.one.floor_name}, and with {self.other.floor_name}"
        )

    @property
    def hint(self) -> str:
        """Say how to lock for both."""
        return "Lock for each alone, and give one of them -o pylock.NAME.toml."


class CheckOptionError(UsageError):
    """`--check`, which judges files that are there, got an option for what is written."""

    code = "check-option"

    def __init__(self, *, option: str) -> None:
        super().__init__(option)
        self.option = option

    def __str__(self) -> str:
        return f"--check judges lockfiles, and cannot do so with {self.option}"

    @property
    def hint(self) -> str:
        """Say what it takes."""
        return "-o names the lockfile or its folder; --format is text or json."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_requirement_options(parser)
    parser.add_argument(
        *("-o", "--output", "--output-file"),
        type=Path,
        metavar="PATH",
        help="the file, the folder for several (default: the current one), or - for stdout",
    )
    parser.add_argument(
        "--check", action="store_true", help="judge the lockfiles that are there; write nothing"
    )
    parser.add_argument("--dry-run", action="store_true", help="resolve, but write nothing")
    parser.add_argument(
        "-U", "--upgrade", action="store_true", help="forget the versions locked before"
    )
    parser.add_argument(
        *("-P", "--upgrade-package"),
        action="append",
        default=[],
        metavar="NAME",
        help="forget the version of one project; NAME<2 bounds the new one",
    )
    parser.add_argument(
        "--align",
        nargs="?",
        choices=["prefer", "strict", "none"],
        const="prefer",
        default="prefer",
        help="share one version of a project among targets wherever that is possible (prefer),"
        " everywhere or not at all (strict), or leave each target alone (none); default: prefer",
    )
    parser.add_argument(
        "--format",
        choices=["text", "json", "html"],
        default="text",
        help="what to print: words and a grid on stderr, or a document on stdout (default: text)",
    )
    add_question_options(parser, several=True, only_dependencies=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Lock, or check locks."""
    context = read_context(arguments, terminal)
    targets = read_targets(arguments, context)
    paths = _output_paths(arguments.output, targets, report=arguments.format)
    if arguments.check:
        return _check(arguments, terminal, context, paths)
    is_json = arguments.format == "json"
    says_more = is_json or not terminal.verbosity.quiet
    with open_question(Resolutions, arguments, terminal, context, targets=targets) as (
        application,
        question,
    ):
        application.begin(question)
        relock = read_relock(arguments, paths, compares=says_more)
        asked = relock.bound(relock.prefer(question))
        refusals = {name: relock.refusals(name, path) for name, path in paths.items()}
        render = partial(_render, application, question, paths=paths, refusals=refusals)
        likely = None if arguments.dry_run else application.recall(asked)
        texts: dict[Path, str] = {}
        if likely is not None:
            # The lockfile is rendered while the indexes confirm that the cached answer is valid.
            with suppress(UnhashedFileError):
                texts = render(likely)
        answer = application.resolve(asked)
        if not arguments.dry_run:
            if answer is not likely or not texts:
                texts = render(answer)
            _write(terminal, texts)
    for text in relock.find_unknown(question, answer):
        terminal.warning(text)
    if says_more:
        changes = relock.changes(question, answer)
        _report(arguments, terminal, answer, paths, changes=changes, refusals=refusals)
    elif arguments.align != Align.NONE:
        # Otherwise the grid shows them.
        for difference in answer.differences:
            terminal.warning(str(difference))
    return ExitCode.OK


def _output_paths(
    output: Path | None, targets: tuple[Target, ...], *, report: str
) -> dict[str, Path]:
    """Return each target's lockfile by the target's name.

    Raises:
        LockfileNameError: pip and uv would reject the file's name; raised before resolving.
        OneNameError: Two targets would have the same lockfile.
        OneOutputError: One file is given for several targets, or for a report as well.
    """
    folder = output or Path()
    # An existing path that is no folder is a file, even `/dev/null`; its name is checked then.
    is_other = output is not None and is_there(output) and not is_folder(output)
    if output is not None and (output == _STDOUT or output.suffix in _FILES or is_other):
        if len(targets) > 1:
            raise OneOutputError(path=output)
        if output != _STDOUT:
            check_lockfile_name(output)
        elif report != "text":
            raise OneOutputError(path=output, report=f"--format {report}")
        return {targets[0].name: output}
    _check_names(targets)
    return {target.name: folder / lockfile_name(target) for target in targets}


def _check_names(targets: tuple[Target, ...]) -> None:
    """Refuse a target that another one's lockfile would be overwritten by."""
    named: dict[str, Target] = {}
    for target in targets:
        if (one := named.setdefault(target.name, target)) is not target:
            raise OneNameError(one=one, other=target)


def _write(terminal: Terminal, texts: Mapping[Path, str]) -> None:
    for path, text in texts.items():
        if path == _STDOUT:
            terminal.output(text, end="")
        else:
            write_lockfile(text, path)


def _render(
    application: Resolutions,
    question: Question,
    answer: JointResolution,
    *,
    paths: Mapping[str, Path],
    refusals: Mapping[str, Refusals],
) -> dict[Path, str]:
    """Return the text of each target's lockfile, by its path."""
    texts = {}
    for resolution in answer.resolutions:
        name = resolution.target.name
        mine = refusals[name]
        texts[paths[name]] = application.render_lock(
            question, answer, resolution, paths[name], refusals=mine
        )
    return texts


def _report(
    arguments: argparse.Namespace,
    terminal: Terminal,
    answer: JointResolution,
    paths: dict[str, Path],
    *,
    changes: Mapping[str, tuple[Change, ...]],
    refusals: Mapping[str, Refusals],
) -> None:
    # Rich takes 30 ms to import: it is loaded after the results are written.
    from archpip.reports.grid import make_grid, render_grid, render_html
    from archpip.reports.resolution import (
        render_changes,
        render_decisions,
        render_json,
        render_passed_over,
        render_summary,
    )

    grid = make_grid(answer, refusals)
    match arguments.format:
        case "json":
            terminal.output(render_json(answer.resolutions, changes, grid=grid))
            return
        case "html":
            terminal.output(render_html(grid))
        case _ if len(answer.resolutions) > 1:
            for part in render_grid(grid, show_all=terminal.verbosity.verbose):
                terminal.remark_styled(part)
            for resolution in answer.resolutions:
                for line in render_passed_over(resolution):
                    terminal.remark_styled(line)
        case _:
            for line in render_decisions(answer.resolutions[0]):
                terminal.remark_styled(line)
    for resolution in answer.resolutions:
        path = paths[resolution.target.name]
        place = "" if arguments.dry_run or path == _STDOUT else f" → {path}"
        terminal.remark(f"{render_summary(resolution)}{place}")
        for text in render_changes(changes.get(resolution.target.name)):
            terminal.remark(text)


def _check(
    arguments: argparse.Namespace,
    terminal: Terminal,
    context: CommandContext,
    paths: dict[str, Path],
) -> int:
    if arguments.format == "html" or arguments.output == _STDOUT:
        html = arguments.format == "html"
        raise CheckOptionError(option="--format html" if html else f"-o {_STDOUT}")
    targets = {target.name: target for target in read_targets(arguments, context)}
    asked = RequirementSet()
    if any(getattr(arguments, name) for name in _ASKING):
        asked = read_requirements(arguments, terminal, context, targets=targets.values())
    question = read_question(arguments, context, asked=asked, targets=tuple(targets.values()))
    build_settings = describe_build_settings(read_build_settings(arguments, context.own))
    folders: tuple[FolderProject, ...] = ()
    if not question.options.ignore_dependencies:
        sources = not arguments.no_sources
        folders = tuple(read_folders(asked.requirements, sources=sources))
    stale: dict[Path, tuple[str, ...]] = {}
    for name, path in paths.items():
        found = _check_one(
            path,
            question,
            targets[name],
            folders=folders,
            build_settings=build_settings,
        )
        if found:
            stale[path] = found
        else:
            terminal.remark(f"{path} stands for {name}")
    if arguments.format == "json":
        from archpip.reports.lock_check import render_json

        terminal.output(render_json(paths, stale))
    if stale:
        raise LockfileMismatchError(reasons=stale)
    return ExitCode.OK


def _check_one(
    path: Path,
    question: Question,
    target: Target,
    *,
    folders: Sequence[FolderProject],
    build_settings: Mapping[NormalizedName, tuple[str, ...]],
) -> tuple[str, ...]:
    """Return every discrepancy of one lockfile."""
    if not is_there(path):
        return ("it is not there",)
    found = check_lockfile(
        read_lockfile(path),
        path=path,
        policy=question.policy,
        requirements=question.asked.requirements,
        constraints=question.asked.constraints,
        overrides=question.asked.overrides,
        folders=folders,
        target=target,
        options=question.options,
        build_settings=build_settings,
    )
    return tuple(map(str, found))
