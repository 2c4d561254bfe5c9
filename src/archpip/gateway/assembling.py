"""What a project's page shows in a view: judged ahead, assembled, and nothing refused on it.

How the same client gets the same answer: a page never offers a wheel that was judged wrong. The
newest versions are judged before the page is answered, down to one of which no wheel is refused:
that is what clients take by themselves. Any other wheel that fits the target is offered by an
address of the gateway's own, judged the moment a client asks for its metadata or its bytes, and
refused then with an error if it is wrong. So a command that succeeds has had the answer that it
would have had if everything had been judged beforehand; it never falls to an sdist today and to a
wheel tomorrow because a verdict came late.

Pages have thousands of files, so nothing is made for each of them that is not needed: no link, and
no JSON where the index's own will do.
"""

import threading
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.gateway.build_host import name_for_builds
from archpip.gateway.judging import Bench, Deadline
from archpip.gateway.merging import merge_about
from archpip.gateway.model import (
    Approval,
    FileSettings,
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
from archpip.gateway.selection import platform_fit, versions_ahead
from archpip.index import (
    DescribedFile,
    ProjectLinks,
    offers_metadata,
    sha256_of,
    url_of,
)


class _Listing(NamedTuple):
    """One version's files."""

    version: Version
    files: Sequence[DescribedFile]
    wheels: Sequence[ListedWheel | None]
    """One a file: which it is, where it is a wheel whose name fits the view."""


class PageAssembler:
    """Assembles pages. Safe to use from several threads."""

    def __init__(self, *, bench: Bench, files: FileSettings, refusals: RefusalLog) -> None:
        """Take who judges, which files have addresses of ours, and who is told of refusals."""
        self._bench = bench
        self._files = files
        self._refusals = refusals
        # The interpreter runs one thread at a time. Pages that are made one after another are ready
        # sooner, on average, than all at once, and threads that read from servers get their turn.
        self._turn = threading.Lock()

    def assemble(
        self, links: ProjectLinks, view: View, *, deadline: Deadline
    ) -> tuple[ProjectPage, Tally]:
        """Judge what a client may be expected to take, and return what it may see.

        Returns:
            The page, and how many wheels had been judged when it was begun.

        Raises:
            IndexAccessError: A wheel cannot be had now, or not in time.
        """
        # Begun now and waited for below: the newest is on its way while the page is read.
        for version, newest in islice(versions_ahead(links, view), 1):
            for link in newest:
                self._bench.judge(links.name, version, link, view=view)
        with self._turn:
            listings = _list_files(links, view)
        wheels = [wheel for listing in listings for wheel in listing.wheels if wheel]
        self._bench.recall(links.name, wheels, view=view)
        self._judge_ahead(links, view, deadline)
        # Counted before the judgements are asked for: what comes in between counts the next time.
        tally = self._bench.tally(view, links.name)
        known = self._bench.known(wheels, view=view)
        for_builds = self._judge_for_builds(links.name, listings, known, view, deadline)
        with self._turn:
            return self._make_page(links, view, listings, known, for_builds), tally

    def _make_page(
        self,
        links: ProjectLinks,
        view: View,
        listings: Sequence[_Listing],
        known: Mapping[str, Judgement],
        for_builds: Mapping[str, OfferedFile],
    ) -> ProjectPage:
        files: list[OfferedFile] = []
        refusals: list[Refusal] = []
        standings: list[Standing] = []
        versions: list[Version] = []
        for listing in reversed(listings):
            before = len(files)
            standing = _standing(listing, known)
            standings.append(standing)
            settled = not view.every_python or not standing.undecided
            missing = standing.refused if view.every_python else 0
            for file, wheel in zip(listing.files, listing.wheels, strict=True):
                judgement = known.get(wheel.url) if wheel else None
                if isinstance(judgement, Refusal):
                    refusals.append(judgement)
                    if wheel and wheel.url in for_builds:
                        files.append(for_builds[wheel.url])
                elif settled and self._is_plain(file, wheel, judgement):
                    files.append(OfferedFile(file.filename, file.said, file.written))
                else:
                    files.append(_offer_here(file, wheel, judgement, missing=missing))
            if len(files) > before:
                versions.append(listing.version)
        refusals.reverse()
        self._refusals.add(refusals)
        return ProjectPage(
            name=links.name,
            about=merge_about([page.about for page in links.pages]),
            versions=tuple(versions),
            files=tuple(files),
            refusals=tuple(refusals),
            undecided=sum(standing.undecided for standing in standings),
            standings=tuple(reversed(standings)),
        )

    def _judge_ahead(self, links: ProjectLinks, view: View, deadline: Deadline) -> None:
        """Judge versions, newest first, down to one of which no wheel is refused.

        Raises:
            IndexAccessError: A wheel cannot be had now, or not in time.
        """
        for version, wheels in versions_ahead(links, view):
            begun = [self._bench.judge(links.name, version, link, view=view) for link in wheels]
            judgements = [deadline.wait(each) for each in begun]
            if not any(isinstance(each, Refusal) for each in judgements):
                return

    def _is_plain(
        self, file: DescribedFile, wheel: ListedWheel | None, judgement: Approval | None
    ) -> bool:
        """Tell whether nothing is to be done here when a client asks for a file."""
        decided = wheel is None or (judgement is not None and offers_metadata(file.said))
        return decided and not self._files.passes_on(str(file.said["url"]))

    def _judge_for_builds(
        self,
        name: NormalizedName,
        listings: Sequence[_Listing],
        known: Mapping[str, Judgement],
        view: View,
        deadline: Deadline,
    ) -> Mapping[str, OfferedFile]:
        """Offer wheels that are kept out once more, to builds alone, where they are right for them.

        Returns:
            What is offered, by the wheel's URL.
        """
        offered: dict[str, OfferedFile] = {}
        builds = view.for_builds
        for listing in listings if builds else ():
            for file, wheel in zip(listing.files, listing.wheels, strict=True):
                if builds and wheel and isinstance(known.get(wheel.url), Refusal):
                    link = file.listed.link()
                    filename = name_for_builds(link, view)
                    if filename is None:
                        continue
                    judging = self._bench.judge(name, listing.version, link, view=builds)
                    judgement = deadline.wait(judging)
                    if isinstance(judgement, Approval):
                        offered[wheel.url] = _offer_here(
                            replace(
                                file, filename=filename, said={**file.said, "filename": filename}
                            ),
                            wheel,
                            judgement,
                        )
        return offered


def _list_files(links: ProjectLinks, view: View) -> Sequence[_Listing]:
    fits = platform_fit(view.target)
    return [
        _Listing(
            version,
            files,
            [_list_wheel(version, file) if fits(file.filename) else None for file in files],
        )
        for version, files in links.describe()
    ]


def _list_wheel(version: Version, file: DescribedFile) -> ListedWheel:
    return ListedWheel(version, file.filename, url_of(file.said), sha256_of(file.said))


def _offer_here(
    file: DescribedFile, wheel: ListedWheel | None, judgement: Approval | None, *, missing: int = 0
) -> OfferedFile:
    """Offer a file by an address of ours, and a wheel with the METADATA that its index lacks."""
    hashes = None
    if file.filename.endswith(".whl") and not offers_metadata(file.said):
        hashes = judgement.metadata_hashes if judgement else ()
    key = file_key(wheel.url if wheel else url_of(file.said), missing=missing)
    return OfferedFile(file.filename, file.said, file.written, key=key, metadata_hashes=hashes)


def _standing(listing: _Listing, known: Mapping[str, Judgement]) -> Standing:
    judged = [known.get(wheel.url) for wheel in listing.wheels if wheel]
    refused = sum(isinstance(judgement, Refusal) for judgement in judged)
    undecided = judged.count(None)
    return Standing(
        version=listing.version,
        approved=len(judged) - refused - undecided,
        undecided=undecided,
        refused=refused,
        has_source=not all(file.filename.endswith(".whl") for file in listing.files),
    )
