"""The gateway without HTTP: project pages, files and their metadata, for each view.

How the same client gets the same answer: a page never offers a wheel that was judged wrong. The
newest versions are judged before the page is answered, down to where two in a row are clean. Any
other wheel that fits the target is offered by an address of the gateway's own, judged the moment a
client asks for its metadata or its bytes, and refused then with an error if it is wrong. So a
command that succeeds has had the answer that it would have had if everything had been judged
beforehand; it never falls to an sdist today and to a wheel tomorrow because a verdict came late.

Where a client takes a version as a whole, an address of ours says how many wheels of the version
the page left out: whoever comes with a page from before a refusal is told, by any replica.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.gateway.background import BackgroundJudge
from archpip.gateway.build_host import is_name_for_builds, name_for_builds
from archpip.gateway.errors import AnswerLateError, FileNotOfferedError, WheelRefusedError
from archpip.gateway.files import FileShelf, Transfer
from archpip.gateway.judging import Bench, WheelOpener
from archpip.gateway.merging import merge_about
from archpip.gateway.model import (
    Approval,
    FileSettings,
    Judgement,
    OfferedFile,
    ProjectPage,
    Refusal,
    Standing,
    View,
    file_key,
    missing_by_key,
)
from archpip.gateway.projects import ProjectReader, Projects
from archpip.gateway.rendering import SIMPLE_FORMS
from archpip.gateway.renditions import Basis, Rendition, RenditionShelf, Tally, make_rendition
from archpip.gateway.selection import CLEAN_VERSIONS, platform_fit, versions_ahead
from archpip.index import (
    FileStream,
    Link,
    ListedFile,
    OncePerKey,
    ProjectLinks,
    without_credentials,
)

_log = logging.getLogger(__name__)

_PAGES_BYTES = 96 * 1024 * 1024
"""What rendered pages may take in memory."""

_ANSWER_SECONDS = 120.0
"""Clients give up earlier, and ask again; proxies must not be left waiting."""

_FOUND_FILES = 1024
"""Files that were asked for lately, of projects that may be parsed no longer."""

_PageKey = tuple[str, NormalizedName, str]
"""A view's name, a project's, and a media type."""


class _Found(NamedTuple):
    """A file that was looked up."""

    version: Version
    link: Link
    siblings: tuple[Link, ...]
    """All of its version, itself too."""


class Upstream(ProjectReader, Protocol):
    """The indexes behind; `archpip.index.client.IndexClient` is one. Safe for several threads."""

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA that the index offers beside a wheel."""
        ...

    def open_file(self, link: Link) -> AbstractContextManager[FileStream]:
        """Read a link's file piece by piece; the last piece comes only when all are right."""
        ...


class Gateway:
    """Answers for every view. Safe to use from several threads."""

    def __init__(
        self,
        *,
        upstream: Upstream,
        opener: WheelOpener,
        bench: Bench,
        files: FileSettings,
        clock: Callable[[], float] = time.monotonic,
        fresh_seconds: float | None = None,
        most_files: int | None = None,
        background: BackgroundJudge | None = None,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        """Join the parts.

        Args:
            upstream: The indexes.
            opener: Asked for the METADATA of wheels that have none beside them.
            bench: Judges.
            files: Which files go through the gateway, and where they are kept.
            clock: Seconds, from anywhere.
            fresh_seconds: How long a project's page is believed; `None` for ever.
            most_files: See `Projects`.
            background: Judges the rest of a project after a page was made of it; closed with this.
            answer_seconds: How long one answer waits for wheels to be judged.
        """
        self._upstream = upstream
        self._opener = opener
        self._bench = bench
        self._background = background
        self._answer_seconds = answer_seconds
        self._file_settings = files
        self._files = FileShelf(
            files.folder, open_file=upstream.open_file, most_bytes=files.most_bytes
        )
        self._projects = Projects(
            upstream, clock=clock, fresh_seconds=fresh_seconds, most_files=most_files
        )
        self._shelf = RenditionShelf(most_bytes=_PAGES_BYTES)
        self._under_way: OncePerKey[_PageKey, Rendition] = OncePerKey()
        self._lookup = lru_cache(maxsize=_FOUND_FILES)(self._look_up)
        self._lock = threading.Lock()
        self._refusals: dict[tuple[str, str], Refusal] = {}

    def close(self) -> None:
        """Stop judging, and passing files on."""
        if self._background is not None:
            self._background.close()
        self._bench.close()
        self._files.close()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was kept out so far, over all views, in the order in which it was found."""
        with self._lock:
            return tuple(self._refusals.values())

    def peek(self, view: View, name: NormalizedName, media_type: str) -> Rendition | None:
        """Return a page that holds still, without waiting for anybody; `None` to ask `render`."""
        reading = self._projects.peek(name)
        rendition = self._shelf.get((view.name, name, media_type)) if reading else None
        if reading is None or rendition is None or rendition.basis is None:
            return None
        holds = rendition.basis.holds(reading, self._bench.tally(view, name))
        return rendition if holds else None

    def render(
        self, view: View, name: NormalizedName, media_type: str, *, compressed: bool
    ) -> Rendition:
        """Return a page in one of the `SIMPLE_FORMS`, as it was made before where that holds.

        Raises:
            IndexAccessError: As `page` does.
        """
        key = (view.name, name, media_type)
        try:
            made = self._under_way.get(key, lambda: self._render(view, name, media_type))
        finally:
            self._under_way.forget(key)
        if made.serves(compressed=compressed):
            return made
        prepared = made.with_compressed() if compressed else made.with_plain()
        self._shelf.put(key, prepared)
        return prepared

    def _render(self, view: View, name: NormalizedName, media_type: str) -> Rendition:
        links = self._projects.get(name)
        # Where it grew old meanwhile, it is the next to ask who reads it again.
        reading = self._projects.peek(name)
        known = self.peek(view, name, media_type)
        if known is not None:
            return known
        page, tally = self._assemble(links, view)
        if page.undecided and self._background is not None:
            self._background.add(view, links)
        body = SIMPLE_FORMS[media_type](page)
        basis = Basis(reading=reading, tally=tally) if reading else None
        rendition = make_rendition(body, media_type, basis)
        if basis is not None:
            self._shelf.put((view.name, name, media_type), rendition)
        return rendition

    def page(self, view: View, name: NormalizedName) -> ProjectPage:
        """Judge what a client may be expected to take, and return what it may see.

        Raises:
            IndexAccessError: The project is unknown, or an index, or a wheel's server, does not
                answer. A page with holes is never returned in its place.
        """
        return self._assemble(self._projects.get(name), view)[0]

    def _assemble(self, links: ProjectLinks, view: View) -> tuple[ProjectPage, Tally]:
        until = self._until()
        self._judge_ahead(links, view, until)
        fits = platform_fit(view.target)
        fitting = {
            file: (version, file.link())
            for version in links
            for file in links.listed(version)
            if fits(file.filename)
        }
        # Counted before the judgements are asked for: what comes in between counts the next time.
        tally = self._bench.tally(view, links.name)
        known = self._bench.recall(links.name, fitting.values(), view=view)
        files: list[OfferedFile] = []
        refusals: list[Refusal] = []
        standings: list[Standing] = []
        versions: list[Version] = []
        undecided = 0
        for version in reversed(tuple(links)):
            before = len(files)
            listed = links.listed(version)
            judged = [known.get(fitting[file][1].url) for file in listed if file in fitting]
            standing = _standing(version, listed, judged)
            standings.append(standing)
            settled = not view.every_python or not standing.undecided
            missing = standing.refused if view.every_python else 0
            for file in listed:
                link = fitting[file][1] if file in fitting else None
                judgement = known.get(link.url) if link else None
                if isinstance(judgement, Refusal):
                    refusals.append(judgement)
                    files += self._offer_to_builds(view, links.name, version, file, until)
                    continue
                undecided += link is not None and judgement is None
                files.append(self._offer(file, link, judgement, settled=settled, missing=missing))
            if len(files) > before:
                versions.append(version)
        refusals.reverse()
        self._remember(view, refusals)
        page = ProjectPage(
            name=links.name,
            about=merge_about([page.about for page in links.pages]),
            versions=tuple(versions),
            files=tuple(files),
            refusals=tuple(refusals),
            undecided=undecided,
            standings=tuple(reversed(standings)),
        )
        return page, tally

    def find_file(self, view: View, name: NormalizedName, key: str, filename: str) -> Link:
        """Return a file that a page offered under a gateway's address, judged if it must be.

        Raises:
            FileNotOfferedError: No index offers it.
            WheelRefusedError: It was judged just now, or before, and is refused.
            IndexAccessError: It cannot be had.
        """
        version, link, siblings = self._find(name, key, filename)
        if link.filename != filename:
            return self._find_for_builds(view, name, version, link)
        fits = platform_fit(view.target)
        # A universal lockfile lists all wheels of the version, whichever file spoke for it.
        wheels = [
            each for each in (siblings if view.every_python else (link,)) if fits(each.filename)
        ]
        until = self._until()
        futures = [self._bench.judge(name, version, each, view=view, late=True) for each in wheels]
        judgements = {
            each.url: self._wait(future, until)
            for each, future in zip(wheels, futures, strict=True)
        }
        refusals = [found for found in judgements.values() if isinstance(found, Refusal)]
        news = self._remember(view, refusals)
        if isinstance(own := judgements.get(link.url), Refusal):
            raise WheelRefusedError(refusal=own)
        if len(refusals) > missing_by_key(key):
            # The page that the client has still lists one of them.
            raise WheelRefusedError(refusal=(news or refusals)[0])
        return link

    def metadata(self, link: Link) -> bytes:
        """Return a wheel's METADATA: what its index offers, or what stands in the wheel."""
        offered = self._upstream.metadata(link)
        return offered if offered is not None else self._opener.wheel(link, inspect=False).metadata

    def open_file(self, link: Link) -> Path | Transfer:
        """Return a file that goes through the gateway, perhaps while it still arrives.

        Raises:
            IndexAccessError: It cannot be had.
        """
        return self._files.get(link)

    def passes_on(self, url: str) -> bool:
        """Return whether a file goes through the gateway."""
        return self._file_settings.proxy_all or self._is_private(url)

    def _is_private(self, url: str) -> bool:
        """Return whether only the gateway can fetch a file: it lies here, or wants credentials."""
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0]
        return (
            scheme not in {"http", "https"}
            or "@" in host
            or f"{scheme}://{host}" in self._file_settings.private_origins
        )

    def upstream_url(self, name: NormalizedName, key: str, filename: str) -> str | None:
        """Return the index's own address of a file that has one of ours, without credentials."""
        try:
            link = self._find(name, key, filename).link
        except FileNotOfferedError:
            return None
        return without_credentials(link.url)

    def index_url(self, name: NormalizedName) -> str | None:
        """Return the index that a project's first file comes from, redacted."""
        links = self._projects.get(name)
        return next((link.index_url for version in links for link in links[version]), None)

    def _find(self, name: NormalizedName, key: str, filename: str) -> _Found:
        reading = self._projects.peek(name)
        fingerprint = reading.fingerprint if reading else self._projects.get(name).fingerprint
        return self._lookup(name, fingerprint, key, filename)

    def _look_up(self, name: NormalizedName, _fingerprint: int, key: str, filename: str) -> _Found:
        """Look a file up; the same is found as long as the project's pages have that print."""
        missing = missing_by_key(key)
        links = self._projects.get(name)
        for version in links:
            if filename in links.filenames(version):
                for link in links[version]:
                    if link.filename == filename and file_key(link, missing=missing) == key:
                        return _Found(version, link, links[version])
        for version in links:
            if any(is_name_for_builds(filename, each) for each in links.filenames(version)):
                for link in links[version]:
                    if (
                        is_name_for_builds(filename, link.filename)
                        and file_key(link, missing=missing) == key
                    ):
                        return _Found(version, link, links[version])
        raise FileNotOfferedError(project=name, filename=filename)

    def _judge_ahead(self, links: ProjectLinks, view: View, until: float) -> None:
        """Judge newest versions until as many in a row are clean as clients may be expected to try.

        Raises:
            IndexAccessError: A wheel cannot be had now, or not in time.
        """
        clean = 0
        rounds = versions_ahead(links, view)
        while clean < CLEAN_VERSIONS and (batch := list(islice(rounds, CLEAN_VERSIONS))):
            begun = [
                [self._bench.judge(links.name, version, link, view=view) for link in wheels]
                for version, wheels in batch
            ]
            for futures in begun:
                refused = [isinstance(self._wait(each, until), Refusal) for each in futures]
                clean = 0 if any(refused) else clean + 1

    def _until(self) -> float:
        """Return the moment at which whoever asks now is not to wait any longer."""
        return time.monotonic() + self._answer_seconds

    @staticmethod
    def _wait(judging: Future[Judgement], until: float) -> Judgement:
        """Return a judgement; it is not given up where it comes too late for this answer.

        Raises:
            AnswerLateError: It has not come.
            IndexAccessError: The wheel cannot be had.
        """
        try:
            return judging.result(max(0.0, until - time.monotonic()))
        except TimeoutError as error:
            raise AnswerLateError from error

    def _offer(
        self,
        file: ListedFile,
        link: Link | None,
        judgement: Judgement | None,
        *,
        settled: bool,
        missing: int,
    ) -> OfferedFile:
        """Offer a file; `link` is given where it is a wheel that fits."""
        entry, filename = file.describe(), file.filename
        undecided = link is not None and judgement is None
        # Without the metadata that the gateway can give.
        bare = link is not None and link.metadata_hashes is None
        if settled and not undecided and not bare and not self.passes_on(str(entry["url"])):
            return OfferedFile(filename=filename, entry=entry)
        link = link or file.link()
        hashes = None
        if link.metadata_hashes is None and filename.endswith(".whl"):
            hashes = judgement.metadata_hashes if isinstance(judgement, Approval) else ()
        key = file_key(link, missing=missing)
        return OfferedFile(filename=filename, entry=entry, key=key, metadata_hashes=hashes)

    def _offer_to_builds(
        self, view: View, name: NormalizedName, version: Version, file: ListedFile, until: float
    ) -> Iterator[OfferedFile]:
        """Offer a wheel that is kept out once more, to builds alone, where it is right for them."""
        link = file.link()
        filename, builds = name_for_builds(link, view), view.for_builds
        if filename is None or builds is None:
            return
        judgement = self._wait(self._bench.judge(name, version, link, view=builds), until)
        if isinstance(judgement, Approval):
            hashes = judgement.metadata_hashes if link.metadata_hashes is None else None
            yield OfferedFile(
                filename=filename,
                entry={**file.describe(), "filename": filename},
                key=file_key(link),
                metadata_hashes=hashes,
            )

    def _find_for_builds(
        self, view: View, name: NormalizedName, version: Version, link: Link
    ) -> Link:
        """Return a wheel that builds take, judged for the machine that they run on."""
        builds = view.for_builds
        if builds is None:
            raise FileNotOfferedError(project=name, filename=link.filename)
        judgement = self._wait(self._bench.judge(name, version, link, view=builds), self._until())
        if isinstance(judgement, Refusal):
            raise WheelRefusedError(refusal=judgement)
        return link

    def _remember(self, view: View, refusals: list[Refusal]) -> list[Refusal]:
        """Keep refusals for whoever asks; returns those that are news."""
        news = []
        with self._lock:
            for refusal in refusals:
                key = (view.name, refusal.filename)
                if key not in self._refusals:
                    self._refusals[key] = refusal
                    news.append(refusal)
        for refusal in news:
            _log.info("kept out of %s: %s: %s", view.name, refusal.filename, refusal.message)
        return news


def _standing(
    version: Version, listed: Sequence[ListedFile], judged: Sequence[Judgement | None]
) -> Standing:
    return Standing(
        version=version,
        approved=sum(isinstance(judgement, Approval) for judgement in judged),
        undecided=judged.count(None),
        refused=sum(isinstance(judgement, Refusal) for judgement in judged),
        has_source=any(not file.filename.endswith(".whl") for file in listed),
    )
