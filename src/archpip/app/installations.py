"""The operations behind `archpip install`, `download` and `wheel`, one method each."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from archpip import __version__
from archpip.app.configuration import Question
from archpip.app.parts import find_build_indexes
from archpip.app.resolutions import Resolutions
from archpip.builds import BuildPlan, pip_environment
from archpip.installing import (
    EditableOptions,
    Environment,
    InstalledDistribution,
    InstallerOptions,
    InstallPlan,
    PresentWorld,
    VerifiedWheel,
    Workshop,
    acquire,
    install_editables,
    install_into_environment,
    install_into_folder,
    iter_acquired,
    plan_installation,
    read_environment,
    refuse_editables,
    to_installation_report,
)
from archpip.locking import read_lockfile, select_locked
from archpip.resolution import (
    JointResolution,
    LinkKind,
    Pin,
    Resolution,
    SourceReference,
    parse_metadata,
)
from archpip.targets import Target
from archpip.verdicts import Policy


class Installations(Resolutions):
    """Resolutions, and the steps from their pins to installed files."""

    def resolve_beside(
        self, question: Question, installed: Sequence[InstalledDistribution]
    ) -> JointResolution:
        """Resolve like `resolve`, but also choose installed distributions that no index has."""
        return self.resolve(question, world=PresentWorld(self.world, installed))

    def select_locked(
        self, path: Path, question: Question, *, extras: Collection[str] | None
    ) -> Resolution:
        """Return what a lockfile holds for the question's target, without resolving.

        Raises:
            InvalidLockfileError: It cannot be read.
            UnfitLockfileError: It has nothing for the target.
        """
        (target,) = question.targets
        return select_locked(
            read_lockfile(path),
            path=path,
            target=target,
            options=question.options,
            version_of=lambda source: parse_metadata(self.world.source(source).metadata).version,
            extras=extras,
        )

    def acquire(
        self, pins: Sequence[Pin], *, target: Target, policy: Policy, folder: Path | None = None
    ) -> tuple[VerifiedWheel, ...]:
        """Download or build the pins' wheels, and verify their bytes."""
        return acquire(
            pins,
            target=target,
            policy=policy,
            folder=folder or self._temporary_folder(),
            workshop=self._workshop,
        )

    def read_environment(self, python: Path) -> Environment:
        """Ask an interpreter where it finds its distributions."""
        return read_environment(python, variables=self._configuration.environ)

    def plan(
        self,
        resolution: Resolution,
        installed: Sequence[InstalledDistribution],
        *,
        force_reinstall: bool,
    ) -> InstallPlan:
        """Decide what an installation does to each project; change nothing."""
        return plan_installation(
            resolution.pins, installed, target=resolution.target, force_reinstall=force_reinstall
        )

    def report(self, plan: InstallPlan, target: Target) -> dict[str, object]:
        """Return what would be installed in the format of pip's `--report`."""
        entries = [(step.pin, self._metadata(step.pin)) for step in plan.changes]
        return dict(to_installation_report(entries, target=target, version=__version__))

    def install(
        self,
        plan: InstallPlan,
        environment: Environment,
        options: InstallerOptions,
        *,
        target: Target,
        policy: Policy,
        repositories: Path | None = None,
    ) -> None:
        """Carry out a plan in an environment; editable projects last, after their dependencies."""
        pins = [step.pin for step in plan.changes]
        wheels = self.acquire(
            [pin for pin in pins if not pin.editable], target=target, policy=policy
        )
        install_into_environment(wheels, environment, options)
        editable = [pin for pin in pins if pin.editable]
        install_editables(editable, environment, options, self._editable_options(repositories))

    def install_into_folder(
        self, plan: InstallPlan, folder: Path, *, target: Target, policy: Policy, upgrade: bool
    ) -> None:
        """Carry out a plan in a folder, for any target."""
        pins = [step.pin for step in plan.changes]
        refuse_editables(pins)
        if not pins:
            return
        wheels = iter_acquired(
            pins,
            target=target,
            policy=policy,
            folder=self._temporary_folder(),
            workshop=self._workshop,
        )
        with closing(wheels):
            install_into_folder(wheels, folder, target=target, upgrade=upgrade)

    def plan_builds(self, resolution: Resolution) -> Iterator[tuple[Pin, BuildPlan]]:
        """Plan the build of each pin that comes from source; run none of their code."""
        for pin in resolution.pins:
            if pin.kind is not LinkKind.WHEEL:
                for plan in self.pin_builder.plan(pin, resolution.target):
                    yield pin, plan

    @property
    def _workshop(self) -> Workshop:
        return Workshop(download=self.download, build=self.pin_builder.build, tell=self._warn)

    def _metadata(self, pin: Pin) -> bytes:
        """Return a pin's METADATA, which the resolution has stored."""
        if pin.kind is LinkKind.WHEEL:
            return self.world.wheel(pin.link, inspect=False).metadata
        reference = SourceReference(
            link=pin.link, kind=pin.kind, name=pin.name, subdirectory=pin.subdirectory
        )
        return self.world.source(reference).metadata

    def _editable_options(self, repositories: Path | None) -> EditableOptions:
        indexes = pip_environment(find_build_indexes(self._configuration))
        return EditableOptions(
            indexes=indexes,
            repositories=repositories,
            build_isolation=self._configuration.build_isolation,
        )
