"""Resolve gateway URLs to the files that a page listed under them.

The file is judged on request, if it was not yet. For clients that lock all files of a version, the
URL says how many wheels of the version the page left out, so that any replica can tell a client
whose page is older than a refusal.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.gateway.approvals import refuse_build
from archpip.gateway.build_host import is_name_for_builds
from archpip.gateway.errors import FileNotOfferedError, WheelRefusedError
from archpip.gateway.judging import Deadline, WheelJudge
from archpip.gateway.model import Refusal, View, file_key, missing_by_key
from archpip.gateway.projects import Projects
from archpip.gateway.refusals import RefusalLog
from archpip.gateway.selection import platform_fit
from archpip.index import Link, without_credentials

_FOUND_FILES = 1024
"""Recently requested files; their projects' parsed pages may have been dropped since."""


class _Found(NamedTuple):
    """The result of a lookup."""

    version: Version
    link: Link
    siblings: tuple[Link, ...]
    """All files of its version, itself included."""

    @property
    def releases(self) -> Mapping[Version, tuple[Link, ...]]:
        """The files of the version, by version."""
        return {self.version: self.siblings}


class FileFinder:
    """Finds files by their addresses. Safe to use from several threads."""

    def __init__(self, *, projects: Projects, judge: WheelJudge, refusals: RefusalLog) -> None:
        """Store the source of project pages, the judge, and the log that refusals go to."""
        self._projects = projects
        self._judge = judge
        self._refusals = refusals
        self._lookup = lru_cache(maxsize=_FOUND_FILES)(self._look_up)

    def find(
        self, view: View, name: NormalizedName, key: str, filename: str, *, deadline: Deadline
    ) -> Link:
        """Return a file that a page listed under a gateway URL, judging it first if need be.

        Raises:
            FileNotOfferedError: No index offers it.
            WheelRefusedError: It is refused, by a judgement made just now or earlier.
            IndexAccessError: It cannot be fetched.
        """
        found = self._find(name, key, filename)
        version, link, siblings = found
        if link.filename != filename:
            return self._judge_for_builds(view, name, found, deadline)
        if not filename.endswith(".whl") and not view.approves_build(name):
            raise WheelRefusedError(refusal=refuse_build(view, name, version, filename))
        fits = platform_fit(view.target)
        # A universal lockfile lists all wheels of the version, whichever one was requested.
        wheels = [
            each for each in (siblings if view.every_python else (link,)) if fits(each.filename)
        ]
        releases = found.releases
        self._judge.review(name, releases, view=view)
        futures = [
            self._judge.judge(name, version, each, view=view, releases=releases, late=True)
            for each in wheels
        ]
        judgements = {
            each.url: deadline.wait(future) for each, future in zip(wheels, futures, strict=True)
        }
        refusals = [each for each in judgements.values() if isinstance(each, Refusal)]
        news = self._refusals.add(refusals)
        if isinstance(own := judgements.get(link.url), Refusal):
            raise WheelRefusedError(refusal=own)
        if len(refusals) > missing_by_key(key):
            # The client's page is older and still lists a wheel that is refused now.
            raise WheelRefusedError(refusal=(news or refusals)[0])
        return link

    def upstream_url(self, name: NormalizedName, key: str, filename: str) -> str | None:
        """Return the index's own URL of a file listed under a gateway URL, without credentials."""
        try:
            link = self._find(name, key, filename).link
        except FileNotOfferedError:
            return None
        return without_credentials(link.url)

    def _judge_for_builds(
        self, view: View, name: NormalizedName, found: _Found, deadline: Deadline
    ) -> Link:
        """Return a wheel that is offered to builds, judged for the machine they run on."""
        builds = view.for_builds
        if builds is None:
            raise FileNotOfferedError(project=name, filename=found.link.filename)
        judging = self._judge.judge(
            name, found.version, found.link, view=builds, releases=found.releases
        )
        judgement = deadline.wait(judging)
        if isinstance(judgement, Refusal):
            raise WheelRefusedError(refusal=judgement)
        return found.link

    def _find(self, name: NormalizedName, key: str, filename: str) -> _Found:
        reading = self._projects.peek(name)
        fingerprint = reading.fingerprint if reading else self._projects.get(name).fingerprint
        return self._lookup(name, fingerprint, key, filename)

    def _look_up(self, name: NormalizedName, _fingerprint: int, key: str, filename: str) -> _Found:
        """Look a file up; cached by the fingerprint of the project's pages."""
        missing = missing_by_key(key)
        links = self._projects.get(name)
        for version in links:
            if filename in links.filenames(version):
                for link in links[version]:
                    if link.filename == filename and file_key(link.url, missing=missing) == key:
                        return _Found(version, link, links[version])
        for version in links:
            if any(is_name_for_builds(filename, each) for each in links.filenames(version)):
                for link in links[version]:
                    if (
                        is_name_for_builds(filename, link.filename)
                        and file_key(link.url, missing=missing) == key
                    ):
                        return _Found(version, link, links[version])
        raise FileNotOfferedError(project=name, filename=filename)
