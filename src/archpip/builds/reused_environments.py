"""Build environments reused by several metadata builds, one after another.

A resolution may need the metadata of twenty old versions of a project, all with one setuptools: the
environment of the first serves the others. Wheels are always built in an environment of their own.
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from archpip.builds.environment import BuildEnvironment
from archpip.builds.model import BuildOptions
from archpip.builds.processes import CommandRunner


class ReusedEnvironment(BuildEnvironment):
    """An environment that is recreated only for a different set of requirements."""

    _installed: frozenset[str] | None = None
    """`None` before it is created, and during an installation."""
    _is_prepared = False
    """Whether this build has installed its first requirements."""

    def begin(self, runner: CommandRunner) -> None:
        """Start serving another build, whose commands `runner` runs."""
        self._runner = runner
        self._is_prepared = False

    def create(self) -> None:
        """Create the environment if there is none."""
        if self._installed is None:
            super().create()
            self._installed = frozenset()

    def install(self, requirements: Iterable[str]) -> None:
        """Install requirements: the first ones of a build replace those of earlier builds."""
        wanted = frozenset(requirements)
        known, self._installed = self._installed, None  # until it is certain what there is
        if not self._is_prepared and known and known != wanted:
            shutil.rmtree(self._folder)
            super().create()
            known = frozenset()
        if not wanted <= (known or frozenset()):
            super().install(wanted)
        self._installed = wanted | (known or frozenset())
        self._is_prepared = True


class ReusedEnvironments:
    """Lends environments. Safe to use from several threads; each is lent to one build at a time."""

    def __init__(self, options: BuildOptions) -> None:
        self._options = options
        self._idle: dict[Path, list[ReusedEnvironment]] = {}

    @contextmanager
    def lend(
        self, python: Path, base_environment: Mapping[str, str], runner: CommandRunner
    ) -> Iterator[ReusedEnvironment]:
        """Lend an environment of `python`'s; one in which a build failed is not lent again."""
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
        yield environment
        idle.append(environment)

    @cached_property
    def _folder(self) -> str:
        folder = tempfile.mkdtemp(prefix="archpip-metadata-", dir=self._options.work_folder)
        # At the latest when the process ends.
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder
