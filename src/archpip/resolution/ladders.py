"""Ladders: the offers that one version of a project has for a target, and its rejections.

The order of the offers is decided in `ranking.py`.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link, ProjectLinks, ProjectNotFoundError
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.ports import Releases
from archpip.resolution.version_bits import VersionBits


class File(Protocol):
    """One file as a page lists it, from which a link can be made."""

    @property
    def filename(self) -> str:
        """Its name."""
        ...

    def link(self) -> Link:
        """Return its link, making it if needed."""
        ...


class KnownFile(Struct, frozen=True):
    """A file whose link exists already."""

    known: Link

    @property
    def filename(self) -> str:
        """Its name."""
        return self.known.filename

    def link(self) -> Link:
        """Return its link."""
        return self.known


class Catalogue(Struct, frozen=True, kw_only=True, dict=True):
    """All files of one project from all indexes, by version."""

    name: NormalizedName
    releases: Releases
    absence: ProjectNotFoundError | None = None
    """Set if no index knows the project; says which were searched."""

    @property
    def versions(self) -> Iterable[Version]:
        """Every version, newest first, no repeats."""
        return self.releases

    @cached_property
    def bits(self) -> VersionBits:
        """Which bit stands for which version; the same for every target."""
        return VersionBits(self.versions)

    def files(self, version: Version) -> Sequence[File]:
        """Return a version's files in page order, without making links if avoidable."""
        if isinstance(self.releases, ProjectLinks):
            return self.releases.listed(version)
        return [KnownFile(link) for link in self.releases[version]]


class Offer(Struct, frozen=True, kw_only=True):
    """One link that fits the target according to its file name and the page."""

    link: Link
    kind: LinkKind
    version: Version
    loose: bool = False
    """A wheel whose tags do not pin down one architecture."""
    fused_with: Link | None = None
    """For macOS universal2: the x86_64 wheel, where `link` is the arm64 half of a pair."""


class Unfit:
    """The wheels of one version whose names do not fit; links are made on demand."""

    def __init__(self, files: Sequence[File], *, reason: RejectionReason) -> None:
        """Take the files in page order, and why they do not fit: tags, or no wheels allowed."""
        self._files = files
        self.reason = reason

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The wheels, in page order."""
        return tuple(file.link() for file in self._files)

    @cached_property
    def rejections(self) -> tuple[Rejection, ...]:
        """One rejection per wheel."""
        message = _WHY_UNFIT[self.reason]
        return tuple(reject(link, self.reason, message) for link in self.links)

    def without(self, urls: Collection[str]) -> "Unfit":
        """Return the same without the wheels at these URLs."""
        left = [KnownFile(link) for link in self.links if link.url not in urls]
        return Unfit(left, reason=self.reason)


_WHY_UNFIT = {
    RejectionReason.TAGS: "none of its tags fits the target",
    RejectionReason.NO_BINARY: "--no-binary leaves only sdists",
}

NOTHING_UNFIT = Unfit((), reason=RejectionReason.TAGS)


class Ladder(Struct, frozen=True, kw_only=True):
    """The offers of one version, most preferred first, and its rejections."""

    offers: tuple[Offer, ...]
    refused: tuple[Rejection, ...] = ()
    """Links left out because of the page or the options."""
    unfit: Unfit = NOTHING_UNFIT
    """Wheels left out by file name."""

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """All links that were left out."""
        return (*self.unfit.rejections, *self.refused)

    @property
    def misfits(self) -> tuple[Link, ...]:
        """Wheels of this version that do not fit, in page order."""
        return self.unfit.links

    @property
    def lacking_python(self) -> str | None:
        """The Requires-Python that keeps a version without offers from having any, or `None`."""
        if self.offers:
            return None
        links = (
            rejection.link
            for rejection in self.refused
            if rejection.reason is RejectionReason.REQUIRES_PYTHON
        )
        return next((link.requires_python for link in links if link.yanked is None), None)

    @property
    def is_idle(self) -> bool:
        """Whether a version offers nothing, and would not with another Python either."""
        return not self.offers and self.lacking_python is None

    def without_yanked(self, *, keep: bool) -> "Ladder":
        """Return the ladder without yanked files.

        Args:
            keep: The version is pinned: if every file is yanked, all are kept (PEP 592).
        """
        standing = tuple(offer for offer in self.offers if offer.link.yanked is None)
        if len(standing) == len(self.offers) or (keep and not standing):
            return self
        yanked = tuple(
            reject(offer.link, RejectionReason.YANKED, _yanked_message(offer.link))
            for offer in self.offers
            if offer.link.yanked is not None
        )
        return replace(self, offers=standing, refused=(*self.refused, *yanked))


def reject(link: Link, reason: RejectionReason, message: str) -> Rejection:
    """Make a rejection."""
    return Rejection(link=link, reason=reason, message=message)


def _yanked_message(link: Link) -> str:
    return f"it was yanked: {link.yanked}" if link.yanked else "it was yanked"
