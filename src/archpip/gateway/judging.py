"""Judging wheels for views, many at once, each once."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.errors import WheelError
from archpip.gateway.errors import AnswerLateError
from archpip.gateway.model import Approval, Judgement, ListedWheel, Refusal, View, file_key
from archpip.gateway.recent_metadata import RecentMetadata
from archpip.gateway.renditions import Tally
from archpip.gateway.siblings_seen import SiblingsSeen, ThinWheel
from archpip.index import IndexUnavailableError, Link
from archpip.resolution import (
    GONE,
    Releases,
    SiblingComparison,
    WheelOpener,
    adapt_python,
    ignore,
    may_have_sibling,
)
from archpip.verdicts import OnUnknown, Verdict, judge
from archpip.wheels import Inspection

_THREADS = 48
_NOTHING = Tally()
_APPROVED = Approval()
_Key = tuple[str, str]
"""A view's name, and a file's URL."""
_Way = tuple[str, str, str | None]
"""A view's name, a file's URL, and the URL of the sibling that it is compared with."""


class Inspections(Protocol):
    """Stored inspections by the wheel's sha256; `archpip.store.SqliteStore` implements this."""

    def get_inspections(self, sha256s: Iterable[str]) -> Mapping[str, Inspection]:
        """Return the stored inspections by sha256; unknown ones are left out."""
        ...


class Deadline:
    """The total time that one response waits for judgements."""

    def __init__(self, seconds: float) -> None:
        """Start the time limit."""
        self._until = time.monotonic() + seconds

    def wait(self, judging: Future[Judgement]) -> Judgement:
        """Return a judgement. One that is too late for this response is still completed.

        Raises:
            AnswerLateError: The time is over.
            IndexAccessError: The wheel cannot be fetched.
        """
        try:
            return judging.result(max(0.0, self._until - time.monotonic()))
        except TimeoutError as error:
            raise AnswerLateError from error


class WheelJudge:
    """Judges wheels and remembers each judgement. Safe to use from several threads."""

    def __init__(
        self, *, opener: WheelOpener, inspections: Inspections, threads: int = _THREADS
    ) -> None:
        """Store what opens wheels, and the stored inspections; `threads` wheels open at once."""
        self._opener = opener
        self._inspections = inspections
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="archpip-judge")
        self._lock = threading.Lock()
        self._judgements: dict[_Key, Judgement] = {}
        self._under_way: dict[_Way, Future[Judgement]] = {}
        self._tallies: dict[tuple[str, NormalizedName], Tally] = {}
        self._metadata = RecentMetadata()
        self._urls: dict[tuple[str, NormalizedName, str, str], str] = {}
        """URLs of opened wheels by the parts of a gateway URL: view, project, key, file name."""
        self._beside = SiblingsSeen()
        self._strangers: set[str] = set()
        """The sha256 of wheels that the store had no inspection of when it was queried."""

    def tally(self, view: View, name: NormalizedName) -> Tally:
        """Count the wheels of a project opened for a view so far, by refusal and approval.

        Judgements made by `recall` are not counted: they are the same on every call.
        """
        return self._tallies.get((view.name, name), _NOTHING)

    def metadata(self, link: Link) -> bytes | None:
        """Return a wheel's METADATA if it was opened recently, else `None`."""
        return self._metadata.get(link.url)

    def metadata_beside(
        self, view: View, name: NormalizedName, key: str, filename: str
    ) -> bytes | None:
        """Return the METADATA of a wheel under a gateway URL, if no work is left to do.

        That is if the wheel was opened recently and approved, its index offers no METADATA, and no
        other file of its version counts. Does not wait.
        """
        url = None if view.every_python else self._urls.get((view.name, name, key, filename))
        if url is None or not isinstance(self._judgements.get((view.name, url)), Approval):
            return None
        return self._metadata.get(url)

    def close(self) -> None:
        """Cancel the judgements not yet started, and wait for the rest."""
        self._pool.shutdown(cancel_futures=True)

    def judge(
        self,
        name: NormalizedName,
        version: Version,
        link: Link,
        *,
        view: View,
        releases: Releases,
        late: bool = False,
        on_metadata: Callable[[bytes], None] = ignore,
    ) -> "Future[Judgement]":
        """Return a wheel's judgement; the wheel is opened in the background if it was not yet.

        A thin wheel may be compared with another of its version, found in `releases`.
        `on_metadata` is called with the METADATA once it has been read, if this call opens the
        wheel. The future raises `IndexAccessError` if the file cannot be fetched now; a failure is
        not cached, so the next call tries again.
        """
        key = (view.name, link.url)
        with self._lock:
            if key in self._judgements:
                return _done(self._judgements[key])
            case = _Case(name, version, link.filename, view=view, late=late)
            way = (*key, self._beside.note(case.beside(link.url), releases))
            if way not in self._under_way:
                self._under_way[way] = self._pool.submit(
                    self._judge, case, link, way, releases, on_metadata
                )
            return self._under_way[way]

    def review(self, name: NormalizedName, releases: Releases, *, view: View) -> None:
        """Drop judgements made against another sibling than the page lists now.

        Call it with the page's current releases before asking for their judgements.
        """
        for url in self._beside.forget_changed(view.name, name, releases):
            with self._lock:
                self._judgements.pop((view.name, url), None)

    def known(self, wheels: Iterable[ListedWheel], *, view: View) -> dict[str, Judgement]:
        """Return the judgements made or recalled so far, by URL."""
        found: dict[str, Judgement] = {}
        with self._lock:
            for wheel in wheels:
                judgement = self._judgements.get((view.name, wheel.url))
                if judgement is not None:
                    found[wheel.url] = judgement
        return found

    def recall(
        self,
        name: NormalizedName,
        wheels: Iterable[ListedWheel],
        *,
        view: View,
        releases: Releases,
    ) -> None:
        """Judge wheels from stored inspections, without opening any.

        Wheels that must be compared with a sibling are left to `judge`.
        """
        asked: dict[str, list[ListedWheel]] = {}
        with self._lock:
            for wheel in wheels:
                if (
                    wheel.sha256 is not None
                    and wheel.sha256 not in self._strangers
                    and (view.name, wheel.url) not in self._judgements
                ):
                    asked.setdefault(wheel.sha256, []).append(wheel)
        inspections = self._inspections.get_inspections(asked)
        decided: dict[str, Judgement] = {}
        for sha256, inspection in inspections.items():
            for wheel in asked[sha256]:
                case = _Case(name, wheel.version, wheel.filename, view=view)
                verdict = case.judge(inspection)
                if not self._has_sibling(wheel, case, inspection, verdict, releases):
                    decided[wheel.url] = case.conclude(verdict)
                    self._beside.note(case.beside(wheel.url), releases)
        with self._lock:
            self._strangers.update(sha256 for sha256 in asked if sha256 not in inspections)
            for url, judgement in decided.items():
                self._judgements.setdefault((view.name, url), judgement)

    def _has_sibling(
        self,
        wheel: ListedWheel,
        case: "_Case",
        inspection: Inspection,
        verdict: Verdict,
        releases: Releases,
    ) -> bool:
        """Return whether a wheel has to be compared with another."""
        if not may_have_sibling(wheel.filename):
            return False
        page, position = wheel.place
        link = page.make_link(position)
        found = self._siblings(releases).find(
            verdict, link=link, inspection=inspection, target=case.target
        )
        return found is not None

    def _siblings(self, releases: Releases) -> SiblingComparison:
        return SiblingComparison(
            releases=lambda _name: releases,
            inspect=lambda link: self._opener.wheel(link, inspect=True).inspection,
            compare=self._opener.compare,
            needs_answers=True,
        )

    def _judge(
        self,
        case: "_Case",
        link: Link,
        way: _Way,
        releases: Releases,
        on_metadata: Callable[[bytes], None],
    ) -> Judgement:
        key, sibling = way[:2], way[2]
        try:
            judgement = self._open(case, link, releases, on_metadata)
        except BaseException:
            with self._lock:
                del self._under_way[way]
            raise
        with self._lock:
            del self._under_way[way]
            # The store has it from now on, for all other views.
            self._strangers.discard(link.sha256 or "")
            # Its sibling may have been uploaded meanwhile: then it is judged again.
            if key not in self._judgements and self._beside.holds(case.beside(link.url), sibling):
                self._judgements[key] = judgement
                self._count(case, judgement)
            if link.metadata_hashes is None:
                address = (case.view.name, case.name, file_key(link.url), link.filename)
                self._urls[address] = link.url
        return judgement

    def _count(self, case: "_Case", judgement: Judgement) -> None:
        key = (case.view.name, case.name)
        tally = self._tallies.get(key, _NOTHING)
        refused = isinstance(judgement, Refusal)
        self._tallies[key] = Tally(
            refused=tally.refused + refused, approved=tally.approved + (not refused)
        )

    def _open(
        self, case: "_Case", link: Link, releases: Releases, on_metadata: Callable[[bytes], None]
    ) -> Judgement:
        def hear(metadata: bytes) -> None:
            self._metadata.put(link.url, metadata)
            on_metadata(metadata)

        try:
            facts = self._opener.wheel(link, inspect=True, on_metadata=hear)
        except WheelError as error:
            return case.unreadable(str(error))
        except IndexUnavailableError as error:
            # A page may still list a file that was deleted: that is no outage of the index.
            if error.status in GONE:
                return case.refuse(str(error), None)
            raise
        self._metadata.put(link.url, facts.metadata)
        if facts.inspection is None:
            return case.unreadable("it was not inspected")
        verdict = self._siblings(releases).extend(
            case.judge(facts.inspection),
            link=link,
            inspection=facts.inspection,
            target=case.target,
            policy=case.view.policy,
        )
        # The hash is for pages whose index says none; a server keeps an approval for each wheel.
        return case.conclude(verdict, facts.metadata if link.metadata_hashes is None else None)


class _Case:
    """One wheel before one view."""

    def __init__(
        self,
        name: NormalizedName,
        version: Version,
        filename: str,
        *,
        view: View,
        late: bool = False,
    ) -> None:
        self.name = name
        self._version = version
        self._filename = filename
        self.view = view
        self.target = adapt_python(filename, view.target)
        """A wheel for another Python is judged for a target with that Python."""
        self._late = late

    def beside(self, url: str) -> ThinWheel:
        """Return what is needed to find the wheel's sibling."""
        return ThinWheel(self.view.name, self.name, self._version, self._filename, url)

    def judge(self, inspection: Inspection) -> Verdict:
        """Judge the wheel's inspection alone, without a sibling."""
        return judge(inspection, self.target, self.view.policy)

    def conclude(self, verdict: Verdict, metadata: bytes | None = None) -> Judgement:
        """Return the approval or refusal that the policy makes of a verdict."""
        if self.view.policy.refuses(verdict):
            return self.refuse(verdict.headline, verdict)
        if metadata is None:
            return _APPROVED
        return Approval(metadata_hashes=(("sha256", hashlib.sha256(metadata).hexdigest()),))

    def unreadable(self, reason: str) -> Judgement:
        """Return the judgement that the policy sets for an unreadable wheel."""
        if self.view.policy.on_unknown is OnUnknown.ACCEPT:
            return _APPROVED
        return self.refuse(reason, None)

    def refuse(self, message: str, verdict: Verdict | None) -> Refusal:
        """Return a refusal of the wheel."""
        return Refusal(
            view=self.view.name,
            project=self.name,
            version=self._version,
            filename=self._filename,
            message=message,
            verdict=verdict,
            late=self._late,
        )


def _done(judgement: Judgement) -> "Future[Judgement]":
    future: Future[Judgement] = Future()
    future.set_result(judgement)
    return future
