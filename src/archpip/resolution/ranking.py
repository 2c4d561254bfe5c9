"""Ranking: which files of a project the resolver may take for a target, in which order.

A `Catalogue` holds a project's files by version, for every target. Per version they form
a **ladder**: wheels whose tags pin down the architecture, best tag first; then loose wheels; then
the sdist. For macOS universal2 it is fat wheels, pairs of thin ones to be fused, wheels for any
machine, the sdist. Whether a wheel's content matches its name is not checked here: that needs its
bytes. Nine files in ten are for other machines or Pythons, and are only recorded as `Unfit`.
"""

from collections.abc import Iterable

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link
from archpip.resolution.filenames import (
    is_sdist,
    is_wheel,
    parse_wheel_name,
    tags_of,
)
from archpip.resolution.halves import Pairing
from archpip.resolution.ladders import NOTHING_UNFIT, Catalogue, File, Ladder, Offer, Unfit, reject
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.options import InspectScope, ResolveOptions, VersionOrder
from archpip.resolution.requires_python import admits_python
from archpip.resolution.wording import write_moment
from archpip.targets import Target, compatible_tags


class Ranking:
    """The rules of one target and one set of options, applied to catalogues.

    Ladders are cached, as the solver reads the same ones again and again. Thread-safe: at worst a
    ladder is made twice.
    """

    def __init__(
        self,
        *,
        target: Target,
        options: ResolveOptions,
        requested: frozenset[NormalizedName] = frozenset(),
        early: frozenset[NormalizedName] = frozenset(),
    ) -> None:
        """Take the rules.

        Args:
            target: The machine.
            options: The user's options.
            requested: The projects that the user requires by name.
            early: The projects for which the user's own specifiers name a pre-release.
        """
        self._early = early
        self.target = target
        self.options = options
        self._requested = requested
        self._tags = {
            (tag.interpreter, tag.abi, tag.platform): rank
            for rank, tag in enumerate(compatible_tags(target))
        }
        self._pythons = {(interpreter, abi) for interpreter, abi, _ in self._tags}
        self._interpreters = {interpreter for interpreter, _ in self._pythons}
        self._foreign: set[str] = set()
        """Tags of wheels, as written, that do not fit the target: some thousand, seen often."""
        self._ladders: dict[tuple[NormalizedName, Version], Ladder] = {}
        self._too_new: dict[tuple[NormalizedName, Version], bool] = {}
        self._pairing = Pairing(target) if target.is_universal else None

    def versions(self, catalogue: Catalogue, *, kept: Version | None) -> Iterable[Version]:
        """Return every version, most preferred first: the kept one, then by `--resolution`."""
        ordered = catalogue.versions
        if self.prefers_lowest(catalogue.name):
            ordered = reversed([*ordered])
        if kept is None or kept not in catalogue.releases:
            return ordered
        return (kept, *(version for version in ordered if version != kept))

    def prefers_lowest(self, name: NormalizedName) -> bool:
        """Return whether a project's oldest version is tried first."""
        match self.options.order:
            case VersionOrder.HIGHEST:
                return False
            case VersionOrder.LOWEST:
                return True
            case VersionOrder.LOWEST_DIRECT:
                return name in self._requested

    def admits_prereleases(self, name: NormalizedName) -> bool | None:
        """Return whether pre-releases of a project are allowed; `None`: if no final one is left.

        Other projects' specifiers do not count, as in uv: `google-api-core<3.0.0dev` does not
        require a release candidate.
        """
        answer = self.options.releases.answer(name)
        return True if answer is None and name in self._early else answer

    def accepts_python(self, requires_python: str | None) -> bool:
        """Return whether a Requires-Python admits the target's Python, or is ignored."""
        return self.options.ignore_requires_python or admits_python(
            requires_python, self.target.python
        )

    def ladder(self, catalogue: Catalogue, version: Version) -> Ladder:
        """Return the ladder of a version for the target."""
        key = (catalogue.name, version)
        ladder = self._ladders.get(key)
        if ladder is None:
            files = catalogue.files(version)
            ladder = self._ladders[key] = self._build_ladder(catalogue.name, version, files)
        return ladder

    def is_too_new(self, catalogue: Catalogue, version: Version) -> bool:
        """Return whether all files of a version, for any machine, were uploaded too late."""
        if self.options.moment_for(catalogue.name) is None:
            return False
        key = (catalogue.name, version)
        answer = self._too_new.get(key)
        if answer is None:
            answer = self._too_new[key] = all(
                self._why_too_new(catalogue.name, file.link()) is not None
                for file in catalogue.files(version)
                if is_wheel(file.filename) or is_sdist(file.filename)
            )
        return answer

    def _build_ladder(
        self, name: NormalizedName, version: Version, files: Iterable[File]
    ) -> Ladder:
        ranked: list[tuple[tuple[object, ...], Offer]] = []
        refused: list[Rejection] = []
        unfit: list[File] = []
        for order, file in enumerate(files):
            if is_wheel(file.filename):
                placed = self._place_wheel(name, version, file)
            elif is_sdist(file.filename):
                placed = self._place_sdist(name, version, file)
            else:
                continue
            if placed is None:
                unfit.append(file)
            elif isinstance(placed, Rejection):
                refused.append(placed)
            else:
                # The first index wins where two offer the same file, as in pip.
                ranked.append(((*placed[0], order), placed[1]))
        ranked.sort(key=lambda pair: pair[0])
        ladder = Ladder(
            offers=tuple(offer for _, offer in ranked),
            refused=tuple(refused),
            unfit=Unfit(unfit, reason=self._why_unfit(name)) if unfit else NOTHING_UNFIT,
        )
        return ladder if self._pairing is None else self._add_pairs(name, version, ladder)

    def _why_unfit(self, name: NormalizedName) -> RejectionReason:
        return (
            RejectionReason.TAGS if self.options.allows_wheels(name) else RejectionReason.NO_BINARY
        )

    def _add_pairs(self, name: NormalizedName, version: Version, ladder: Ladder) -> Ladder:
        """Put pairs of thin wheels below the fat ones and above those for any machine."""
        if self._pairing is None or ladder.unfit.reason is not RejectionReason.TAGS:
            return ladder
        halves = self._pairing.pair(
            link for link in ladder.misfits if self._refuse_by_page(name, link) is None
        )
        paired = {link.url for pair in halves for link in (pair.arm, pair.intel)}
        fat = [offer for offer in ladder.offers if _is_fat(offer)]
        pairs = [
            Offer(link=pair.arm, fused_with=pair.intel, kind=LinkKind.WHEEL, version=version)
            for pair in halves
        ]
        others = [offer for offer in ladder.offers if not _is_fat(offer)]
        return Ladder(
            offers=(*fat, *pairs, *others),
            refused=ladder.refused,
            unfit=ladder.unfit.without(paired),
        )

    def _place_wheel(
        self, name: NormalizedName, version: Version, file: File
    ) -> tuple[tuple[object, ...], Offer] | Rejection | None:
        """Return a wheel's place in the ladder (smaller is better), or why it has none.

        Returns `None` if its name is for another machine, or if no wheels are allowed.
        """
        tags = tags_of(file.filename)
        if tags in self._foreign:
            return None
        parsed = parse_wheel_name(file.filename)
        if parsed is None:
            message = "its file name breaks the rules"
            return reject(file.link(), RejectionReason.METADATA, message)
        if not self.options.allows_wheels(name):
            return None
        rank = min((self._tags[tag] for tag in parsed.tags if tag in self._tags), default=None)
        if rank is None:
            if tags is not None:
                self._foreign.add(tags)
            return None
        link = file.link()
        refused = self._refuse_by_page(name, link)
        if refused is not None:
            return refused
        build_number, build_text = parsed.build or (-1, "")
        place = (0, parsed.is_loose, rank, -build_number, _descending(build_text))
        offer = Offer(link=link, kind=LinkKind.WHEEL, version=version, loose=parsed.is_loose)
        return place, offer

    def offer_wheel(self, link: Link) -> Offer | Rejection:
        """Return the offer for a single wheel, whatever formats the options allow."""
        parsed = parse_wheel_name(link.filename)
        if parsed is None:
            return reject(link, RejectionReason.METADATA, "its file name breaks the rules")
        if not any(tag in self._tags for tag in parsed.tags):
            return reject(link, RejectionReason.TAGS, "none of its tags fits the target")
        return Offer(link=link, kind=LinkKind.WHEEL, version=parsed.version, loose=parsed.is_loose)

    def _place_sdist(
        self, name: NormalizedName, version: Version, file: File
    ) -> tuple[tuple[object, ...], Offer] | Rejection:
        link = file.link()
        if not self.options.allows_sdists(name):
            return reject(link, RejectionReason.ONLY_BINARY, "--only-binary excludes sdists")
        refused = self._refuse_by_page(name, link)
        if refused is not None:
            return refused
        # PEP 527: a .tar.gz goes before any other archive of the same version.
        place = (1, not link.filename.endswith(".tar.gz"))
        return place, Offer(link=link, kind=LinkKind.SDIST, version=version)

    def _refuse_by_page(self, name: NormalizedName, link: Link) -> Rejection | None:
        """Return a rejection for facts from the page: Requires-Python, upload time."""
        late = self._why_too_new(name, link)
        if late is not None:
            return reject(link, RejectionReason.TOO_NEW, late)
        if not self.accepts_python(link.requires_python):
            return reject(
                link,
                RejectionReason.REQUIRES_PYTHON,
                f"it requires Python {link.requires_python}",
            )
        return None

    def is_left_out_by_time(self, name: NormalizedName, link: Link) -> bool:
        """Return whether the options leave a file out for its upload time."""
        return self._why_too_new(name, link) is not None

    def _why_too_new(self, name: NormalizedName, link: Link) -> str | None:
        before = self.options.moment_for(name)
        if before is None or link.url.startswith("file:"):
            return None
        if link.upload_time is None:
            return "the index does not say its upload time"
        if link.upload_time < before:
            return None
        return f"it was uploaded {write_moment(link.upload_time)}"

    def wants_inspection(self, link: Link) -> bool:
        """Return whether the options require this wheel's binaries to be inspected."""
        match self.options.inspect:
            case InspectScope.ALL:
                return True
            case InspectScope.NONE:
                return False
            case InspectScope.LOOSE:
                parsed = parse_wheel_name(link.filename)
                return parsed is None or parsed.is_loose

    def siblings(self, ladder: Ladder) -> list[Link]:
        """Return the wheels of a version that do not fit, most similar to the target's first.

        Their METADATA is used for the sdist of the same version, as in uv. It may differ: one for
        Python 2 may require backports. So the order is uv's, too.
        """
        return sorted(ladder.misfits, key=self._unlikeness)

    def _unlikeness(self, link: Link) -> tuple[bool, bool]:
        """Return a sort key for wheels that do not fit: only the platform first, then the ABI.

        uv's `IncompatibleTag`: an interpreter counts as the target's if any of its wheels might, so
        cp38 counts like cp39, as its abi3 wheels do. Equal ones stay in page order.
        """
        parsed = parse_wheel_name(link.filename)
        tags = parsed.tags if parsed else ()
        return (
            not any((interpreter, abi) in self._pythons for interpreter, abi, _ in tags),
            not any(interpreter in self._interpreters for interpreter, _, _ in tags),
        )


def _is_fat(offer: Offer) -> bool:
    """Return whether an offer is a wheel for a platform, not for any, and not an sdist."""
    parsed = parse_wheel_name(offer.link.filename) if offer.kind is LinkKind.WHEEL else None
    return parsed is not None and any(platform != "any" for _, _, platform in parsed.tags)


def _descending(text: str) -> tuple[int, ...]:
    """Return a sort key that puts greater text first."""
    return tuple(-ord(character) for character in text)
