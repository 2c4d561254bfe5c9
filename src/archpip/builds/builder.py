"""Source builds from end to end: unpack, prepare, run, check, keep.

This is the package's door. It reads no environment variable and no clock of its own: `app.py`
hands in the interpreter, the variables and the folders.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
)

from archpip.builds.environment import BuildEnvironment
from archpip.builds.errors import BuildNotApprovedError
from archpip.builds.frontend import HookSettings, ProjectFrontend
from archpip.builds.model import (
    BuildOptions,
    BuildReporter,
    BuildSettings,
    BuildStep,
    SilentReporter,
)
from archpip.builds.processes import CommandRunner, Deadline
from archpip.builds.sdists import sdist_stem, unpack_sdist
from archpip.targets import Target
from archpip.wheels import open_wheel, read_metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One build: what it is called, and where it happens."""

    project: str
    target: str
    folder: Path
    log: Path
    settings: BuildSettings


class SourceBuilder:
    """Builds wheels from sdists and local folders. Safe to call from several threads."""

    def __init__(
        self,
        *,
        host: Target,
        python: Path,
        environment: Mapping[str, str],
        options: BuildOptions,
        settings: Mapping[NormalizedName, BuildSettings] | None = None,
        reporter: BuildReporter | None = None,
    ) -> None:
        """Take everything that a build gets from outside.

        Args:
            host: What `python` is.
            python: The interpreter that runs the builds; it can run `venv` and `pip`.
            environment: The variables that build commands inherit.
            options: How all builds are run.
            settings: What the user says about single projects.
            reporter: Hears about progress.
        """
        self._host = host
        self._python = python
        self._environment = environment
        self._options = options
        self._settings = settings or {}
        self._reporter = reporter or SilentReporter()

    def metadata(
        self,
        sdist: Path,
        *,
        subdirectory: str | None = None,
        settings: BuildSettings | None = None,
    ) -> bytes:
        """Return the METADATA that the sdist's backend computes, natively.

        Static metadata is the caller's matter: this always runs the project's code.

        Raises:
            BuildError: One of this package's errors.
        """
        with self._job(sdist, self._host, settings) as job:
            frontend = self._prepared(job, sdist, subdirectory)
            prepared = frontend.prepare_metadata(job.folder / "metadata")
            if prepared is not None:
                return (prepared / "METADATA").read_bytes()
            wheel = open_wheel(frontend.build_wheel(job.folder / "dist"))
            try:
                return read_metadata(wheel)
            finally:
                wheel.close()

    def build(
        self,
        sdist: Path,
        target: Target,
        *,
        subdirectory: str | None = None,
        settings: BuildSettings | None = None,
    ) -> Path:
        """Build the sdist for the target and return the wheel's path.

        Raises:
            BuildError: One of this package's errors.
        """
        with self._job(sdist, target, settings) as job:
            frontend = self._prepared(job, sdist, subdirectory)
            wheel = frontend.build_wheel(job.folder / "dist")
            self._options.wheel_folder.mkdir(parents=True, exist_ok=True)
            return Path(shutil.move(wheel, self._options.wheel_folder / wheel.name))

    @contextmanager
    def _job(self, sdist: Path, target: Target, settings: BuildSettings | None) -> Iterator[_Job]:
        """Give one build its folder and log; both go when it ends well, the folder always."""
        stem = sdist_stem(sdist.name)
        name = _project_name(sdist.name)
        chosen = settings or self._settings.get(name, BuildSettings())
        if self._options.require_approval and not chosen.approved:
            raise BuildNotApprovedError(project=name)
        self._options.log_folder.mkdir(parents=True, exist_ok=True)
        log = self._options.log_folder / f"{stem}-{target.name}-{target.python.tag}.log"
        log.unlink(missing_ok=True)
        with _working_folder(self._options, f"{stem}-{target.name}-") as folder:
            yield _Job(project=stem, target=target.name, folder=folder, log=log, settings=chosen)
        log.unlink(missing_ok=True)

    def _prepared(self, job: _Job, sdist: Path, subdirectory: str | None) -> ProjectFrontend:
        """Unpack the sdist and make its build environment."""
        self._reporter.build_step(job.project, BuildStep.UNPACK)
        source = job.folder / "source"
        source.mkdir()
        root = unpack_sdist(sdist, source, subdirectory=subdirectory)
        runner = CommandRunner(
            log=job.log,
            deadline=Deadline(self._options.time_limit_seconds),
            on_output=lambda line: self._reporter.build_output(job.project, line),
        )
        environment = BuildEnvironment(
            folder=job.folder / "environment",
            python=self._python,
            base_environment=self._environment,
            options=self._options,
            runner=runner,
        )
        frontend = ProjectFrontend(
            project=job.project,
            target=job.target,
            root=root,
            environment=environment,
            runner=runner,
            log=job.log,
            reporter=self._reporter,
            hook_settings=HookSettings(
                environment=job.settings.environment,
                config_settings=job.settings.config_settings,
            ),
        )
        frontend.install_requirements(job.settings.build_requires)
        return frontend


@contextmanager
def _working_folder(options: BuildOptions, prefix: str) -> Iterator[Path]:
    """Give a fresh folder, removed afterwards unless builds are kept.

    It is always a new one: py-build-cmake and setuptools reuse what an earlier build left.
    """
    if options.keep_build_folder is not None:
        options.keep_build_folder.mkdir(parents=True, exist_ok=True)
        yield Path(tempfile.mkdtemp(prefix=prefix, dir=options.keep_build_folder))
        return
    if options.work_folder is not None:
        options.work_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f"archpip-{prefix}", dir=options.work_folder, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _project_name(filename: str) -> NormalizedName:
    """Return the project's normalised name; a folder's own name where it is no sdist's."""
    stem = sdist_stem(filename)
    try:
        return parse_sdist_filename(f"{stem}.tar.gz")[0]
    except InvalidSdistFilename:
        return canonicalize_name(stem)
