"""Assemble a project's page for a view: the newest versions judged, refused wheels left out.

Why the same client always resolves alike: a page never offers a wheel that was judged wrong. Before
the page is sent, versions are judged newest first, down to one of which no wheel is refused; that
is the version clients choose by default. Every other wheel that fits the target is listed under a
gateway URL, judged when a client requests its metadata or its bytes, and refused then with an error
if it is wrong. So a command that succeeds resolves as if every wheel had been judged beforehand; it
never chooses an sdist today and a wheel tomorrow because a verdict came late.

Pages list thousands of files, so an index's own listing is passed on; only the wheels that fit the
view become objects, since most of those have to be changed.
"""

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from packaging.version import Version

from archpip.gateway.approvals import find_missed_sdists
from archpip.gateway.build_host import name_for_builds
from archpip.gateway.judging import Deadline, WheelJudge
from archpip.gateway.merging import list_versions, merge_about
from archpip.gateway.model import (
    Approval,
    FileSettings,
    IndexListing,
    Judgement,
    ListedWheel,
    OfferedFile,
    ProjectPage,
    Refusal,
    Standing,
    View,
    file_key,
)
from archpip.gateway.refusals import RefusalLog
from archpip.gateway.renditions import Tally
from archpip.gateway.selection import fitting_positions, versions_ahead
from archpip.index import (
    Described,
    Page,
    Place,
    Places,
    ProjectLinks,
    offers_metadata,
    sha256_of,
    url_of,
)
from archpip.resolution import ignore


class _Release(NamedTuple):
    """One version."""

    version: Version
    wheels: Sequence[ListedWheel]
    """Those whose names fit the view."""
    places: Places
    """The positions of all its files."""


class PageAssembler:
    """Assembles pages. Safe to use from several threads."""

    def __init__(self, *, judge: WheelJudge, files: FileSettings, refusals: RefusalLog) -> None:
        """Store the judge, the rules for gateway URLs, and the log that refusals go to."""
        self._judge = judge
        self._files = files
        self._refusals = refusals
        # The interpreter runs one thread at a time. Pages made one after another are ready sooner,
        # on average, than all at once, and threads that read from servers get their turn.
        self._turn = threading.Lock()

    def assemble(
        self,
        links: ProjectLinks,
        view: View,
        *,
        deadline: Deadline,
        on_metadata: Callable[[bytes], None] = ignore,
    ) -> tuple[ProjectPage, Tally]:
        """Judge the wheels that a client is likely to choose, and return the page for the view.

        Args:
            links: The project's links on all indexes.
            view: The view that the page is for.
            deadline: How long to wait for wheels.
            on_metadata: Called with the METADATA of a newest wheel, if one is opened for this page.

        Returns:
            The page, and how many wheels had been judged when the call began.

        Raises:
            IndexAccessError: A wheel cannot be fetched now, or not in time.
        """
        self._judge.review(links.name, links, view=view)
        # Started here and waited for below, so the newest wheel is read while the page is parsed.
        for version, newest in islice(versions_ahead(links, view), 1):
            for link in newest:
                self._judge.judge(
                    links.name, version, link, view=view, releases=links, on_metadata=on_metadata
                )
        with self._turn:
            releases = _list_releases(links, view)
        wheels = [wheel for release in releases for wheel in release.wheels]
        self._judge.recall(links.name, wheels, view=view, releases=links)
        ahead = self._judge_ahead(links, view, deadline)
        # Count before reading the judgements: one made in between counts the next time.
        tally = self._judge.tally(view, links.name)
        known = self._judge.known(wheels, view=view)
        for_builds = self._judge_for_builds(links, wheels, known, view, deadline)
        with self._turn:
            # Which wheels earlier requests had judged varies; which ones are judged ahead does not.
            settled = ahead & known.keys() if view.stable_urls else known.keys()
            page = self._make_page(
                links, view, releases, known=known, settled=settled, for_builds=for_builds
            )
        return page, tally

    def _make_page(
        self,
        links: ProjectLinks,
        view: View,
        releases: Sequence[_Release],
        *,
        known: Mapping[str, Judgement],
        settled: Collection[str],
        for_builds: Mapping[str, OfferedFile],
    ) -> ProjectPage:
        """Build the page; accepted wheels in `settled` keep the index's own URLs."""
        changes = _Changes(links.pages)
        changes.drop_all_but(releases)
        standings = [_standing(release, known) for release in releases]
        passed_on = self._find_passed_on(links)
        offered: list[Version] = []
        emptied: set[Version] = set()
        approves_build = view.approves_build(links.name)
        unapproved = 0
        for release, standing in zip(releases, standings, strict=True):
            # A universal lockfile lists all files of the version, whichever one was requested.
            unsettled = view.every_python and any(
                wheel.url not in settled for wheel in release.wheels
            )
            missing = standing.refused if view.every_python else 0
            dropped = 0 if approves_build else changes.drop(standing.iter_sources())
            unapproved += dropped
            kept_urls = frozenset[str]() if unsettled else settled
            changed = _iter_changed(release.wheels, known, kept_urls, for_builds, missing=missing)
            for wheel, instead in changed:
                changes.put(wheel.place, instead)
                dropped += instead is None
            if unsettled:
                changes.offer_here(release.places, missing=missing)
            elif passed_on:
                here = [place for place in release.places if self._passes_on(place, passed_on)]
                changes.offer_here(here, missing=missing)
            if dropped < len(release.places):
                offered.append(release.version)
            else:
                emptied.add(release.version)
        refusals = self._log_refusals(releases, known)
        if unapproved:
            refused = frozenset(url for url in known if isinstance(known[url], Refusal))
            self._refusals.add(find_missed_sdists(links, standings, view, refused=refused))
        about = merge_about([page.about for page in links.pages])
        said = about.pop("versions", None)
        return ProjectPage(
            name=links.name,
            about=about,
            versions=list_versions(said, offered=reversed(offered), emptied=emptied),
            listings=changes.listings(),
            refusals=refusals,
            undecided=sum(standing.undecided for standing in standings),
            standings=tuple(standings),
            unapproved=unapproved,
        )

    def _log_refusals(
        self, releases: Iterable[_Release], known: Mapping[str, Judgement]
    ) -> tuple[Refusal, ...]:
        """Return the refusals of a page's wheels, newest version first, once they are logged."""
        judgements = (known.get(wheel.url) for release in releases for wheel in release.wheels)
        refusals = tuple(each for each in judgements if isinstance(each, Refusal))
        self._refusals.add(refusals)
        return refusals

    def _judge_ahead(self, links: ProjectLinks, view: View, deadline: Deadline) -> set[str]:
        """Judge versions, newest first, down to one of which no wheel is refused.

        Returns:
            The URLs of the wheels that were judged: always the same for the same pages.

        Raises:
            IndexAccessError: A wheel cannot be fetched now, or not in time.
        """
        ahead: set[str] = set()
        for version, wheels in versions_ahead(links, view):
            ahead.update(link.url for link in wheels)
            begun = [
                self._judge.judge(links.name, version, link, view=view, releases=links)
                for link in wheels
            ]
            judgements = [deadline.wait(each) for each in begun]
            if not any(isinstance(each, Refusal) for each in judgements):
                break
        return ahead

    def _find_passed_on(self, links: ProjectLinks) -> Mapping[int, bool]:
        """Find the index pages, by `id`, that may list files which the gateway proxies.

        The value says whether it proxies all files of that page.
        """
        return {
            id(page): page.origin is not None
            for page in links.pages
            if page.origin is None or self._files.passes_on(page.origin)
        }

    def _passes_on(self, place: Place, passed_on: Mapping[int, bool]) -> bool:
        page, position = place
        if id(page) not in passed_on:
            return False
        return passed_on[id(page)] or self._files.passes_on(str(page.describe(position)["url"]))

    def _judge_for_builds(
        self,
        links: ProjectLinks,
        wheels: Iterable[ListedWheel],
        known: Mapping[str, Judgement],
        view: View,
        deadline: Deadline,
    ) -> Mapping[str, OfferedFile]:
        """Offer refused wheels again, to builds only, where they fit the building machine.

        Returns:
            The offered files, by the wheel's URL.
        """
        offered: dict[str, OfferedFile] = {}
        builds = view.for_builds
        if builds is None:
            return offered
        for wheel in wheels:
            if not isinstance(known.get(wheel.url), Refusal):
                continue
            page, position = wheel.place
            link = page.make_link(position)
            filename = name_for_builds(link, view)
            if filename is None:
                continue
            judging = self._judge.judge(
                links.name, wheel.version, link, view=builds, releases=links
            )
            judgement = deadline.wait(judging)
            if isinstance(judgement, Approval):
                offered[wheel.url] = _offer_wheel(wheel, judgement, filename=filename)
        return offered


class _Changes:
    """The replacements for files on the index pages; the first one set for a file counts."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._changed: dict[int, dict[int, OfferedFile | None]] = defaultdict(dict)
        """By the page's `id`, then by the position on it."""

    def put(self, place: Place, instead: OfferedFile | None) -> None:
        page, position = place
        self._changed[id(page)].setdefault(position, instead)

    def drop(self, places: Iterable[Place]) -> int:
        """Leave out files, and return how many."""
        dropped = tuple(places)
        for place in dropped:
            self.put(place, None)
        return len(dropped)

    def offer_here(self, places: Iterable[Place], *, missing: int) -> None:
        """List files under gateway URLs, unless a replacement was set for them."""
        for page, position in places:
            if position not in self._changed[id(page)]:
                said = page.describe(position)
                self.put((page, position), _offer_here(page.filenames[position], said, missing))

    def listings(self) -> tuple[IndexListing, ...]:
        """Return each page with its changes."""
        return tuple(IndexListing(page, self._changed[id(page)]) for page in self._pages)

    def drop_all_but(self, releases: Sequence[_Release]) -> None:
        """Drop everything else the pages list: what is no file of a version, and repeats."""
        count = sum(len(release.places) for release in releases)
        if count == sum(len(page.filenames) for page in self._pages):
            return
        places = (place for release in releases for place in release.places)
        files = {(id(page), position) for page, position in places}
        for page in self._pages:
            for position in range(len(page.filenames)):
                if (id(page), position) not in files:
                    self._changed[id(page)][position] = None


def _iter_changed(
    wheels: Iterable[ListedWheel],
    known: Mapping[str, Judgement],
    kept_urls: Collection[str],
    for_builds: Mapping[str, OfferedFile],
    *,
    missing: int,
) -> Iterator[tuple[ListedWheel, OfferedFile | None]]:
    """Yield the wheels that are not listed as on the index, each with its replacement.

    Args:
        wheels: The wheels of one version that fit the view.
        known: The judgements, by the wheel's URL.
        kept_urls: The accepted wheels that keep the index's own URLs, if it has their METADATA.
        for_builds: What is offered in place of refused wheels; the others are left out.
        missing: As for `_offer_wheel`.
    """
    for wheel in wheels:
        judgement = known.get(wheel.url)
        if isinstance(judgement, Refusal):
            yield wheel, for_builds.get(wheel.url)
        elif wheel.url not in kept_urls or not offers_metadata(wheel.said):
            yield wheel, _offer_wheel(wheel, judgement, missing=missing)


def _list_releases(links: ProjectLinks, view: View) -> list[_Release]:
    """Return every version, newest first, with the wheels that fit the view."""
    fitting = {id(page): fitting_positions(page.filenames, view.target) for page in links.pages}
    releases: list[_Release] = []
    # Oldest first: a page is parsed from the first file on that is accessed.
    for version in reversed(tuple(links)):
        places = links.places(version)
        wheels = [
            _list_wheel(version, (page, position))
            for page, stretch in places.stretches
            for position in _within(stretch, fitting[id(page)])
        ]
        releases.append(_Release(version, wheels, places))
    releases.reverse()
    return releases


def _within(stretch: range, positions: Sequence[int]) -> Sequence[int]:
    """Return those of many sorted positions that lie in a range."""
    start = bisect_left(positions, stretch.start)
    return positions[start : bisect_left(positions, stretch.stop, start)]


def _list_wheel(version: Version, place: Place) -> ListedWheel:
    page, position = place
    said = page.describe(position)
    filename = page.filenames[position]
    return ListedWheel(version, place, filename, url_of(said), sha256_of(said), said)


def _offer_wheel(
    wheel: ListedWheel,
    judgement: Approval | None,
    *,
    filename: str | None = None,
    missing: int = 0,
) -> OfferedFile:
    """List a wheel under a gateway URL, with the METADATA that its index lacks.

    Args:
        wheel: A wheel that fits the view.
        judgement: Its judgement, if any.
        filename: Another name to offer it under.
        missing: How many wheels of its version are refused, where that counts.
    """
    said = wheel.said if filename is None else {**wheel.said, "filename": filename}
    hashes = None
    if not offers_metadata(said):
        hashes = judgement.metadata_hashes if judgement else ()
    key = file_key(wheel.url, missing=missing)
    return OfferedFile(filename or wheel.filename, said, key=key, metadata_hashes=hashes)


def _offer_here(filename: str, said: Described, missing: int) -> OfferedFile:
    """List any file under a gateway URL, as `_offer_wheel` does with a wheel not opened."""
    has_metadata = not filename.endswith(".whl") or offers_metadata(said)
    key = file_key(url_of(said), missing=missing)
    return OfferedFile(filename, said, key=key, metadata_hashes=None if has_metadata else ())


def _standing(release: _Release, known: Mapping[str, Judgement]) -> Standing:
    judged = [known.get(wheel.url) for wheel in release.wheels]
    undecided = judged.count(None)
    # Nearly all versions are old, and none of their wheels were opened.
    refused = sum(isinstance(each, Refusal) for each in judged) if undecided < len(judged) else 0
    return Standing(
        version=release.version,
        approved=len(judged) - refused - undecided,
        undecided=undecided,
        refused=refused,
        places=release.places,
    )
