"""Evaluation: the metadata of an offer is read, and it is taken into the search or rejected."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import InvalidWheelFilename, NormalizedName, parse_wheel_filename
from packaging.version import Version

from archpip.errors import BuildError, WheelError
from archpip.index import Link
from archpip.resolution.allowed_hashes import AllowedHashes
from archpip.resolution.demands import DemandBook
from archpip.resolution.direct_references import DirectReference
from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import Ladder, Offer, reject
from archpip.resolution.metadata import CoreMetadata
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.ports import ResolutionReporter, SourceFacts, SourceReference
from archpip.resolution.ranking import Ranking
from archpip.resolution.sdists import Sdists
from archpip.resolution.source_references import direct_link, source_reference

# When one version fails to build, older ones mostly fail too, and each try may take minutes.
_FAILED_BUILDS_LIMIT = 3


class Taken(Struct, frozen=True, kw_only=True):
    """One link whose metadata was read, so that the solver can try its requirements."""

    link: Link
    kind: LinkKind
    metadata: CoreMetadata
    sha256: str | None
    """`None` for folders and repositories, and for a wheel whose index gives no hash."""
    direct: DirectReference | None = None
    commit: str | None = None
    fused_with: Link | None = None
    """The x86_64 half, where `link` is the arm64 half of a pair."""


class Evaluator:
    """Reads the metadata of offers for one target, each once.

    Metadata is cheap, and gives the search the requirements; `confirmation.py` opens the wheels.
    """

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        book: DemandBook,
        reporter: ResolutionReporter,
        hashes: AllowedHashes,
        sdists: Sdists,
    ) -> None:
        self._library = library
        self._ranking = ranking
        self._book = book
        self._reporter = reporter
        self._hashes = hashes
        self._sdists = sdists
        self._outcomes: dict[str, Taken | Rejection] = {}
        self.left_unread = False
        """Whether a source was skipped because its metadata needs a build."""
        self._failed_builds: dict[NormalizedName, int] = {}
        self._direct_outcomes: dict[tuple[NormalizedName, DirectReference], Taken | Rejection] = {}

    def begin(self, offers: Iterable[Offer]) -> None:
        """Start reading the metadata of wheels that may be evaluated soon."""
        for offer in offers:
            if offer.kind is LinkKind.WHEEL:
                self._library.wheel_metadata(offer.link, inspect=False)

    def evaluate(
        self, name: NormalizedName, offer: Offer, ladder: Ladder, *, likely: bool
    ) -> Taken | Rejection:
        """Read an offer's metadata and say whether the target could use it.

        Args:
            name: The project.
            offer: The offer to evaluate.
            ladder: The ladder that it is from.
            likely: It will probably be pinned, so its inspection may begin.

        Raises:
            IndexAccessError: The file cannot be fetched.
        """
        outcome = self._outcomes.get(offer.link.url)
        if outcome is None:
            if offer.fused_with is not None:
                outcome = self._evaluate_halves(name, offer, offer.fused_with, likely=likely)
            elif offer.kind is LinkKind.WHEEL:
                outcome = self._evaluate_wheel(name, offer, likely=likely)
            else:
                outcome = self._evaluate_sdist(name, offer, ladder)
            self._outcomes[offer.link.url] = self._report(outcome)
        return outcome

    def evaluate_direct(self, name: NormalizedName, direct: DirectReference) -> Taken | Rejection:
        """Read the metadata of what a direct reference points to."""
        outcome = self._direct_outcomes.get((name, direct))
        if outcome is not None:
            return outcome
        if direct.kind is LinkKind.WHEEL:
            offer = self._ranking.offer_wheel(direct_link(direct))
            outcome = (
                offer
                if isinstance(offer, Rejection)
                else self._evaluate_wheel(name, offer, likely=True, direct=direct)
            )
        else:
            reference = source_reference(
                direct, name=name, config_settings=self._sdists.config_settings(name)
            )
            outcome = self._read_source(name, None, reference, direct=direct)
        self._direct_outcomes[name, direct] = self._report(outcome)
        return outcome

    def allows(self, name: NormalizedName, link: Link) -> bool:
        """Return whether the user's hashes allow a file that has not been opened."""
        return self._hashes.admit(name, link)

    def _report(self, outcome: Taken | Rejection) -> Taken | Rejection:
        """Pass a rejection to the reporter, and return the outcome."""
        if isinstance(outcome, Rejection):
            self._reporter.link_rejected(outcome)
        return outcome

    def _evaluate_halves(
        self, name: NormalizedName, offer: Offer, intel: Link, *, likely: bool
    ) -> Taken | Rejection:
        """Read the metadata of both thin wheels, whose requirements must be equal."""
        inspect = likely and self._ranking.wants_inspection(intel)
        self._library.wheel_metadata(intel, inspect=inspect)  # while the first is waited for
        first = self._evaluate_wheel(name, replace(offer, fused_with=None), likely=likely)
        if isinstance(first, Rejection):
            return first
        other = replace(offer, link=intel, fused_with=None)
        second = self._evaluate_wheel(name, other, likely=likely)
        if isinstance(second, Rejection):
            return second
        if set(first.metadata.requires) != set(second.metadata.requires):
            message = f"it cannot be fused with {intel.filename}: their requirements differ"
            return reject(offer.link, RejectionReason.METADATA, message)
        return replace(first, fused_with=intel)

    def _evaluate_wheel(
        self,
        name: NormalizedName,
        offer: Offer,
        *,
        likely: bool,
        direct: DirectReference | None = None,
    ) -> Taken | Rejection:
        link = offer.link
        inspect = likely and self._ranking.wants_inspection(link)
        if not self._hashes.admit(name, link):
            return reject(link, RejectionReason.HASHES, _unlike_hashes(link))
        try:
            # Ranking parses leniently, to be fast; pip and uv install only strictly valid names.
            parse_wheel_filename(link.filename)
            content = self._library.wheel_metadata(link, inspect=inspect).result()
            metadata = self._check(name, offer.version, self._library.metadata(link, content))
        except WheelError as error:
            return reject(link, RejectionReason.UNREADABLE, str(error))
        except InvalidMetadataError as error:
            return reject(link, RejectionReason.METADATA, error.reason)
        except InvalidWheelFilename as error:
            return reject(link, RejectionReason.METADATA, str(error))
        refused = self._refuse_metadata(name, link, metadata, link.sha256)
        if refused is not None:
            return refused
        return Taken(
            link=link, kind=LinkKind.WHEEL, metadata=metadata, sha256=link.sha256, direct=direct
        )

    def _evaluate_sdist(
        self, name: NormalizedName, offer: Offer, ladder: Ladder
    ) -> Taken | Rejection:
        """Read an sdist's metadata, perhaps from a wheel of the same version."""
        link = offer.link
        if not self._hashes.admit(name, link):
            return reject(link, RejectionReason.HASHES, _unlike_hashes(link))
        for wheel in self._sdists.stand_ins(offer, ladder):
            try:
                content = self._library.wheel_metadata(wheel, inspect=False).result()
                metadata = self._check(name, offer.version, self._library.metadata(wheel, content))
            except (WheelError, InvalidMetadataError):
                continue  # A damaged wheel says nothing about the sdist.
            refused = self._refuse_metadata(name, link, metadata, link.sha256)
            if refused is not None:
                return refused
            return Taken(link=link, kind=LinkKind.SDIST, metadata=metadata, sha256=link.sha256)
        return self._read_source(name, offer.version, self._sdists.reference(name, offer))

    def _read_source(
        self,
        name: NormalizedName,
        version: Version | None,
        reference: SourceReference,
        *,
        direct: DirectReference | None = None,
    ) -> Taken | Rejection:
        link = reference.link
        if self._failed_builds.get(name, 0) >= _FAILED_BUILDS_LIMIT and direct is None:
            message = f"not tried: {_FAILED_BUILDS_LIMIT} other versions could not be built"
            return reject(link, RejectionReason.BUILD, message)
        if not self._library.may_read(reference):
            self.left_unread = True
            return reject(link, RejectionReason.BUILD, "not tried: it is not worth a build")
        try:
            facts: SourceFacts = self._library.source(reference).result()
            metadata = self._check(name, version, self._library.metadata(link, facts.metadata))
        except BuildError as error:
            self._failed_builds[name] = self._failed_builds.get(name, 0) + 1
            return reject(link, RejectionReason.BUILD, str(error))
        except InvalidMetadataError as error:
            return reject(link, RejectionReason.METADATA, error.reason)
        refused = self._refuse_metadata(name, link, metadata, facts.sha256)
        if refused is not None:
            return refused
        return Taken(
            link=link,
            kind=reference.kind,
            metadata=metadata,
            sha256=facts.sha256 or link.sha256,
            direct=direct,
            commit=facts.commit,
        )

    def _check(
        self, name: NormalizedName, version: Version | None, metadata: CoreMetadata
    ) -> CoreMetadata:
        """Return the metadata if it is of this project and its requirements can be parsed.

        Raises:
            InvalidMetadataError: It is another project's, or a requirement is invalid.
        """
        if metadata.name != name:
            raise InvalidMetadataError(reason=f"its metadata is of {metadata.name}, not of {name}")
        if version is not None and metadata.version != version:
            raise InvalidMetadataError(
                reason=f"its metadata says version {metadata.version}, its file name {version}"
            )
        self._book.for_project(name, metadata.requires)
        return metadata

    def _refuse_metadata(
        self, name: NormalizedName, link: Link, metadata: CoreMetadata, sha256: str | None
    ) -> Rejection | None:
        """Return a rejection for facts known only once a file is open: its Python, its hash."""
        if not self._ranking.accepts_python(metadata.requires_python):
            message = f"it requires Python {metadata.requires_python}"
            return reject(link, RejectionReason.REQUIRES_PYTHON, message)
        if not self._hashes.admit(name, link, sha256):
            return reject(link, RejectionReason.HASHES, "its hash is not allowed")
        return None


def _unlike_hashes(link: Link) -> str:
    """Describe the hashes that an index gives for a file, which are not the user's."""
    found = " and ".join(f"{algorithm}:{digest}" for algorithm, digest in link.hashes)
    return f"{found} is not among the hashes that are allowed"
