"""The composition root: the only place that picks implementations and joins them.

Each command calls one method of `Application`. What is slow to import is imported when a command
first needs it: the HTTP client alone costs more than `archpip --version` may take.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip import __version__
from archpip.builds import (
    BuilderChoice,
    BuildOptions,
    BuildPlan,
    BuildSettings,
    Check,
    IndexOptions,
    SourceBuilder,
    Toolchain,
    ToolchainShelf,
    Zig,
    examine_toolchain,
    examine_zig,
)
from archpip.environments import (
    Audit,
    AuditedPart,
    InferredTarget,
    Runner,
    Shape,
    Trial,
    audit_locked,
    audit_tree,
    audit_wheels,
    check_modules,
    detect_shape,
    find_scope,
    infer_from_name,
    infer_target,
    open_tree,
    rank_for_target,
    read_locked,
)
from archpip.index import (
    IndexLocations,
    Link,
    SessionOptions,
    path_of,
    without_credentials,
)
from archpip.installing import (
    Environment,
    InstalledDistribution,
    InstallerOptions,
    InstallPlan,
    PinBuilder,
    VerifiedWheel,
    Workshop,
    acquire,
    install_into_environment,
    install_into_folder,
    plan_installation,
    read_environment,
    to_installation_report,
)
from archpip.integrations import Client, GatewayAddresses, find_client, run_behind
from archpip.locking import to_pylock, write_lockfile
from archpip.reports.inspection import WheelReport
from archpip.reports.matrix import Cell, Matrix
from archpip.resolution import (
    IndexWorld,
    JointResolution,
    LinkKind,
    Pin,
    RequirementSet,
    Resolution,
    ResolutionReporter,
    ResolveOptions,
    SourceReference,
    adapt_python,
    find_links,
    resolve_together,
)
from archpip.store import SqliteStore, StoreInfo
from archpip.targets import Target
from archpip.verdicts import Policy, find_unmatched, judge
from archpip.wheels import Inspection, RemoteWheel, WheelSource, inspect_wheel, open_wheel

if TYPE_CHECKING:
    from archpip.gateway import Gateway, Refusal, View
    from archpip.index.client import IndexClient, Repositories


_MOST_RUNS = 4
_FIRST_PORT = 20_000
_PORTS = 12_000
"""Below what Linux gives out by itself, which begins at 32,768."""

_LOOK_UPS = 8
"""Wheels that are opened side by side: it is servers that are waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that an `Application` takes from outside."""

    host: Target
    python: Path
    """The interpreter that builds are run with."""
    environ: Mapping[str, str]
    cache_folder: Path
    data_folder: Path
    """Where toolchains are kept."""
    locations: IndexLocations = field(default_factory=IndexLocations)
    session: SessionOptions = field(default_factory=SessionOptions)
    build_settings: Mapping[NormalizedName, BuildSettings] = field(default_factory=dict)
    require_build_approval: bool = False
    keep_build_folder: Path | None = None
    build_seconds: float | None = None
    """The most that one build may take."""
    builder: BuilderChoice = BuilderChoice.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be resolved."""

    asked: RequirementSet
    targets: tuple[Target, ...]
    options: ResolveOptions = field(default_factory=ResolveOptions)
    policy: Policy = field(default_factory=Policy)
    preferences: Mapping[NormalizedName, Version] = field(default_factory=dict)
    """Versions to keep where nothing speaks against them."""


class Application:
    """archpip, put together. Close it, or use it in a `with` statement."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        warn: Callable[[str], None],
        reporter: ResolutionReporter | None = None,
    ) -> None:
        """Take the configuration; nothing is opened before it is needed.

        Args:
            configuration: What holds for this run.
            warn: Told, in a sentence, what the user should know although the run goes on.
            reporter: Hears how a resolution goes on.
        """
        self._configuration = configuration
        self._warn = warn
        self._reporter = reporter or ResolutionReporter()
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened, the last one first."""
        self._opened.close()

    # What commands ask for.

    def resolve(self, question: Question) -> JointResolution:
        """Resolve for every target of the question, sharing versions where that is possible."""
        answer = resolve_together(
            question.asked.requirements,
            targets=question.targets,
            world=self.world,
            constraints=question.asked.constraints,
            policy=question.policy,
            options=question.options,
            preferences=question.preferences,
            reporter=self._reporter,
        )
        self._warn_of_unmatched(question.policy, _filenames(answer))
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
            workshop=Workshop(download=self.download, build=self.pin_builder.build),
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
    ) -> None:
        """Carry a plan out in an environment."""
        pins = [step.pin for step in plan.changes]
        wheels = self.acquire(pins, target=target, policy=policy)
        install_into_environment(wheels, environment, options)

    def install_into_folder(
        self, plan: InstallPlan, folder: Path, *, target: Target, policy: Policy, upgrade: bool
    ) -> None:
        """Carry a plan out in a folder, for whichever target."""
        pins = [step.pin for step in plan.changes]
        wheels = self.acquire(pins, target=target, policy=policy)
        install_into_folder(wheels, folder, target=target, upgrade=upgrade)

    def plan_builds(self, resolution: Resolution) -> Iterator[tuple[Pin, BuildPlan]]:
        """Say how each pin that comes from source would be built; runs none of their code."""
        for pin in resolution.pins:
            if pin.kind is not LinkKind.WHEEL:
                yield pin, self.pin_builder.plan(pin, resolution.target)

    def add_toolchain(
        self, target: Target, *, more_packages: tuple[str, ...], on_step: Callable[[str], None]
    ) -> Toolchain:
        """Make a toolchain for a target from Debian's packages."""
        return self.shelf.add_debian(
            target, self._configuration.host, more_packages=more_packages, on_step=on_step
        )

    def add_zig(self) -> Zig:
        """Get zig from the package index."""
        return self.shelf.add_zig(indexes=_build_indexes(self._configuration))

    def examine_toolchains(self) -> tuple[Check, ...]:
        """Try every toolchain out."""
        environ = self._configuration.environ
        checks = [
            check
            for toolchain in self.shelf.toolchains()
            for check in examine_toolchain(toolchain, environment=environ)
        ]
        zig = self.shelf.zig()
        return (*checks, *(examine_zig(zig, environment=environ) if zig else ()))

    def download(self, link: Link, folder: Path) -> Path:
        """Put one file, hash-checked, into a folder."""
        return self.index.download(link, folder)

    def fetch(self, url: str) -> bytes:
        """Return what stands at a URL: a file of requirements, say."""
        with TemporaryDirectory(prefix="archpip-") as folder:
            link = Link(url=url, filename="fetched")
            return self.index.download(link, Path(folder)).read_bytes()

    def inspect(self, subject: str, *, target: Target, policy: Policy) -> tuple[WheelReport, ...]:
        """Open the wheels that a path, URL, file name or requirement means, and judge each."""
        return tuple(
            self._report(link, target=target, policy=policy)
            for link in find_links(subject, world=self.world, target=target)
        )

    def matrix(
        self, subjects: Sequence[str], targets: Sequence[Target], *, policy: Policy
    ) -> Matrix:
        """Judge, of each subject, the wheel that each target takes first."""
        columns = [self._column(subject, targets, policy) for subject in subjects]
        return Matrix(
            subjects=tuple(subjects),
            targets=tuple(targets),
            cells=tuple(zip(*columns, strict=True)),
        )

    def audit(self, path: Path, *, target: Target | None, policy: Policy) -> Audit:
        """Judge what is installed at a path, or is about to be shipped.

        Args:
            path: Told by its content what it is.
            target: `None` to take what the files say that they are for.
            policy: Its overrides are applied.

        Raises:
            NothingToAuditError: Nothing that could be audited stands there.
        """
        shape = detect_shape(path)
        if shape in {Shape.WHEELS, Shape.LOCKFILE}:
            inferred = self._given(target) or infer_from_name(path, host=self._configuration.host)
            parts = self._audit_wheels(path, shape, inferred.target, policy)
        else:
            with closing(open_tree(path, shape)) as tree:
                inferred = self._given(target) or infer_target(
                    path, shape, tree, host=self._configuration.host
                )
                parts = audit_tree(tree, inferred.target, policy, scope=find_scope(tree))
        return Audit(
            path=str(path),
            shape=shape,
            target=inferred.target,
            target_origin=inferred.origin,
            parts=parts,
        )

    def check(self, audit: Audit, runner: Runner) -> tuple[Trial, ...]:
        """Import every extension module of an audited environment; this runs its code."""
        return check_modules(audit, runner)

    def run_behind_gateway(
        self, command: Sequence[str], *, target: Target, policy: Policy, folder: Path
    ) -> "tuple[int, tuple[Refusal, ...]]":
        """Run somebody else's command with a gateway for `target` as its only index.

        A wheel that was refused only when the client asked for it fails the client; pip and uv,
        which have changed nothing by then, are run again, and no longer see it.

        Returns:
            The command's exit status, and what was kept from it.
        """
        from archpip.gateway import LoopbackServer, View, make_asgi

        client = find_client(command)
        every_python = client is Client.UV_PROJECT
        view = View(name=target.name, target=target, policy=policy, every_python=every_python)
        with (
            closing(self._make_gateway(fresh_seconds=None)) as gateway,
            LoopbackServer(
                make_asgi(gateway, lambda _: view), preferred_port=self._preferred_port(view)
            ) as server,
        ):
            addresses = self._gateway_addresses(gateway, view, server.url)
            for runs_left in reversed(range(_MOST_RUNS)):
                late = _count_late(gateway.refusals)
                status = run_behind(
                    command,
                    addresses=addresses,
                    environ=self._configuration.environ,
                    folder=folder,
                )
                refused_late = _count_late(gateway.refusals) > late
                if status == 0 or not refused_late or client is Client.OTHER or not runs_left:
                    return status, gateway.refusals
                self._warn("a wheel was refused after it had been offered; running it again")
            raise AssertionError  # pragma: no cover  # the last round returns

    def serve_gateway(
        self, find_view: "Callable[[str], View]", *, host: str, port: int, fresh_seconds: float
    ) -> None:
        """Serve the gateway until the process is told to stop.

        Args:
            find_view: Returns the view of a name in a path, or raises `InvalidTargetError`.
            host: The address to listen at.
            port: The port to listen at.
            fresh_seconds: How long a project's page is believed.
        """
        from archpip.gateway import make_asgi, serve

        with closing(self._make_gateway(fresh_seconds=fresh_seconds)) as gateway:
            serve(make_asgi(gateway, find_view), host=host, port=port)

    def store_info(self) -> StoreInfo:
        """Say how much the store holds."""
        return self.store.info()

    def clear_store(self) -> int:
        """Forget everything; returns the bytes freed."""
        return self.store.clear()

    # The parts, made when first needed.

    @cached_property
    def store(self) -> SqliteStore:
        """What earlier runs learned."""
        path = self._configuration.cache_folder / "store.sqlite3"
        store = SqliteStore(
            path, warn=lambda error: self._warn("; ".join(filter(None, (str(error), error.hint))))
        )
        return self._opened.enter_context(store)

    @cached_property
    def index(self) -> "IndexClient":
        """The indexes and file servers."""
        from archpip.index.client import IndexClient

        configuration = self._configuration
        client = IndexClient(configuration.locations, configuration.session, store=self.store)
        return self._opened.enter_context(client)

    @cached_property
    def builder(self) -> SourceBuilder:
        """Who runs build backends."""
        configuration = self._configuration
        options = BuildOptions(
            wheel_folder=configuration.cache_folder / "wheels",
            log_folder=configuration.cache_folder / "logs",
            indexes=_build_indexes(configuration),
            keep_build_folder=configuration.keep_build_folder,
            time_limit_seconds=configuration.build_seconds,
            require_approval=configuration.require_build_approval,
        )
        return SourceBuilder(
            host=configuration.host,
            python=configuration.python,
            environment=configuration.environ,
            options=options,
            settings=configuration.build_settings,
            toolchains=self.shelf.toolchains(),
            zig=self.shelf.zig(),
            choice=configuration.builder,
        )

    @cached_property
    def pin_builder(self) -> PinBuilder:
        """Who builds what a resolution takes from source."""
        return PinBuilder(
            self.builder,
            download=self.download,
            checkout=self._repositories.checkout,
            releases=self.world.releases,
        )

    @cached_property
    def shelf(self) -> ToolchainShelf:
        """The user's toolchains."""
        configuration = self._configuration
        return ToolchainShelf(
            configuration.data_folder / "toolchains",
            log_folder=configuration.cache_folder / "logs",
            environment=configuration.environ,
        )

    @cached_property
    def world(self) -> IndexWorld:
        """Everything that a resolution asks."""
        return IndexWorld(
            index=self.index,
            store=self.store,
            builder=self.builder,
            repositories=self._repositories,
            sources=self._configuration.cache_folder / "sources",
        )

    @cached_property
    def _repositories(self) -> "Repositories":
        from archpip.index.client import Repositories

        return Repositories()

    # How they are used together.

    def _make_gateway(self, *, fresh_seconds: float | None) -> "Gateway":
        from archpip.gateway import Bench, Gateway

        urls = self._configuration.locations.index_urls
        return Gateway(
            upstream=self.index,
            opener=self.world,
            bench=Bench(opener=self.world, inspections=self.store),
            private_origins=frozenset(
                f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
                for parts in map(urlsplit, urls)
                if "@" in parts.netloc
            ),
            fresh_seconds=fresh_seconds,
        )

    def _gateway_addresses(self, gateway: "Gateway", view: "View", url: str) -> GatewayAddresses:
        def find_file(path: str) -> str | None:
            name, key, filename = path.split("/", 2)
            return gateway.upstream_url(canonicalize_name(name), key, unquote(filename))

        return GatewayAddresses(
            index_url=f"{url}/{view.name}/simple/",
            files_url=f"{url}/{view.name}/files/",
            real_indexes=tuple(map(without_credentials, self._configuration.locations.index_urls)),
            find_links=self._configuration.locations.find_links,
            find_index=lambda name: gateway.index_url(canonicalize_name(name)),
            find_file=find_file,
        )

    def _preferred_port(self, view: "View") -> int:
        """Return the same port for the same question: uv keys its cache by an index's address."""
        question = f"{view.name} {self._configuration.locations.index_urls}"
        number = int.from_bytes(hashlib.sha256(question.encode()).digest()[:4])
        return _FIRST_PORT + number % _PORTS

    def _metadata(self, pin: Pin) -> bytes:
        """Return METADATA, which the resolution has left in the store."""
        if pin.kind is LinkKind.WHEEL:
            return self.world.wheel(pin.link, inspect=False).metadata
        reference = SourceReference(
            link=pin.link, kind=pin.kind, name=pin.name, subdirectory=pin.subdirectory
        )
        return self.world.source(reference).metadata

    def _warn_of_unmatched(self, policy: Policy, filenames: frozenset[str]) -> None:
        for override in find_unmatched(policy.overrides, filenames):
            self._warn(f"the override for {override.subject} matches nothing ({override.reason})")

    def _column(self, subject: str, targets: Sequence[Target], policy: Policy) -> tuple[Cell, ...]:
        """Open each wheel that any target takes, once, and judge it for those that do."""
        links = {link.filename: link for link in find_links(subject, world=self.world, target=None)}
        taken = [
            next(iter(rank_for_target(tuple(links), adapt_python(subject, target))), "")
            for target in targets
        ]
        wanted = list(dict.fromkeys(filter(None, taken)))
        with ThreadPoolExecutor(max_workers=_LOOK_UPS) as threads:
            opened = threads.map(
                lambda name: self._report(links[name], target=targets[0], policy=policy), wanted
            )
            inspections = {
                name: report.inspection for name, report in zip(wanted, opened, strict=True)
            }
        return tuple(
            Cell(
                wheel=name,
                verdict=judge(inspections[name], adapt_python(subject, target), policy)
                if name
                else None,
            )
            for name, target in zip(taken, targets, strict=True)
        )

    @staticmethod
    def _given(target: Target | None) -> InferredTarget | None:
        return InferredTarget(target=target, origin="the command line") if target else None

    def _audit_wheels(
        self, path: Path, shape: Shape, target: Target, policy: Policy
    ) -> tuple[AuditedPart, ...]:
        if shape is Shape.WHEELS:
            return audit_wheels(path, target, policy)

        def look_up(subject: str) -> Inspection:
            return self.inspect(subject, target=target, policy=policy)[0].inspection

        return audit_locked(read_locked(path, target), target, policy, look_up=look_up)

    def _report(self, link: Link, *, target: Target, policy: Policy) -> WheelReport:
        wheel = self._open_wheel(link)
        try:
            inspection, cost = inspect_wheel(wheel, sha256=link.sha256)
        finally:
            wheel.close()
        if link.sha256:
            self.store.put_inspection(link.sha256, inspection)
        return WheelReport(
            inspection=inspection, verdict=judge(inspection, target, policy), cost=cost
        )

    def _open_wheel(self, link: Link) -> WheelSource:
        if link.url.startswith("file:"):
            return open_wheel(path_of(link.url))
        return RemoteWheel(
            url=link.url,
            filename=link.filename,
            ranges=self.index.ranges,
            download=lambda _: self.download(link, self._temporary_folder()),
        )

    def _temporary_folder(self) -> Path:
        """Return a new folder that is gone when the application is closed."""
        return Path(self._opened.enter_context(TemporaryDirectory(prefix="archpip-")))


def _count_late(refusals: "Sequence[Refusal]") -> int:
    return sum(refusal.late for refusal in refusals)


def _filenames(answer: JointResolution) -> frozenset[str]:
    """Return the files that were taken, and those that were refused for them."""
    pins = [pin for resolution in answer.resolutions for pin in resolution.pins]
    taken = {pin.link.filename for pin in pins}
    taken |= {pin.fused_with.link.filename for pin in pins if pin.fused_with}
    refused = {rejection.link.filename for pin in pins for rejection in pin.rejections}
    return frozenset(taken | refused)


def _build_indexes(configuration: Configuration) -> IndexOptions:
    """Say where build requirements come from: where everything comes from."""
    locations, session = configuration.locations, configuration.session
    return IndexOptions(
        index_url=locations.index_urls[0] if locations.index_urls else None,
        extra_index_urls=locations.index_urls[1:],
        find_links=locations.find_links,
        no_index=locations.no_index,
        trusted_hosts=session.trusted_hosts,
        certificate=str(session.certificates) if session.certificates else None,
        client_certificate=str(session.client_certificate) if session.client_certificate else None,
        proxy=session.proxy,
        timeout_seconds=session.timeout_seconds,
        retries=session.retries,
    )
