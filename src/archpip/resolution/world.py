"""The real world: an index, a store of facts read before, and a builder of metadata."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name

from archpip.binaries import UnboundSymbols
from archpip.codec import decode, encode
from archpip.errors import BuildError
from archpip.index import CheckoutError, Link, path_of
from archpip.owned_folders import owned_folder
from archpip.reachable import is_file, is_folder
from archpip.resolution.metadata import parse_metadata, replace_requires
from archpip.resolution.model import LinkKind
from archpip.resolution.opening import Opener, local_path, sha256_of
from archpip.resolution.ports import (
    Releases,
    SourceFacts,
    SourceReference,
    WheelFacts,
    ignore,
)
from archpip.resolution.project_file import read_project_file, static_metadata
from archpip.resolution.sdist_metadata import read_stated_metadata, read_static_metadata
from archpip.resolution.uv_sources import apply_sources_of_repository
from archpip.resolution.uv_workspaces import Repository
from archpip.wheels import READER_VERSION, Inspection, RangeReader


class Index(Protocol):
    """Reads indexes and file servers; `archpip.index.client.IndexClient` implements it."""

    @property
    def ranges(self) -> RangeReader:
        """Reads parts of files."""
        ...

    def project(self, name: NormalizedName) -> Releases:
        """Return a project's links by version, newest first."""
        ...

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA file that the index offers beside a wheel."""
        ...

    def download(self, link: Link, folder: Path) -> Path:
        """Download a link's file into a folder, check its hash, and return its path."""
        ...


class FactStore(Protocol):
    """Stores facts by the file's sha256; `archpip.store.SqliteStore` implements it."""

    def get_inspection(self, sha256: str) -> Inspection | None:
        """Return a wheel's inspection by the current reader, or `None`."""
        ...

    def put_inspection(self, sha256: str, inspection: Inspection) -> None:
        """Keep an inspection."""
        ...

    def get_metadata(self, sha256: str) -> bytes | None:
        """Return a file's METADATA, or `None`."""
        ...

    def put_metadata(self, sha256: str, metadata: bytes) -> None:
        """Keep a file's METADATA."""
        ...


class MetadataBuilder(Protocol):
    """Runs build backends; `archpip.builds.SourceBuilder` implements it."""

    def metadata(
        self,
        sdist: Path,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        config_settings: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        """Return the METADATA that an sdist's or a folder's backend computes.

        Args:
            sdist: A file or a folder.
            name: The project's name, if known.
            subdirectory: The project's folder within it.
            config_settings: Passed to the backend.

        Raises:
            BuildError: It failed, or a tool that it needs is missing.
        """
        ...

    def is_patched(self, name: NormalizedName) -> bool:
        """Return whether the user's patches may change a project's metadata."""
        ...

    def is_customised(self, name: NormalizedName) -> bool:
        """Return whether the user's settings may change the metadata from a project's backend."""
        ...


class RepositoryReader(Protocol):
    """Reads version control."""

    def checkout(self, url: str, revision: str | None, folder: Path) -> str:
        """Check a repository out into a new folder, and return the full commit.

        Args:
            url: With the version control system as prefix: `git+https://…`.
            revision: A branch, tag or commit; the default branch if `None`.
            folder: Must not exist yet.

        Raises:
            IndexAccessError: It cannot be fetched.
        """
        ...


def _never(_: NormalizedName) -> bool:
    return False


OpensElsewhere = Callable[[Link, Callable[[bytes], None]], WheelFacts | None]
"""Returns the facts of a wheel with a hash, or `None`; calls back with METADATA before."""


class _Sdist(Struct, frozen=True, kw_only=True):
    """The facts of an sdist that are known before it is opened."""

    name: NormalizedName
    """Its project's, or derived from its file name."""
    sha256: str
    key: str
    """The key under which the store has its metadata."""
    is_remembered: bool
    """Whether its metadata may be stored."""
    is_unsafe: bool
    """Whether its static metadata may differ from that of the backend for this reference."""
    is_customised: bool
    """Whether settings may change the metadata from its backend."""


class _Comparison(Struct, frozen=True, kw_only=True):
    """The answer of `IndexWorld.compare`."""

    unbound: dict[str, UnboundSymbols]


class IndexWorld:
    """Implements `World`. As thread-safe as the parts that it is given."""

    def __init__(
        self,
        *,
        index: Index,
        store: FactStore,
        builder: MetadataBuilder,
        repositories: RepositoryReader,
        sources: Path,
        built_before: datetime | None = None,
        built_before_of: tuple[tuple[str, datetime | None], ...] = (),
        build_bounds: tuple[str, ...] = (),
        open_elsewhere: OpensElsewhere | None = None,
        applies_sources: bool = True,
        is_pinned: Callable[[NormalizedName], bool] = _never,
    ) -> None:
        """Join the parts.

        Args:
            index: Provides pages and files.
            store: Has the facts read in earlier runs.
            builder: Returns metadata that only a build backend can compute.
            repositories: Checks out version control.
            sources: A folder where downloaded sdists are kept, each under its sha256.
            built_before: `builder` ignores build requirements uploaded at or after this moment.
            built_before_of: The moments for single projects, in its place.
            build_bounds: The bounds that `builder` applies, as written.
            open_elsewhere: Tried first to open and inspect a wheel.
            applies_sources: The uv sources of projects in repositories hold for what they require.
            is_pinned: Whether the user has pinned a project to an index; no such source counts.
        """
        self._index = index
        self._opener = Opener(index.ranges, index.download)
        self._open_elsewhere = open_elsewhere
        self._store = store
        self._builder = builder
        self._repositories = repositories
        self._sources = sources
        self._build_limits = [str(built_before.timestamp())] if built_before else []
        self._build_limits += [
            f"{name}={moment and moment.timestamp()}" for name, moment in built_before_of
        ]
        self._build_limits += build_bounds
        self._applies_sources = applies_sources
        self._is_pinned = is_pinned

    def releases(self, name: NormalizedName) -> Releases:
        """Return a project's links."""
        return self._index.project(name)

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        """Return a wheel's facts from the store, or open it."""
        if link.sha256 is not None:
            known = self._recall(link.sha256, inspect=inspect)
            if known is not None:
                return known
        if not inspect:
            metadata = self._index.metadata(link)
            if metadata is not None:
                return self._keep(
                    WheelFacts(metadata=metadata, inspection=None, sha256=link.sha256)
                )
        facts: WheelFacts | None = None
        if inspect and link.sha256 is not None and self._open_elsewhere is not None:
            facts = self._open_elsewhere(link, on_metadata)
        return self._keep(
            facts or self._opener.open(link, inspect=inspect, on_metadata=on_metadata)
        )

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Return what members of a thin wheel leave unbound, which those of another one have.

        Both are read as a whole, which for torch are 200 MB, so the answer is stored.
        """
        if link.sha256 is None or sibling.sha256 is None:
            return self._opener.compare(link, sibling, paths)
        told = ("siblings", str(READER_VERSION), link.sha256, sibling.sha256, *sorted(paths))
        key = hashlib.sha256(" ".join(told).encode()).hexdigest()
        kept = self._store.get_metadata(key)
        if kept is not None:
            with suppress(ValueError):
                return decode(kept, _Comparison).unbound
        found = _Comparison(unbound=dict(self._opener.compare(link, sibling, paths)))
        self._store.put_metadata(key, encode(found))
        return found.unbound

    def source(self, reference: SourceReference) -> SourceFacts:
        """Read the metadata of an sdist, folder or repository."""
        if reference.kind is LinkKind.DIRECTORY:
            return self._read_folder(path_of(reference.link.url), reference)
        if reference.kind is LinkKind.VCS:
            return self._read_repository(reference)
        return self.known_source(reference) or self._build_sdist(reference)

    def _recall(self, sha256: str, *, inspect: bool) -> WheelFacts | None:
        metadata = self._store.get_metadata(sha256)
        if metadata is None:
            return None
        inspection = self._store.get_inspection(sha256) if inspect else None
        if inspect and inspection is None:
            return None
        return WheelFacts(metadata=metadata, inspection=inspection, sha256=sha256)

    def _keep(self, facts: WheelFacts) -> WheelFacts:
        if facts.sha256 is not None:
            self._store.put_metadata(facts.sha256, facts.metadata)
            if facts.inspection is not None:
                self._store.put_inspection(facts.sha256, facts.inspection)
        return facts

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        """Return the facts of an sdist with static metadata, or whose backend ran before."""
        if reference.kind is not LinkKind.SDIST:
            return None
        sdist = self._identify(reference)
        kept = self._store.get_metadata(sdist.key) if sdist.is_remembered else None
        if kept is not None:
            return SourceFacts(metadata=kept, sha256=sdist.sha256)
        static = None if sdist.is_unsafe else read_static_metadata(self._fetch(reference.link))
        return None if static is None else self._keep_source(sdist, static)

    def _identify(self, reference: SourceReference) -> "_Sdist":
        link = reference.link
        name = reference.name or canonicalize_name(link.filename.rpartition("-")[0])
        customised = bool(reference.config_settings) or self._builder.is_customised(name)
        # A file whose hash the index gives need not be fetched to be identified; others must be.
        sha256 = link.sha256 or sha256_of(self._fetch(link))
        return _Sdist(
            name=name,
            sha256=sha256,
            key=self._key_of_built(sha256),
            # Settings may change a backend's metadata, so it is stored only without any.
            is_remembered=not (customised or reference.subdirectory),
            is_unsafe=bool(reference.subdirectory) or self._builder.is_patched(name),
            is_customised=customised,
        )

    def _keep_source(self, sdist: "_Sdist", metadata: bytes) -> SourceFacts:
        if sdist.is_remembered:
            self._store.put_metadata(sdist.key, metadata)
        return SourceFacts(metadata=metadata, sha256=sdist.sha256)

    def _build_sdist(self, reference: SourceReference) -> SourceFacts:
        sdist = self._identify(reference)
        trusted = not (sdist.is_customised or sdist.is_unsafe)
        path = self._fetch(reference.link)
        metadata = self._built_or_stated(path, reference, sdist.name, trusted=trusted)
        return self._keep_source(sdist, metadata)

    def _built_or_stated(
        self, path: Path, reference: SourceReference, name: NormalizedName, *, trusted: bool
    ) -> bytes:
        """Run the backend; if that fails, use the requirements in PKG-INFO, as uv does."""
        try:
            return self._built(path, reference, name)
        except BuildError:
            stated = read_stated_metadata(path) if trusted else None
            if stated is None:
                raise
            return stated

    def _key_of_built(self, sha256: str) -> str:
        """Return the key for an sdist's built metadata, which depends on the build tools."""
        if not self._build_limits:
            return sha256
        told = " ".join((sha256, *self._build_limits))
        return hashlib.sha256(told.encode()).hexdigest()

    def _fetch(self, link: Link) -> Path:
        """Return the path of an sdist, downloading it if needed."""
        local = local_path(link)
        if local is not None:
            return local
        folder = self._sources / (link.sha256 or hashlib.sha256(link.url.encode()).hexdigest())
        return self._index.download(link, folder)

    def _read_repository(self, reference: SourceReference) -> SourceFacts:
        with owned_folder() as folder:
            root = folder / "checkout"
            commit = self._repositories.checkout(reference.link.url, reference.revision, root)
            if reference.subdirectory and not is_folder(root / reference.subdirectory):
                reason = f"it has no folder {reference.subdirectory} at {commit}"
                raise CheckoutError(url=reference.link.url, reason=reason)
            facts = replace(self._read_folder(root, reference), commit=commit)
            return self._apply_sources(facts, root, reference) if self._applies_sources else facts

    def _apply_sources(
        self, facts: SourceFacts, root: Path, reference: SourceReference
    ) -> SourceFacts:
        """Return the facts with what the project's file says of where its requirements come from.

        Another project of the same name on an index must not take its place.
        """
        requires = parse_metadata(facts.metadata).requires
        followed = apply_sources_of_repository(
            requires,
            folder=root / (reference.subdirectory or ""),
            shown=f"{reference.link.filename}/pyproject.toml",
            repository=Repository(root=root, url=reference.link.url, revision=reference.revision),
            is_pinned=self._is_pinned,
        )
        return replace(facts, metadata=replace_requires(facts.metadata, followed))

    def _read_folder(self, folder: Path, reference: SourceReference) -> SourceFacts:
        """Read a project's METADATA: from its own file if that is static, else from a build."""
        pyproject = folder / (reference.subdirectory or "") / "pyproject.toml"
        name = reference.name
        is_patched = name is not None and self._builder.is_patched(name)
        if is_file(pyproject) and not is_patched:
            shown = f"{reference.link.filename}/pyproject.toml"
            file = read_project_file(pyproject, shown=shown)
            # The name is always static (PEP 621), and decides whose settings apply.
            name = name or file.name
            is_patched = name is not None and self._builder.is_patched(name)
            static = None if is_patched else static_metadata(file)
            if static is not None:
                return SourceFacts(metadata=static, name=name)
        guess = name or canonicalize_name(reference.link.filename.removesuffix(".git"))
        metadata = self._built(folder, reference, guess)
        return SourceFacts(metadata=metadata, name=name or self._name_of(metadata, guess))

    def _name_of(self, metadata: bytes, guess: NormalizedName) -> NormalizedName | None:
        """Return the project's name if the wrong guess made no difference, else `None`."""
        name = parse_metadata(metadata).name
        customised = any(self._builder.is_customised(each) for each in (name, guess))
        return name if name == guess or not customised else None

    def _built(self, source: Path, reference: SourceReference, name: NormalizedName) -> bytes:
        subdirectory = reference.subdirectory
        if subdirectory and is_folder(source):
            source, subdirectory = source / subdirectory, None
        return self._builder.metadata(
            source,
            name=name,
            subdirectory=subdirectory,
            config_settings=reference.config_settings,
        )
