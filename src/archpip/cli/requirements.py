"""Read requirements, and the files, groups and scripts that hold some."""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from packaging.pylock import is_valid_pylock_path
from packaging.utils import canonicalize_name

from archpip.app.configuration import Question
from archpip.app.parts import Parts
from archpip.app.resolutions import Resolutions
from archpip.cli.context import CommandContext
from archpip.cli.policies import split_overrides
from archpip.cli.progress import watch
from archpip.cli.questions import open_parts, read_pip_options, read_question
from archpip.cli.terminal import Terminal
from archpip.errors import UsageError
from archpip.reachable import is_file
from archpip.resolution import (
    PROJECT_FILES,
    ExtraChoice,
    ProjectFileError,
    RequirementSet,
    add_bounds_of_folder,
    add_sources_of_folders,
    decide_pins,
    parse_requirement,
    read_group,
    read_project,
    read_project_file,
    read_requirements_file,
    read_script,
)
from archpip.targets import Target

_Parts = TypeVar("_Parts", bound=Parts)

_STDIN = "/dev/stdin"
"""The file that `-` means to uv and many other tools."""

_BESIDE = ("requirements", "editable", "group", "script", "constraint", "overrides", "only_deps")
"""The other arguments that add, constrain or exclude requirements."""


class NothingAskedError(UsageError):
    """A command got no requirement."""

    code = "nothing-asked"

    def __str__(self) -> str:
        return "Nothing was asked for"

    @property
    def hint(self) -> str:
        """Show what could be asked."""
        return (
            "Name a requirement, or a file of them with -r requirements.txt or -r pyproject.toml."
        )


class ExtraWithoutProjectError(UsageError):
    """`--extra` or `--all-extras` was given without a project's file."""

    code = "extra-without-project"

    def __str__(self) -> str:
        return "--extra and --all-extras need a project's file, and none was given"

    @property
    def hint(self) -> str:
        """Show both ways to ask for an extra."""
        return "Add -r pyproject.toml; for a requirement's own extras say 'NAME[EXTRA]'."


class GroupFileError(UsageError):
    """`--group` names a file that is not a `pyproject.toml`."""

    code = "group-file"

    def __init__(self, *, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"--group takes [PATH:]NAME, where PATH is a pyproject.toml, not '{self.text}'"

    @property
    def hint(self) -> str:
        """Show how a group of another folder's file is asked for."""
        name = self.text.rpartition(":")[2]
        return f"For example --group path/to/pyproject.toml:{name}."


class LockfileAskedError(UsageError):
    """`-r` names a lockfile, and the command resolves requirements."""

    code = "lockfile-asked"

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name} is a lockfile, whose versions are already chosen"

    @property
    def hint(self) -> str:
        """Name who installs it, and what archpip does with one."""
        return (
            f"`archpip install -r {self.name}`, and nothing else, installs it; "
            f"`--prefer {self.name}` keeps to its versions in a new resolution."
        )


def find_lockfile(arguments: argparse.Namespace) -> Path | None:
    """Return the lockfile if it is the only requirement; `None` if there is something to resolve.

    Raises:
        LockfileAskedError: Something else is required beside a lockfile.
    """
    named = [name for name in arguments.requirement if is_valid_pylock_path(Path(name))]
    if not named:
        return None
    if len(arguments.requirement) > 1 or any(getattr(arguments, each) for each in _BESIDE):
        raise LockfileAskedError(name=named[0])
    return Path(named[0])


def read_requirements(
    arguments: argparse.Namespace,
    terminal: Terminal,
    context: CommandContext,
    *,
    targets: Iterable[Target],
) -> RequirementSet:
    """Read the requirements in the arguments, and in the files that they name.

    The targets select among the indexes that a project sets for some machines only.

    Raises:
        NothingAskedError: There is no requirement, and no file that could hold one.
        ExtraWithoutProjectError: An extra is requested without a project.
        InvalidRequirementError: A requirement cannot be understood.
        RequirementsFileError: A file of requirements cannot be read.
        ProjectFileError: A project's file, a group of it or a script cannot be read.
    """
    with open_parts(Resolutions, arguments, terminal, context) as application:
        reader = _Reader(
            arguments=arguments,
            terminal=terminal,
            context=context,
            application=application,
            base=context.surroundings.working_folder,
        )
        found = sum(reader.read(), RequirementSet())
    for setting in dict.fromkeys(found.passed_over):
        terminal.warning(f"{setting} is passed over: it counts for uv only")
    if not found.requirements:
        named = (*arguments.requirement, *arguments.group, *arguments.script)
        if not named:
            raise NothingAskedError
        terminal.warning(f"nothing is asked for by {' and '.join(named)}")
    return decide_pins(found, targets)


@contextmanager
def open_question(
    kind: type[_Parts],
    arguments: argparse.Namespace,
    terminal: Terminal,
    context: CommandContext,
    *,
    targets: tuple[Target, ...],
    asked: RequirementSet | None = None,
) -> Iterator[tuple[_Parts, Question]]:
    """Read the question from the arguments, and open the parts for it, showing progress meanwhile.

    Args:
        kind: The class of parts to open.
        arguments: The command's arguments.
        terminal: Shows progress and warnings.
        context: The settings beside the arguments.
        targets: The targets to resolve for.
        asked: Replaces the requirements in the arguments; see `read_requirements`, also for the
            errors raised.
    """
    if asked is None:
        asked = read_requirements(arguments, terminal, context, targets=targets)
    question = read_question(arguments, context, asked=asked, targets=targets)
    with (
        watch(terminal) as reporter,
        open_parts(
            kind, arguments, terminal, context, asked=asked, reporter=reporter
        ) as application,
    ):
        yield application, question


class _Reader(Struct, frozen=True, kw_only=True):
    arguments: argparse.Namespace
    terminal: Terminal
    context: CommandContext
    application: Resolutions
    base: Path

    @property
    def sources(self) -> bool:
        """Whether uv's settings in projects and scripts apply."""
        return not self.arguments.no_sources

    def read(self) -> Iterator[RequirementSet]:
        """Yield the requirements of each argument."""
        arguments = self.arguments
        self._check_extras()
        for text in arguments.requirements:
            yield self._requirement(text, editable=False)
        for text in arguments.editable:
            yield self._requirement(text, editable=True)
        for name in arguments.script:
            yield self._script(name)
        for text in arguments.group:
            yield self._follow_sources(self._group(text), named=False)
        for name in arguments.requirement:
            yield self._file(name)
        pip = read_pip_options(arguments, self.context)
        for name in (*pip.constraints, *arguments.constraint):
            yield self._requirements_file(name, constraint=True)
        _, files = split_overrides(arguments)
        for name in files:
            read = self._requirements_file(name, constraint=False)
            yield replace(read, requirements=(), overrides=read.requirements)

    def _requirement(self, text: str, *, editable: bool) -> RequirementSet:
        settings = tuple(getattr(self.arguments, "config_settings", ()))
        requirement = parse_requirement(
            text, base=self.base, config_settings=settings, editable=editable
        )
        return self._follow_sources(add_bounds_of_folder(requirement), named=True)

    def _follow_sources(self, found: RequirementSet, *, named: bool) -> RequirementSet:
        """Add the sources that folders' own files name of what they require."""
        return add_sources_of_folders(found, named=named) if self.sources else found

    def _script(self, name: str) -> RequirementSet:
        found = read_script(self.base / name, shown=name, sources=self.sources)
        return self._follow_sources(found, named=False)

    def _check_extras(self) -> None:
        wanted = self.arguments.extra or self.arguments.all_extras
        if wanted and not any(map(_is_project_file, self.arguments.requirement)):
            raise ExtraWithoutProjectError

    def _file(self, name: str) -> RequirementSet:
        """Read a file given by `-r`: by its name a project's file, a script, or requirements."""
        path = self.base / name
        if _is_project_file(name):
            extras = ExtraChoice(
                names=tuple(map(canonicalize_name, self.arguments.extra)),
                all=self.arguments.all_extras,
            )
            found = read_project(
                path,
                shown=name,
                extras=extras,
                metadata=self.application.project_metadata,
                sources=self.sources,
            )
            return self._follow_sources(found, named=False)
        if is_valid_pylock_path(path):
            raise LockfileAskedError(name=name)
        if path.suffix == ".py" and "://" not in name:
            return self._script(name)
        return self._requirements_file(name, constraint=False)

    def _requirements_file(self, name: str, *, constraint: bool) -> RequirementSet:
        found = read_requirements_file(
            _STDIN if name == "-" else name,
            base=self.base,
            environ=self.terminal.environ,
            fetch=self.application.fetch,
            constraint=constraint,
        )
        return self._follow_sources(found, named=True)

    def _group(self, text: str) -> RequirementSet:
        """Read `[PATH:]NAME`, as in pip; without a path, from the current folder's file."""
        location, _, name = text.rpartition(":")
        path = self.base / (location or "pyproject.toml")
        if path.name != "pyproject.toml":
            raise GroupFileError(text=text)
        if not location and not is_file(path):
            reason = f"there is none here; --group PATH/pyproject.toml:{name} names another's"
            raise ProjectFileError(location="pyproject.toml", reason=reason)
        file = read_project_file(path, shown=location or "pyproject.toml")
        return read_group(file, name, sources=self.sources)


def _is_project_file(location: str) -> bool:
    return "://" not in location and Path(location).name in PROJECT_FILES
