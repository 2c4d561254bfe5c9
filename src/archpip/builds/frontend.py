"""The PEP 517 front end: one unpacked project, its build environment, and its backend's hooks.

The hooks run in the native environment; `HookSettings` holds the variables and config settings for
the target, which only the hooks see. They are decided in `plan.py`.

Source: PEP 517, PEP 518; https://packaging.python.org/en/latest/specifications/
"""

import subprocess
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from build import BuildBackendException, BuildException, ProjectBuilder
from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from pyproject_hooks import BackendUnavailable

from archpip.builds.diagnosis import find_advice, find_missing, find_reason, last_command
from archpip.builds.environment import BuildEnvironment
from archpip.builds.errors import (
    BackendMissingError,
    BuildFailedError,
    BuildTimeoutError,
    InvalidBuildSystemError,
    ToolchainMissingError,
)
from archpip.builds.logs import excerpt
from archpip.builds.model import BuildReporter, BuildStep
from archpip.builds.plan import BuildPlan
from archpip.builds.processes import CommandRunner, DeadlinePassedError
from archpip.errors import BuildError, ResolutionError


class HookSettings(Struct, frozen=True, kw_only=True):
    """The settings that only the backend's hooks get."""

    environment: tuple[tuple[str, str], ...] = ()
    """Variables that override the build environment's."""
    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def config_settings_table(self) -> dict[str, str | list[str]]:
        """Return the settings as PEP 517 hooks take them."""
        return {
            key: values[0] if len(values) == 1 else list(values)
            for key, values in self.config_settings
        }


class ProjectFrontend:
    """Builds one unpacked project. Used by one thread, once."""

    def __init__(
        self,
        *,
        project: str,
        plan: BuildPlan,
        root: Path,
        environment: BuildEnvironment,
        runner: CommandRunner,
        log: Path,
        reporter: BuildReporter,
        hook_settings: HookSettings,
    ) -> None:
        self._project = project
        self._plan = plan
        self._target = plan.target.name
        self._environment = environment
        self._runner = runner
        self._log = log
        self._reporter = reporter
        self._settings = hook_settings
        self._step = BuildStep.UNPACK
        with self._translated():
            self._builder = self._open(root)

    def _open(self, root: Path) -> ProjectBuilder:
        python = self._environment.python_executable
        try:
            return ProjectBuilder(root, python_executable=python, runner=self._run_hook)
        except ValueError as error:  # pyproject_hooks', for a path that leaves the project
            reason = f"backend-path: {error}"
            raise InvalidBuildSystemError(project=self._project, reason=reason) from error

    def install_requirements(
        self, extra: Iterable[str] = (), *, ready: Callable[[], None] = lambda: None
    ) -> None:
        """Create the environment with the build requirements of the project, then of its backend.

        Args:
            extra: Requirements besides the project's own.
            ready: Called once, after the environment is created and before the first hook runs.

        Raises:
            InvalidBuildSystemError: A build requirement is not a requirement.
            BuildFailedError: They cannot be installed, or the backend's hook failed.
        """
        with self._entering(BuildStep.REQUIREMENTS):
            self._environment.create()
            wanted = self._parse([*self._builder.build_system_requires, *extra])
            self._environment.install(wanted)
            ready()
        with self._entering(BuildStep.BACKEND_REQUIREMENTS):
            settings = self._settings.config_settings_table()
            more = self._parse(self._builder.get_requires_for_build("wheel", settings))
        with self._entering(BuildStep.REQUIREMENTS):
            self._environment.install(set(more) - set(wanted))

    def prepare_metadata(self, folder: Path) -> bytes | None:
        """Return METADATA from the backend's metadata hook; `None` if it has no such hook.

        Raises:
            BuildFailedError: The hook failed, or wrote none.
        """
        with self._entering(BuildStep.METADATA):
            prepared = self._builder.prepare(
                "wheel", folder, self._settings.config_settings_table()
            )
            return None if prepared is None else Path(prepared, "METADATA").read_bytes()

    def build_wheel(self, folder: Path) -> Path:
        """Build the wheel into `folder` and return its path. Nothing is checked here.

        Raises:
            BuildFailedError: The hook failed.
        """
        with self._entering(BuildStep.WHEEL):
            settings = self._settings.config_settings_table()
            return Path(self._builder.build("wheel", folder, settings))

    def _run_hook(
        self,
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        variables = self._environment.make_extra_environ()
        variables.update(self._settings.environment)
        variables.update(extra_environ or {})
        self._runner.run(cmd, cwd=cwd, environment=variables)

    def _parse(self, requirements: Iterable[str]) -> list[str]:
        """Check each requirement, so that an option never reaches pip's command line."""
        try:
            return [str(Requirement(text)) for text in requirements]
        except InvalidRequirement as error:
            raise InvalidBuildSystemError(project=self._project, reason=str(error)) from error

    @contextmanager
    def _entering(self, step: BuildStep) -> Iterator[None]:
        self._step = step
        self._reporter.build_step(self._project, step)
        # pyproject_hooks shows a backend's warnings as its own; they stand in the log already.
        with self._translated(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the libraries' errors into ours; `build` wraps what our own runner raises."""
        try:
            yield
        except BuildBackendException as error:
            raise self._error(error.exception) from error
        except BuildException as error:
            raise InvalidBuildSystemError(project=self._project, reason=str(error)) from error
        except (subprocess.CalledProcessError, DeadlinePassedError, OSError) as error:
            raise self._error(error) from error
        except ResolutionError as error:  # where build requirements are pinned by our own hand
            raise self._failure(BuildFailedError, str(error), error.details) from error

    def _error(self, cause: Exception) -> BuildError:
        if isinstance(cause, BackendUnavailable):
            return BackendMissingError(
                project=self._project,
                backend=cause.backend_name or "(unnamed)",
                reason=_last_line(cause.traceback),
                log=self._log,
            )
        if isinstance(cause, DeadlinePassedError):
            return self._failure(BuildTimeoutError, "it took longer than the time limit")
        if isinstance(cause, subprocess.CalledProcessError):
            return self._command_error(cause.returncode)
        return self._failure(BuildFailedError, _last_line(f"{type(cause).__name__}: {cause}"))

    def _command_error(self, status: int) -> BuildError:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        missing = find_missing(last_command(lines), self._plan)
        if missing is None:
            reason = find_reason(lines) or f"it ended with status {status}"
            return self._failure(BuildFailedError, reason, last_command(lines))
        what, remedy = missing
        return ToolchainMissingError(
            project=self._project, target=self._target, missing=what, remedy=remedy
        )

    def _failure(
        self, kind: type[BuildFailedError], reason: str, lines: Sequence[str] = ()
    ) -> BuildFailedError:
        return kind(
            project=self._project,
            target=self._target,
            step=self._step,
            reason=reason,
            log=self._log,
            excerpt=excerpt(lines),
            advice=find_advice(lines, self._plan),
        )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1].strip()
