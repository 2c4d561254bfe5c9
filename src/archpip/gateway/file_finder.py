"""Files that a page gave an address of the gateway's own, found again when a client asks for them.

Such a file is judged then, if it was not yet. Where a client takes a version as a whole, an address
of ours says how many wheels of the version the page left out: whoever comes with a page from before
a refusal is told, by any replica.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.gateway.build_host import is_name_for_builds
from archpip.gateway.errors import FileNotOfferedError, WheelRefusedError
from archpip.gateway.judging import Deadline, WheelJudge
from archpip.gateway.model import Refusal, View, file_key, missing_by_key
from archpip.gateway.projects import Projects
from archpip.gateway.refusals import RefusalLog
from archpip.gateway.selection import platform_fit
from archpip.index import Link, without_credentials

_FOUND_FILES = 1024
"""Files that were asked for lately, of projects that may be parsed no longer."""


class _Found(NamedTuple):
    """A file that was looked up."""

    version: Version
    link: Link
    siblings: tuple[Link, ...]
    """All of its version, itself too."""

    @property
    def releases(self) -> Mapping[Version, tuple[Link, ...]]:
        """The same, by version."""
        return {self.version: self.siblings}


class FileFinder:
    """Finds files by their addresses. Safe to use from several threads."""

    def __init__(self, *, projects: Projects, judge: WheelJudge, refusals: RefusalLog) -> None:
        """Take what pages say, who judges, and who is told of refusals."""
        self._projects = projects
        self._judge = judge
        self._refusals = refusals
        self._lookup = lru_cache(maxsize=_FOUND_FILES)(self._look_up)

    def find(
        self, view: View, name: NormalizedName, key: str, filename: str, *, deadline: Deadline
    ) -> Link:
        """Return a file that a page offered under a gateway's address, judged if it must be.

        Raises:
            FileNotOfferedError: No index offers it.
            WheelRefusedError: It was judged just now, or before, and is refused.
            IndexAccessError: It cannot be had.
        """
        found = self._find(name, key, filename)
        version, link, siblings = found
        if link.filename != filename:
            return self._judge_for_builds(view, name, found, deadline)
        fits = platform_fit(view.target)
        # A universal lockfile lists all wheels of the version, whichever file spoke for it.
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
            # The page that the client has still lists one of them.
            raise WheelRefusedError(refusal=(news or refusals)[0])
        return link

    def upstream_url(self, name: NormalizedName, key: str, filename: str) -> str | None:
        """Return the index's own address of a file that has one of ours, without credentials."""
        try:
            link = self._find(name, key, filename).link
        except FileNotOfferedError:
            return None
        return without_credentials(link.url)

    def _judge_for_builds(
        self, view: View, name: NormalizedName, found: _Found, deadline: Deadline
    ) -> Link:
        """Return a wheel that builds take, judged for the machine that they run on."""
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
        """Look a file up; the same is found as long as the project's pages have that print."""
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
