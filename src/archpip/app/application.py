"""What commands call, one method each."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from archpip import __version__
from archpip.app.configuration import Question
from archpip.app.gateways import Gateways
from archpip.app.inspections import Inspections
from archpip.app.parts import find_build_indexes
from archpip.builds import (
    BuildPlan,
    Check,
    Toolchain,
    Zig,
    examine_toolchain,
    examine_zig,
    pip_environment,
)
from archpip.index import Link, to_file_url
from archpip.installing import (
    EditableOptions,
    Environment,
    InstalledDistribution,
    InstallerOptions,
    InstallPlan,
    VerifiedWheel,
    Workshop,
    acquire,
    install_editables,
    install_into_environment,
    install_into_folder,
    plan_installation,
    read_environment,
    refuse_editables,
    to_installation_report,
)
from archpip.locking import to_pylock, write_lockfile
from archpip.resolution import (
    JointResolution,
    LinkKind,
    Pin,
    Resolution,
    SourceReference,
    check_pythons,
    resolve_together,
)
from archpip.store import StoreInfo
from archpip.targets import Target
from archpip.verdicts import Policy, Verdict, find_unmatched


class Application(Inspections, Gateways):
    """archpip, put together. Close it, or use it in a `with` statement."""

    def resolve(self, question: Question) -> JointResolution:
        """Resolve for every target of the question, sharing versions where that is possible."""
        check_pythons(question.asked.pythons, targets=question.targets, options=question.options)
        answer = resolve_together(
            question.asked.requirements,
            targets=question.targets,
            world=self.world,
            constraints=question.asked.constraints,
            overrides=question.asked.overrides,
            policy=question.policy,
            options=question.options,
            preferences=question.preferences,
            reporter=self._reporter,
        )
        for override in find_unmatched(question.policy.overrides, _judged(answer)):
            self._warn(override.unmatched_message)
        return answer

    def write_lock(
        self, question: Question, answer: JointResolution, resolution: Resolution, path: Path
    ) -> None:
        """Write one target's lockfile, whole or not at all."""
        pylock = to_pylock(
            resolution,
            folder=path.parent,
            requirements=question.asked.requirements,
            constraints=question.asked.constraints,
            notes=[str(difference) for difference in answer.differences],
            build_settings=self._configuration.build_settings,
        )
        write_lockfile(pylock, path)

    def acquire(
        self, pins: Sequence[Pin], *, target: Target, policy: Policy, folder: Path | None = None
    ) -> tuple[VerifiedWheel, ...]:
        """Bring the pins' wheels to this disk, downloaded or built, and verify their bytes."""
        return acquire(
            pins,
            target=target,
            policy=policy,
            folder=folder or self._temporary_folder(),
            workshop=Workshop(
                download=self.download, build=self.pin_builder.build, tell=self._warn
            ),
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
        """Decide what an installation does to each project; touches nothing."""
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
        """Carry a plan out in an environment; editable projects last, when all is there."""
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
        """Carry a plan out in a folder, for whichever target."""
        pins = [step.pin for step in plan.changes]
        refuse_editables(pins)
        wheels = self.acquire(pins, target=target, policy=policy)
        install_into_folder(wheels, folder, target=target, upgrade=upgrade)

    def plan_builds(self, resolution: Resolution) -> Iterator[tuple[Pin, BuildPlan]]:
        """Say how each pin that comes from source would be built; runs none of their code."""
        for pin in resolution.pins:
            if pin.kind is not LinkKind.WHEEL:
                for plan in self.pin_builder.plan(pin, resolution.target):
                    yield pin, plan

    def add_toolchain(
        self, target: Target, *, more_packages: tuple[str, ...], on_step: Callable[[str], None]
    ) -> Toolchain:
        """Make a toolchain for a target from Debian's packages."""
        return self.shelf.add_debian(
            target, self._configuration.host, more_packages=more_packages, on_step=on_step
        )

    def add_zig(self) -> Zig:
        """Get zig from the package index."""
        return self.shelf.add_zig(indexes=find_build_indexes(self._configuration))

    def examine_toolchains(self) -> tuple[Check, ...]:
        """Try every toolchain out."""
        environ = self._configuration.environ
        checks = [
            check
            for toolchain in self.toolchains
            for check in examine_toolchain(toolchain, environment=environ)
        ]
        zig = self.shelf.zig()
        return (*checks, *(examine_zig(zig, environment=environ) if zig else ()))

    def project_metadata(self, folder: Path) -> bytes:
        """Return METADATA of the project in a folder; its build backend is run where need be.

        Raises:
            BuildError: The backend failed.
        """
        link = Link(url=to_file_url(folder.resolve()), filename=folder.resolve().name)
        return self.world.source(SourceReference(link=link, kind=LinkKind.DIRECTORY)).metadata

    def fetch(self, url: str) -> bytes:
        """Return what stands at a URL: a file of requirements, say."""
        with TemporaryDirectory(prefix="archpip-") as folder:
            link = Link(url=url, filename="fetched")
            return self.index.download(link, Path(folder)).read_bytes()

    def store_info(self) -> StoreInfo:
        """Say how much the store holds."""
        return self.store.info()

    def clear_store(self) -> int:
        """Forget everything; returns the bytes freed."""
        return self.store.clear()

    def _metadata(self, pin: Pin) -> bytes:
        """Return METADATA, which the resolution has left in the store."""
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


def _judged(answer: JointResolution) -> Iterator[tuple[str, Verdict | None]]:
    """Yield the wheels that were taken, and those that were refused for what was found in them."""
    for pin in (pin for resolution in answer.resolutions for pin in resolution.pins):
        if pin.kind is LinkKind.WHEEL:
            yield pin.link.filename, pin.verdict
        if pin.fused_with:
            yield pin.fused_with.link.filename, pin.verdict
        for rejection in pin.rejections:
            if rejection.verdict is not None:
                yield rejection.link.filename, rejection.verdict
