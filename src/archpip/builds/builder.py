"""Source builds from end to end: look up, unpack, plan, run, check, cache.

This is the package's entry point. It reads no environment variable: `app` passes in the
interpreter, the variables, the folders and the tools.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.builds.cache import BuiltWheelCache, build_key
from archpip.builds.checking import CheckedWheel, check_built_wheel, find_native_evidence
from archpip.builds.environment import BuildEnvironment
from archpip.builds.errors import BuildNotApprovedError
from archpip.builds.frontend import ProjectFrontend
from archpip.builds.interpreters import describe_build_python
from archpip.builds.isolation import Isolation
from archpip.builds.model import (
    BuildOptions,
    BuildReporter,
    BuildSettings,
    BuildStep,
    SilentReporter,
)
from archpip.builds.plan import (
    BuilderChoice,
    BuildPlan,
    BuildTools,
    Interpreter,
    PlanRequest,
    Zig,
)
from archpip.builds.planning import plan_build
from archpip.builds.processes import ProcessSet
from archpip.builds.settings import add_config_settings, describe_settings
from archpip.builds.staging import hook_settings, show_target_to_python, stage_plan
from archpip.builds.strategies.native import is_same_python
from archpip.builds.toolchains.model import Toolchain
from archpip.builds.workspace import (
    Order,
    Workspace,
    display_project,
    find_project_name,
    open_workspace,
)
from archpip.errors import BuildError, WheelError
from archpip.targets import Target
from archpip.verdicts import Policy
from archpip.wheels import open_wheel, read_metadata

FindInterpreters: TypeAlias = Callable[[Target], tuple[Interpreter, ...]]
"""Finds Pythons on this machine that have a target's version."""


class BuiltWheel(Struct, frozen=True, kw_only=True):
    """A wheel that was built for a target, or found in the cache, and passed the check."""

    wheel: CheckedWheel
    from_cache: bool
    key: str | None
    """The build's cache key; `None` for a folder, whose content may change."""

    @property
    def path(self) -> Path:
        """The wheel's path."""
        return self.wheel.path


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
        find_interpreters: FindInterpreters = lambda _: (),
        toolchains: tuple[Toolchain, ...] = (),
        zig: Zig | None = None,
        choice: BuilderChoice = BuilderChoice.AUTO,
        policy: Policy | None = None,
    ) -> None:
        """Store everything that builds need from outside.

        Args:
            host: The target that describes `python`.
            python: The interpreter that runs the builds, which must have `venv`.
            environment: The variables that build commands inherit.
            options: Settings of all builds.
            settings: The user's settings for single projects.
            reporter: Receives progress events.
            find_interpreters: Finds other Pythons on this machine, for targets of another Python
                version than `python`.
            toolchains: For other machines; the user's own first.
            zig: The zig compiler, if there is one.
            choice: The value of `--builder`.
            policy: Which verdicts of a built wheel are refused.
        """
        self._host = host
        self._python = python
        self._environment = environment
        self._options = options
        self._settings = settings or {}
        self._reporter = reporter or SilentReporter()
        self._find_interpreters = find_interpreters
        self._toolchains = toolchains
        self._zig = zig
        self._choice = choice
        self._policy = policy or Policy()
        self._cache = BuiltWheelCache(options.wheel_folder)
        self._processes = ProcessSet()
        self._isolation = Isolation(options, environment)

    def cancel(self) -> None:
        """Stop every running build in any thread, and all that would start later.

        For Ctrl-C, which only reaches the main thread: builds in other threads fail, and remove
        their folders as they exit.
        """
        self._processes.end()

    def machines_of(self, target: Target) -> tuple[Target, ...]:
        """Return the targets to build separately: zig makes one slice at a time."""
        return target.machines if self._choice is BuilderChoice.ZIG else (target,)

    def settings_for(
        self, name: NormalizedName, config_settings: Iterable[tuple[str, str]] = ()
    ) -> BuildSettings:
        """Return a project's build settings, with a requirement's own settings on top."""
        return add_config_settings(self._settings.get(name, BuildSettings()), config_settings)

    def is_patched(self, name: NormalizedName) -> bool:
        """Return whether a project's sources, and so perhaps its metadata, are patched first."""
        return bool(self.settings_for(name).patches)

    def is_customised(self, name: NormalizedName) -> bool:
        """Return whether the user's settings change how a project is built."""
        return not self._options.isolation or bool(describe_settings(self.settings_for(name)))

    def metadata(
        self,
        sdist: Path,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        config_settings: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        """Return the METADATA that the sdist's backend computes, natively.

        Static metadata is the caller's task: this always runs the project's code.

        Raises:
            BuildError: One of this package's errors.
        """
        name = name or find_project_name(sdist.name)
        settings = self.settings_for(name, config_settings)
        order = self._order(sdist, self._host, name, subdirectory, settings)
        with self._workspace(order) as workspace:
            plan = self._plan(order, workspace, BuilderChoice.AUTO)
            with self._isolation.lend_for_metadata(workspace, plan) as environment:
                frontend = self._prepare(order, workspace, plan, environment)
                prepared = frontend.prepare_metadata(workspace.folder / "metadata")
                if prepared is not None:
                    return prepared
                wheel = open_wheel(frontend.build_wheel(workspace.folder / "dist"))
            try:
                return read_metadata(wheel)
            finally:
                wheel.close()

    def plan(
        self,
        sdist: Path,
        target: Target,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        settings: BuildSettings | None = None,
    ) -> BuildPlan:
        """Plan the build of the sdist, without running any of its code.

        Raises:
            InvalidSdistError: It cannot be unpacked.
            ToolchainMissingError: Nothing on this machine can build it.
        """
        order = self._order(sdist, target, name, subdirectory, settings)
        with self._workspace(order) as workspace:
            return self._plan(order, workspace, self._choice)

    def build(
        self,
        sdist: Path,
        target: Target,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        settings: BuildSettings | None = None,
        native_evidence: str | None = None,
    ) -> BuiltWheel:
        """Build the sdist for the target, or find it in the cache; return the wheel and its facts.

        Args:
            sdist: An archive or a folder.
            target: The machine to build for.
            name: The project's name, if the file's or folder's name does not give it.
            subdirectory: The project's folder inside the sdist.
            settings: Replace the builder's own settings for this project.
            native_evidence: How the caller knows that native code is expected: the index has wheels
                of this version, and none of them is pure.

        Raises:
            BuildError: One of this package's errors.
        """
        order = self._order(sdist, target, name, subdirectory, settings)
        order = replace(order, native_evidence=native_evidence)
        key = self._key(order)
        return self._find(order, key) or self._make(order, key)

    def _order(
        self,
        sdist: Path,
        target: Target,
        name: NormalizedName | None,
        subdirectory: str | None,
        settings: BuildSettings | None,
    ) -> Order:
        """Complete an order; refuse to run the project's code if it is not approved."""
        name = name or find_project_name(sdist.name)
        chosen = settings or self.settings_for(name)
        if self._options.require_approval and not chosen.approved:
            raise BuildNotApprovedError(project=name)
        return Order(
            project=display_project(sdist.name, name),
            sdist=sdist,
            target=target,
            subdirectory=subdirectory,
            settings=chosen,
        )

    def _find(self, order: Order, key: str | None) -> BuiltWheel | None:
        """Look the build up; a cached wheel is checked again, since rules and disks change."""
        path = None if key is None else self._cache.find(key)
        if key is None or path is None:
            return None
        try:
            checked = self._check(path, order, evidence=None)
        except (BuildError, WheelError, OSError):  # or another process has just dropped it
            self._cache.forget(key)
            return None
        return BuiltWheel(wheel=checked, from_cache=True, key=key)

    def _make(self, order: Order, key: str | None) -> BuiltWheel:
        with self._workspace(order) as workspace:
            plan = self._plan(order, workspace, self._choice)
            environment = self._isolation.make_environment(workspace, plan)
            frontend = self._prepare(order, workspace, plan, environment)
            wheel = frontend.build_wheel(workspace.folder / "dist")
            self._reporter.build_step(workspace.project, BuildStep.CHECK)
            evidence = order.native_evidence or find_native_evidence(
                plan.backend, workspace.log_lines()
            )
            checked = self._check(
                wheel, order, evidence=None if order.settings.allow_pure else evidence
            )
            if key is None:
                kept = self._cache.put_unkeyed(wheel, checked.sha256)
            else:
                kept = self._cache.put(key, wheel)
        return BuiltWheel(wheel=replace(checked, path=kept), from_cache=False, key=key)

    def _check(self, wheel: Path, order: Order, *, evidence: str | None) -> CheckedWheel:
        return check_built_wheel(wheel, order.target, policy=self._policy, native_evidence=evidence)

    def _key(self, order: Order) -> str | None:
        """Return the build's cache key, or `None`.

        A folder has none, since its content may change, nor has a build that uses the user's
        installed packages.
        """
        if order.sdist.is_dir() or not self._options.isolation:
            return None
        with order.sdist.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        indexes = self._options.indexes
        return build_key(
            sdist_sha256=sha256,
            target=order.target,
            choice=self._choice,
            settings=order.settings,
            tools=self._tools(order.target),
            subdirectory=order.subdirectory,
            uploaded_before=indexes.uploaded_before if indexes else None,
            uploaded_before_of=indexes.uploaded_before_of if indexes else (),
            constraints=self._options.constraints,
        )

    @cached_property
    def _own_interpreter(self) -> Interpreter:
        return describe_build_python(self._python, self._host)

    def _tools(self, target: Target) -> BuildTools:
        """Return the tools for a target; searches for another Python if ours has the wrong version.

        Tools that its builds do not use are left out: installing zig, or a toolchain for another
        machine, must not invalidate cached builds.
        """
        own = self._own_interpreter
        more = () if is_same_python(target, own.target) else self._find_interpreters(target)
        return BuildTools(
            interpreters=(own, *more),
            toolchains=tuple(tool for tool in self._toolchains if tool.serves(target)),
            zig=self._zig if self._choice is BuilderChoice.ZIG else None,
        )

    def _workspace(self, order: Order) -> AbstractContextManager[Workspace]:
        return open_workspace(
            order,
            options=self._options,
            environment=self._environment,
            reporter=self._reporter,
            processes=self._processes,
        )

    def _plan(self, order: Order, workspace: Workspace, choice: BuilderChoice) -> BuildPlan:
        request = PlanRequest(
            project=workspace.project,
            target=order.target,
            backend=workspace.backend,
            settings=order.settings,
            tools=self._tools(order.target),
        )
        return plan_build(request, choice)

    def _prepare(
        self, order: Order, workspace: Workspace, plan: BuildPlan, environment: BuildEnvironment
    ) -> ProjectFrontend:
        """Create the build environment, and write the plan's files before a hook runs."""
        base = environment.make_extra_environ()
        staged = workspace.folder / "target"
        runner = workspace.runner
        stage_plan(
            plan,
            staged,
            run=lambda line: runner.run(line, cwd=None, environment=base),
            environment=base,
        )
        frontend = ProjectFrontend(
            project=workspace.project,
            plan=plan,
            root=workspace.root,
            environment=environment,
            runner=runner,
            log=workspace.log,
            reporter=self._reporter,
            hook_settings=hook_settings(plan, staged, base),
        )
        frontend.install_requirements(
            (*plan.build_requires, *order.settings.build_requires),
            ready=lambda: show_target_to_python(plan, staged, environment.site_packages),
        )
        return frontend
