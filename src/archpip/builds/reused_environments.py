"""Build environments reused by several metadata builds, one after another.

A resolution may need the metadata of twenty old versions of a project, all with one setuptools, and
of other projects in between: what was installed for one serves all that ask for the same, in the
same order. Wheels are always built in an environment of their own.
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from archpip.builds.environment import BuildEnvironment
from archpip.builds.model import BuildOptions
from archpip.builds.processes import CommandRunner
from archpip.owned_folders import make_owned_folder

_Installed: TypeAlias = tuple[frozenset[str], ...]
"""Sets of requirements, in the order in which they were installed."""

# Most builds ask for setuptools, or for it and wheel; one with numpy takes 60 MB of disk.
_KEPT = 6


class ReusedEnvironment(BuildEnvironment):
    """An environment that becomes another one when a build asks for other requirements.

    Scripts name the folder that they are installed in. So the folder is the same for all builds,
    and is renamed while it is not in use.
    """

    _installed: _Installed | None = None
    """`None` if that is not certain: before it is created, and during an installation."""
    _asked_for: _Installed = ()
    """What this build has asked for so far."""

    def begin(self, runner: CommandRunner) -> None:
        """Start serving another build, whose commands `runner` runs."""
        self._runner = runner
        self._asked_for = ()

    def create(self) -> None:
        """Create nothing yet: what is asked for first says which environment is needed."""

    def install(self, requirements: Iterable[str]) -> None:
        """Install requirements, or go back to where exactly these are installed already."""
        wanted = frozenset(requirements)
        if not wanted and self._asked_for:
            return
        before, self._asked_for = self._asked_for, (*self._asked_for, wanted)
        if self._installed == self._asked_for or self._take_back():
            return
        if before:
            shutil.copytree(self._folder, self._make_room(before), symlinks=True)
        else:
            self._put_aside()
            super().create()
        self._installed = None  # until it is certain what there is
        self._asked = sorted(frozenset().union(*before))
        super().install(wanted)
        self._installed = self._asked_for

    def give_up(self) -> None:
        """Drop what is installed, after a build that failed; what is kept was not part of it."""
        self._installed = None

    def _take_back(self) -> bool:
        """Return to what this build has asked for, if that is kept."""
        kept = self._kept.pop(self._asked_for, None)
        if kept is None:
            return False
        self._put_aside()
        kept.rename(self._folder)
        self._installed = self._asked_for
        return True

    def _put_aside(self) -> None:
        """Move what is installed out of the way, for builds that ask for it again."""
        installed, self._installed = self._installed, None
        if installed and installed not in self._kept:
            self._folder.rename(self._make_room(installed))
        else:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _make_room(self, installed: _Installed) -> Path:
        """Return a folder to keep what is installed in; the oldest one is dropped for it."""
        if len(self._kept) >= _KEPT:
            shutil.rmtree(self._kept.pop(next(iter(self._kept))))
        folder = Path(tempfile.mkdtemp(dir=self._folder.parent), "environment")
        return self._kept.setdefault(installed, folder)

    @cached_property
    def _kept(self) -> dict[_Installed, Path]:
        return {}


class ReusedEnvironments:
    """Lends environments. Safe to use from several threads; each is lent to one build at a time."""

    def __init__(self, options: BuildOptions) -> None:
        self._options = options
        self._idle: dict[Path, list[ReusedEnvironment]] = {}

    @contextmanager
    def lend(
        self, python: Path, base_environment: Mapping[str, str], runner: CommandRunner
    ) -> Iterator[ReusedEnvironment]:
        """Lend an environment of `python`'s; what a failed build has installed is not reused."""
        idle = self._idle.setdefault(python, [])
        try:
            environment = idle.pop()
        except IndexError:
            environment = ReusedEnvironment(
                folder=Path(tempfile.mkdtemp(dir=self._folder), "environment"),
                python=python,
                base_environment=base_environment,
                options=self._options,
                runner=runner,
            )
        environment.begin(runner)
        try:
            yield environment
        except Exception:
            environment.give_up()
            idle.append(environment)
            raise
        idle.append(environment)

    @cached_property
    def _folder(self) -> Path:
        folder = make_owned_folder("archpip-metadata-", self._options.work_folder)
        # At the latest when the process ends.
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder
