"""All requirements and options that were read: from files, projects, scripts, arguments."""

from datetime import datetime

from msgspec import Struct
from packaging.markers import Marker
from packaging.utils import NormalizedName

from archpip.index import IndexPin
from archpip.resolution.options import ProjectSelection, VersionOrder
from archpip.resolution.requirements import RequestedRequirement


class ConditionalPin(Struct, frozen=True, kw_only=True):
    """An index pin that applies only where its marker holds."""

    pin: IndexPin
    marker: Marker
    location: str
    """The path of the file that has it, as the user wrote it."""


class IndexOptions(Struct, frozen=True, kw_only=True):
    """The index options of files. `None` and empty mean not given."""

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    no_index: bool = False
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    pins: tuple[IndexPin, ...] = ()
    conditional_pins: tuple[ConditionalPin, ...] = ()
    """`decide_pins` turns these into `pins` where their markers hold."""


class RequirementSet(Struct, frozen=True, kw_only=True):
    """All requirements and options, in the order read."""

    requirements: tuple[RequestedRequirement, ...] = ()
    constraints: tuple[RequestedRequirement, ...] = ()
    overrides: tuple[RequestedRequirement, ...] = ()
    """Replace every other requirement on their projects."""
    build_constraints: tuple[RequestedRequirement, ...] = ()
    """What build requirements are restricted to, wherever something is built."""
    index: IndexOptions = IndexOptions()
    formats: tuple[tuple[str, str], ...] = ()
    """(`only-binary` or `no-binary`, value) in the order read; see `apply_formats`."""
    releases: tuple[tuple[str, str], ...] = ()
    """(`all-releases` or `only-final`, value), in order; `--pre` is (`all-releases`, `:all:`)."""
    prefer_binary: bool = False
    require_hashes: bool = False
    pythons: tuple[tuple[str, str], ...] = ()
    """(where it was written, specifier): the Requires-Python of each project or script."""
    uploaded_before: datetime | None = None
    """As the options of that name, with what projects and scripts state for uv."""
    uploaded_before_of: tuple[tuple[NormalizedName, datetime | None], ...] = ()
    order: VersionOrder | None = None
    passed_over: tuple[str, ...] = ()
    """Settings that change what uv resolves or builds, and that archpip does not follow, for
    display: `tool.uv.dependency-metadata in pyproject.toml`."""

    def __add__(self, other: "RequirementSet") -> "RequirementSet":
        """Return both combined; if only one value is possible, the later one counts."""
        return RequirementSet(
            requirements=self.requirements + other.requirements,
            constraints=self.constraints + other.constraints,
            overrides=self.overrides + other.overrides,
            build_constraints=self.build_constraints + other.build_constraints,
            index=IndexOptions(
                index_url=other.index.index_url or self.index.index_url,
                extra_index_urls=self.index.extra_index_urls + other.index.extra_index_urls,
                no_index=self.index.no_index or other.index.no_index,
                find_links=self.index.find_links + other.index.find_links,
                trusted_hosts=self.index.trusted_hosts + other.index.trusted_hosts,
                pins=self.index.pins + other.index.pins,
                conditional_pins=self.index.conditional_pins + other.index.conditional_pins,
            ),
            formats=self.formats + other.formats,
            releases=self.releases + other.releases,
            prefer_binary=self.prefer_binary or other.prefer_binary,
            require_hashes=self.require_hashes or other.require_hashes,
            pythons=self.pythons + other.pythons,
            uploaded_before=earliest(self.uploaded_before, other.uploaded_before),
            uploaded_before_of=self.uploaded_before_of + other.uploaded_before_of,
            order=other.order or self.order,
            passed_over=self.passed_over + other.passed_over,
        )

    def apply_formats(self, formats: ProjectSelection) -> ProjectSelection:
        """Return a selection of formats with the files' options applied after it."""
        for option, value in self.formats:
            only = option == "only-binary"
            formats = formats.choose_first(value) if only else formats.choose_second(value)
        return formats

    def apply_releases(self, releases: ProjectSelection) -> ProjectSelection:
        """Return a selection of releases with the files' options applied after it."""
        for option, value in self.releases:
            everything = option == "all-releases"
            releases = releases.choose_first(value) if everything else releases.choose_second(value)
        return releases


def earliest(*moments: datetime | None) -> datetime | None:
    """Return the earliest of the moments that are given, if any is."""
    return min((moment for moment in moments if moment is not None), default=None)
