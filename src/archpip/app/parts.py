"""The parts of archpip, each created when it is first needed and closed at the end."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.app.configuration import Configuration
from archpip.app.second_process import SecondProcess
from archpip.app.work_folder import (
    LOGS,
    SOURCES,
    WHEELS,
    clear_builds,
    count_built,
    find_work_folder,
)
from archpip.errors import StoreError
from archpip.index import CachedFiles, FileCache, Link, find_pin
from archpip.owned_folders import owned_folder
from archpip.resolution import (
    InspectScope,
    ProjectSelection,
    ResolutionReporter,
    ResolveOptions,
)
from archpip.store import SqliteStore, Store
from archpip.targets import Target, count_cores

# The builders are slow to import, and most resolutions build nothing.
if TYPE_CHECKING:
    from archpip.builds import (
        BuildReporter,
        IndexOptions,
        Interpreter,
        SourceBuilder,
        Toolchain,
        ToolchainShelf,
    )
    from archpip.index.client import IndexClient
    from archpip.installing import PinBuilder
    from archpip.resolution import IndexWorld

FILES = "files"
"""The folder of downloaded files in the cache folder."""

_PIP_OF_MOMENTS = 26
"""The first pip that has `--uploaded-prior-to`."""


class Parts:
    """archpip's parts, connected. Close it, or use it in a `with` statement."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        warn: Callable[[str], None],
        reporter: ResolutionReporter | None = None,
        build_reporter: "BuildReporter | None" = None,
    ) -> None:
        """Store the configuration; nothing is opened before it is needed.

        Args:
            configuration: The settings of this run.
            warn: Called with a sentence for the user when the run can go on.
            reporter: Receives the events of a resolution.
            build_reporter: Receives the events of builds.
        """
        self._configuration = configuration
        self._warn = warn
        self._reporter = reporter or ResolutionReporter()
        self._build_reporter = build_reporter
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def call_at_end(self, callback: Callable[[], None]) -> None:
        """Register a callback for when this is closed."""
        self._opened.callback(callback)

    def cancel(self) -> None:
        """Stop every running build, in any thread; for Ctrl-C."""
        builder = vars(self).get("builder")  # one that was never created runs nothing
        if builder is not None:
            builder.cancel()

    def close(self) -> None:
        """Close all parts, in reverse order of their creation."""
        self._opened.close()

    @cached_property
    def store(self) -> Store:
        """The store of facts from earlier runs."""

        def warn(error: StoreError) -> None:
            self._warn(f"{str(error).rstrip('.?')}. {error.hint}" if error.hint else str(error))

        if self._configuration.store_url is not None:
            from archpip.store.postgres import PostgresStore

            return self._opened.enter_context(
                PostgresStore(self._configuration.store_url, warn=warn)
            )
        path = self._configuration.cache_folder / "store.sqlite3"
        return self._opened.enter_context(SqliteStore(path, warn=warn))

    @cached_property
    def files(self) -> FileCache:
        """The downloaded files of earlier runs."""
        files = FileCache(self._configuration.cache_folder / FILES)
        self._opened.callback(files.close)
        return files

    def clear_cache(self) -> int:
        """Delete what is remembered and downloaded, and return the number of bytes freed."""
        built = clear_builds(self._configuration.cache_folder)
        return self.store.clear() + self.files.clear() + built

    def count_built(self) -> CachedFiles:
        """Count the wheels that earlier runs have built."""
        return count_built(self._configuration.cache_folder)

    @cached_property
    def index(self) -> "IndexClient":
        """The indexes and file servers."""
        from archpip.index.client import IndexClient

        configuration = self._configuration
        client = IndexClient(
            configuration.locations,
            configuration.session,
            store=self.store,
            files=self.files,
            warn=self._warn,
        )
        return self._opened.enter_context(client)

    @cached_property
    def _work_folder(self) -> Path:
        return find_work_folder(self._configuration.cache_folder, self._opened)

    @cached_property
    def builder(self) -> "SourceBuilder":
        """The part that runs build backends."""
        from archpip.builds import BuilderChoice, BuildOptions, SourceBuilder

        configuration = self._configuration
        self._check_pip()
        options = BuildOptions(
            wheel_folder=self._work_folder / WHEELS,
            log_folder=self._work_folder / LOGS,
            indexes=find_build_indexes(configuration),
            keep_build_folder=configuration.keep_build_folder,
            time_limit_seconds=configuration.build_seconds,
            require_approval=configuration.require_build_approval,
            isolation=configuration.build_isolation,
            pin_requirements=self._pin_requirements if self._pins_builds else None,
            constraints=configuration.build_bounds,
        )
        return SourceBuilder(
            host=configuration.host,
            python=configuration.python,
            environment=configuration.environ,
            options=options,
            settings=configuration.build_settings,
            reporter=self._build_reporter,
            find_interpreters=self._find_build_pythons,
            toolchains=self.toolchains,
            zig=self.shelf.zig(),
            choice=BuilderChoice(configuration.builder),
        )

    @property
    def _pins_builds(self) -> bool:
        """Whether archpip resolves build requirements itself, since pip lacks the options."""
        configuration = self._configuration
        return bool(configuration.built_before_of or configuration.build_constraints)

    def _check_pip(self) -> None:
        """Warn if build requirements may be newer than the cutoff of the resolution."""
        configuration = self._configuration
        if self._pins_builds or not configuration.build_isolation:
            return
        if configuration.built_before is None:
            return
        from importlib.metadata import version

        if Version(version("pip")).major < _PIP_OF_MOMENTS:
            self._warn(
                "pip is too old to leave out build requirements by the time of their upload: "
                f"builds take the newest ones until it is updated to pip {_PIP_OF_MOMENTS}"
            )

    def _pin_requirements(self, requirements: Sequence[str], python: Path) -> list[str]:
        from archpip.app.build_requirements import pin_build_requirements

        configuration = self._configuration
        formats = ProjectSelection()
        if configuration.require_build_approval:
            formats = formats.choose_first(":all:")
        options = ResolveOptions(
            inspect=InspectScope.NONE,
            formats=formats,
            uploaded_before=configuration.built_before,
            uploaded_before_of=configuration.built_before_of,
        )
        return pin_build_requirements(
            requirements,
            python,
            world=self.world,
            constraints=configuration.build_constraints,
            options=options,
        )

    @cached_property
    def pin_builder(self) -> "PinBuilder":
        """The part that builds the pins that come from source."""
        from archpip.installing import PinBuilder

        return PinBuilder(
            self.builder,
            download=self.download,
            checkout=_Repositories().checkout,
            releases=self.world.releases,
        )

    @cached_property
    def shelf(self) -> "ToolchainShelf":
        """The user's toolchains."""
        from archpip.builds import ToolchainShelf

        configuration = self._configuration
        return ToolchainShelf(
            configuration.data_folder / "toolchains",
            log_folder=self._work_folder / LOGS,
            environment=configuration.environ,
        )

    @cached_property
    def toolchains(self) -> "tuple[Toolchain, ...]":
        """The cross toolchains, the user's own first."""
        return (*self._configuration.toolchains, *self.shelf.toolchains())

    def _find_build_pythons(self, target: Target) -> "tuple[Interpreter, ...]":
        from archpip.builds import find_build_pythons

        return find_build_pythons(
            target,
            named=self._configuration.build_pythons,
            search_path=self._configuration.environ.get("PATH", ""),
        )

    @cached_property
    def world(self) -> "IndexWorld":
        """The source of everything that a resolution reads."""
        from archpip.resolution import IndexWorld

        return IndexWorld(
            index=self.index,
            store=self.store,
            builder=_MetadataBuilder(lambda: self.builder, self._configuration),
            repositories=_Repositories(),
            sources=self._work_folder / SOURCES,
            built_before=self._configuration.built_before,
            built_before_of=self._configuration.built_before_of,
            build_bounds=self._configuration.build_bounds,
            open_elsewhere=self._second_process.open if self._has_a_core_left else None,
            applies_sources=self._configuration.applies_uv_sources,
            is_pinned=lambda name: find_pin(name, self._configuration.locations) is not None,
        )

    def expect_wheels(self) -> None:
        """Prepare to open many wheels."""
        if self._has_a_core_left:
            self._second_process.begin()

    @property
    def _has_a_core_left(self) -> bool:
        """Whether a second process would have a core to itself."""
        return count_cores() > 1

    @cached_property
    def _second_process(self) -> SecondProcess:
        """The second process that opens wheels."""
        configuration = self._configuration
        process = SecondProcess(configuration.locations, configuration.session)
        self._opened.callback(process.close)
        return process

    def download(self, link: Link, folder: Path) -> Path:
        """Download one file into a folder, and verify its hash."""
        return self.index.download(link, folder)

    def _temporary_folder(self) -> Path:
        """Return a new folder that is deleted when the application is closed."""
        return self._opened.enter_context(owned_folder())


class _MetadataBuilder:
    """Builds for metadata, imported late: it takes 50 ms, and few resolutions need it."""

    def __init__(
        self,
        open_builder: "Callable[[], SourceBuilder]",
        configuration: Configuration,
    ) -> None:
        self._open_builder = open_builder
        self._settings = configuration.build_settings
        self._isolated = configuration.build_isolation

    def metadata(
        self,
        sdist: Path,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        config_settings: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        """Return the METADATA that a backend computes."""
        return self._open_builder().metadata(
            sdist, name=name, subdirectory=subdirectory, config_settings=config_settings
        )

    def is_patched(self, name: NormalizedName) -> bool:
        """Return whether the user's patches may change a project's metadata."""
        return name in self._settings and self._open_builder().is_patched(name)

    def is_customised(self, name: NormalizedName) -> bool:
        """Return whether the user's settings may change the metadata from a project's backend."""
        if name not in self._settings:
            return not self._isolated
        return self._open_builder().is_customised(name)


class _Repositories:
    """Version control, imported late: it takes 100 ms, and few resolutions need it."""

    def checkout(self, url: str, revision: str | None, folder: Path) -> str:
        """Check out a repository into a folder, and return the full commit hash."""
        from archpip.index.repositories import Repositories

        return Repositories().checkout(url, revision, folder)


def find_build_indexes(configuration: Configuration) -> "IndexOptions":
    """Return the indexes for build requirements: the same as for everything else."""
    from archpip.builds import IndexOptions

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
        uploaded_before=configuration.built_before,
        uploaded_before_of=configuration.built_before_of,
    )
