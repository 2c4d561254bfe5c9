"""The gateway without HTTP: project pages, files and their metadata, for each view.

How the same client gets the same answer: a page never offers a wheel that was judged wrong. The
newest versions are judged before the page is answered, down to where two in a row are clean. Any
other wheel that fits the target is offered by an address of the gateway's own, judged the moment a
client asks for its metadata or its bytes, and refused then with an error if it is wrong. So a
command that succeeds has had the answer that it would have had if everything had been judged
beforehand; it never falls to an sdist today and to a wheel tomorrow because a verdict came late.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Protocol

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.gateway.errors import FileNotOfferedError, WheelRefusedError
from archpip.gateway.judging import Bench, WheelOpener
from archpip.gateway.model import (
    Approval,
    Judgement,
    OfferedFile,
    ProjectPage,
    Refusal,
    View,
    Way,
)
from archpip.gateway.selection import CLEAN_VERSIONS, platform_fit, versions_ahead
from archpip.index import Link, ProjectLinks

_log = logging.getLogger(__name__)

_KEY_DIGITS = 16


class Upstream(Protocol):
    """The indexes behind; `archpip.index.client.IndexClient` is one. Safe for several threads."""

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return what all indexes together offer of a project.

        Raises:
            IndexAccessError: It is unknown, or an index does not answer.
        """
        ...

    def forget(self, name: NormalizedName) -> None:
        """Read a project's pages anew the next time that it is asked for."""
        ...

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA that the index offers beside a wheel."""
        ...

    def download(self, link: Link, folder: Path) -> Path:
        """Put a link's file, checked, into a folder."""
        ...


class Gateway:
    """Answers for every view. Safe to use from several threads."""

    def __init__(
        self,
        *,
        upstream: Upstream,
        opener: WheelOpener,
        bench: Bench,
        private_origins: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
        fresh_seconds: float | None = None,
    ) -> None:
        """Join the parts.

        Args:
            upstream: The indexes.
            opener: Asked for the METADATA of wheels that have none beside them.
            bench: Judges.
            private_origins: `scheme://host` of servers that want credentials, which no client
                gets: their files go through the gateway.
            clock: Seconds, from anywhere.
            fresh_seconds: How long a project's page is believed; `None` for ever.
        """
        self._upstream = upstream
        self._opener = opener
        self._bench = bench
        self._private_origins = private_origins
        self._clock = clock
        self._fresh_seconds = fresh_seconds
        self._lock = threading.Lock()
        self._links: dict[NormalizedName, tuple[float, ProjectLinks]] = {}
        self._refusals: dict[tuple[str, str], Refusal] = {}

    def close(self) -> None:
        """Stop judging."""
        self._bench.close()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was kept out so far, over all views, in the order in which it was found."""
        with self._lock:
            return tuple(self._refusals.values())

    def page(self, view: View, name: NormalizedName) -> ProjectPage:
        """Judge what a client may be expected to take, and return what it may see.

        Raises:
            IndexAccessError: The project is unknown, or an index, or a wheel's server, does not
                answer. A page with holes is never returned in its place.
        """
        links = self._project(name)
        self._judge_ahead(links, view)
        fits = platform_fit(view.target)
        known = self._bench.recall(
            name,
            ((version, link) for version in links for link in links[version] if fits(link)),
            view=view,
        )
        files: list[OfferedFile] = []
        refusals: list[Refusal] = []
        versions: list[Version] = []
        undecided = 0
        for version in reversed(tuple(links)):
            before = len(files)
            settled = not view.every_python or all(
                link.url in known for link in links[version] if fits(link)
            )
            for link in links[version]:
                judgement = known.get(link.url)
                if isinstance(judgement, Refusal):
                    refusals.append(judgement)
                    continue
                fitting = fits(link)
                undecided += fitting and judgement is None
                files.append(self._offer(link, judgement, fitting=fitting, settled=settled))
            if len(files) > before:
                versions.append(version)
        refusals.reverse()
        self._remember(view, refusals)
        return ProjectPage(
            name=name,
            versions=tuple(versions),
            files=tuple(files),
            refusals=tuple(refusals),
            undecided=undecided,
        )

    def find_file(self, view: View, name: NormalizedName, key: str, filename: str) -> Link:
        """Return a file that a page offered under a gateway's address, judged if it must be.

        Raises:
            FileNotOfferedError: No index offers it.
            WheelRefusedError: It was judged just now, or before, and is refused.
            IndexAccessError: It cannot be had.
        """
        version, link = self._find(name, key, filename)
        fits = platform_fit(view.target)
        wheels = [link] if fits(link) else []
        if view.every_python:
            # A universal lockfile lists all wheels of the version, whichever file spoke for it.
            wheels += [each for each in self._project(name)[version] if fits(each)]
        futures = [self._bench.judge(name, version, each, view=view, late=True) for each in wheels]
        for wheel, future in zip(wheels, futures, strict=True):
            judgement = future.result()
            if isinstance(judgement, Refusal):
                is_news = self._remember(view, [judgement])
                if is_news or wheel is link:
                    raise WheelRefusedError(refusal=judgement)
        return link

    def metadata(self, link: Link) -> bytes:
        """Return a wheel's METADATA: what its index offers, or what stands in the wheel."""
        offered = self._upstream.metadata(link)
        return offered if offered is not None else self._opener.wheel(link, inspect=False).metadata

    def download(self, link: Link, folder: Path) -> Path:
        """Fetch a file that a client cannot fetch itself."""
        return self._upstream.download(link, folder)

    def is_private(self, link: Link) -> bool:
        """Return whether only the gateway can fetch a file: it lies here, or wants credentials."""
        scheme, _, rest = link.url.partition("://")
        host = rest.partition("/")[0]
        return (
            scheme not in {"http", "https"}
            or "@" in host
            or f"{scheme}://{host}" in self._private_origins
        )

    def upstream_url(self, name: NormalizedName, key: str, filename: str) -> str | None:
        """Return the index's own address of a file that has one of ours, where it may be told."""
        try:
            _, link = self._find(name, key, filename)
        except FileNotOfferedError:
            return None
        return None if self.is_private(link) else link.url

    def index_url(self, name: NormalizedName) -> str | None:
        """Return the index that a project's first file comes from, redacted."""
        links = self._project(name)
        return next((link.index_url for version in links for link in links[version]), None)

    def _project(self, name: NormalizedName) -> ProjectLinks:
        now = self._clock()
        with self._lock:
            known = self._links.get(name)
        if known is not None and (
            self._fresh_seconds is None or now - known[0] < self._fresh_seconds
        ):
            return known[1]
        if known is not None:
            self._upstream.forget(name)
        links = self._upstream.project(name)
        with self._lock:
            self._links[name] = (now, links)
        return links

    def _find(self, name: NormalizedName, key: str, filename: str) -> tuple[Version, Link]:
        links = self._project(name)
        for version in links:
            if filename in links.filenames(version):
                for link in links[version]:
                    if link.filename == filename and file_key(link) == key:
                        return version, link
        raise FileNotOfferedError(project=name, filename=filename)

    def _judge_ahead(self, links: ProjectLinks, view: View) -> None:
        """Judge newest versions until as many in a row are clean as clients may be expected to try.

        Raises:
            IndexAccessError: A wheel cannot be had now.
        """
        clean = 0
        rounds = versions_ahead(links, view)
        while clean < CLEAN_VERSIONS and (batch := list(islice(rounds, CLEAN_VERSIONS))):
            begun = [
                [self._bench.judge(links.name, version, link, view=view) for link in wheels]
                for version, wheels in batch
            ]
            for futures in begun:
                refused = [isinstance(future.result(), Refusal) for future in futures]
                clean = 0 if any(refused) else clean + 1

    def _offer(
        self, link: Link, judgement: Judgement | None, *, fitting: bool, settled: bool
    ) -> OfferedFile:
        hashes = link.metadata_hashes
        way = Way.UPSTREAM
        if self.is_private(link) or not settled:
            way = Way.GATEWAY
        elif fitting and (judgement is None or hashes is None):
            # Undecided, or without the metadata that the gateway can give.
            way = Way.GATEWAY
        if way is Way.GATEWAY and hashes is None and link.filename.endswith(".whl"):
            hashes = judgement.metadata_hashes if isinstance(judgement, Approval) else ()
        return OfferedFile(link=link, way=way, metadata_hashes=hashes)

    def _remember(self, view: View, refusals: list[Refusal]) -> bool:
        """Keep refusals for whoever asks; returns whether one is news."""
        news = []
        with self._lock:
            for refusal in refusals:
                key = (view.name, refusal.filename)
                if key not in self._refusals:
                    self._refusals[key] = refusal
                    news.append(refusal)
        for refusal in news:
            _log.info("kept out of %s: %s: %s", view.name, refusal.filename, refusal.message)
        return bool(news)


def file_key(link: Link) -> str:
    """Return what tells files of one name apart in a path: they may lie on several indexes."""
    return hashlib.sha256(link.url.encode()).hexdigest()[:_KEY_DIGITS]
