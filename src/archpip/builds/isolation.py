"""Choose the environment of a build: its own, a shared one, or an emulated one."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from archpip.builds.emulation import EmulatedEnvironment
from archpip.builds.environment import BuildEnvironment
from archpip.builds.errors import ToolchainMissingError
from archpip.builds.model import BuildOptions
from archpip.builds.no_isolation import SharingEnvironment
from archpip.builds.plan import BuildPlan, Strategy
from archpip.builds.reused_environments import ReusedEnvironments
from archpip.builds.workspace import Workspace


class Isolation:
    """Provides build environments. Safe to use from several threads."""

    def __init__(self, options: BuildOptions, base_environment: Mapping[str, str]) -> None:
        """Store the settings of all builds, and the variables that their commands inherit."""
        self._options = options
        self._base_environment = base_environment
        self._reused = ReusedEnvironments(options)

    def make_environment(self, workspace: Workspace, plan: BuildPlan) -> BuildEnvironment:
        """Return the environment for one build, in its workspace; nothing is written yet.

        Raises:
            ToolchainMissingError: An emulated build is requested without isolation.
        """
        kind = BuildEnvironment if self._options.isolation else SharingEnvironment
        if plan.strategy is Strategy.EMULATED:
            if not self._options.isolation:
                raise ToolchainMissingError(
                    project=workspace.project,
                    target=plan.target.name,
                    missing="the Python in the emulator has no build backend",
                    remedy="Leave --no-build-isolation out, so that one is installed for it.",
                )
            kind = EmulatedEnvironment
        environment = kind(
            folder=workspace.folder / "environment",
            python=plan.interpreter.executable,
            base_environment=self._base_environment,
            options=self._options,
            runner=workspace.runner,
        )
        if isinstance(environment, EmulatedEnvironment) and plan.emulated_python is not None:
            environment.emulate(plan.emulator, plan.emulated_python)
        return environment

    def lend_for_metadata(
        self, workspace: Workspace, plan: BuildPlan
    ) -> AbstractContextManager[BuildEnvironment]:
        """Lend an environment for computing metadata only, which may be reused afterwards.

        If builds are not isolated, or their folders are kept, it is the build's own.
        """
        if not self._options.isolation or self._options.keep_build_folder is not None:
            return nullcontext(self.make_environment(workspace, plan))
        python = plan.interpreter.executable
        return self._reused.lend(python, self._base_environment, workspace.runner)
