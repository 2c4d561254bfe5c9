"""Confirmation: a wheel that is about to be pinned is opened and judged."""

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.errors import ArchpipError, WheelError
from archpip.index import Link
from archpip.resolution.allowed_hashes import AllowedHashes
from archpip.resolution.evaluation import Taken
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import reject
from archpip.resolution.misfits import find_floor
from archpip.resolution.model import Half, LinkKind, Rejection, RejectionReason
from archpip.resolution.named_wheels import adapt_python
from archpip.resolution.ports import ResolutionReporter
from archpip.resolution.ranking import Ranking
from archpip.resolution.siblings import SiblingComparison
from archpip.targets import Target
from archpip.verdicts import Policy, Status, Verdict, judge, sort_findings
from archpip.wheels import Inspection


class Confirmed(Struct, frozen=True, kw_only=True):
    """The evidence for a link that was opened and judged: it may be pinned."""

    sha256: str | None
    inspection: Inspection | None = None
    verdict: Verdict | None = None
    fused_with: Half | None = None


class Confirmer:
    """Judges wheels for one target under one policy, each once.

    A wheel is judged only when its requirements can be met and it would be pinned: backtracking
    through twenty versions of a fat wheel must not read the symbols of all of them.
    """

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        policy: Policy,
        reporter: ResolutionReporter,
        hashes: AllowedHashes,
    ) -> None:
        self._library = library
        self._siblings = SiblingComparison(
            releases=lambda name: library.catalogue(name).result().releases,
            inspect=lambda link: library.wheel(link, inspect=True).result().inspection,
            compare=library.compare,
        )
        self._ranking = ranking
        self._policy = policy
        self._reporter = reporter
        self._hashes = hashes
        self._outcomes: dict[str, Confirmed | Rejection] = {}

    def confirm(self, name: NormalizedName, taken: Taken) -> Confirmed | Rejection:
        """Judge a link that is about to be pinned.

        Raises:
            IndexAccessError: The file cannot be fetched.
        """
        outcome = self._outcomes.get(taken.link.url)
        if outcome is None:
            if taken.fused_with is not None:
                outcome = self._judge_halves(name, taken.link, taken.fused_with)
            elif taken.kind is LinkKind.WHEEL:
                outcome = self._judge(name, taken.link, self._ranking.target)
            else:
                outcome = Confirmed(sha256=taken.sha256)
            if isinstance(outcome, Rejection):
                self._reporter.link_rejected(outcome)
            self._outcomes[taken.link.url] = outcome
        return outcome

    def is_refused(self, taken: Taken) -> bool:
        """Return whether a link was judged before, and refused."""
        return isinstance(self._outcomes.get(taken.link.url), Rejection)

    def would_refuse(self, link: Link, *, seconds: float) -> bool:
        """Return whether a wheel is refused, for the target with its Python and its floor.

        Its sibling is not looked at. One that takes longer to open, or cannot be had, counts as not
        refused.
        """
        if not self._ranking.wants_inspection(link):
            return False
        target = adapt_python(link.filename, self._ranking.target)
        floor = find_floor([link], target)
        target = replace(target, floor=floor) if floor else target
        try:
            facts = self._library.wheel(link, inspect=True).result(seconds)
        except TimeoutError:
            return False
        except WheelError:
            return self._policy.refuses_status(Status.UNKNOWN)
        except ArchpipError:
            return False
        inspection = facts.inspection
        return inspection is not None and self._policy.refuses(
            judge(inspection, target, self._policy)
        )

    def _judge_halves(self, name: NormalizedName, arm: Link, intel: Link) -> Confirmed | Rejection:
        """Judge two thin wheels, each for its own machine; both must pass."""
        target = self._ranking.target
        arm_machine, intel_machine = target.machines
        first = self._judge(name, arm, arm_machine)
        if isinstance(first, Rejection):
            return first
        second = self._judge(name, intel, intel_machine)
        if isinstance(second, Rejection):
            return second
        half = Half(link=intel, sha256=second.sha256, inspection=second.inspection)
        verdict = None
        if first.verdict and second.verdict:
            findings = (*first.verdict.findings, *second.verdict.findings)
            verdict = Verdict(target=target.name, findings=sort_findings(findings))
        return replace(first, verdict=verdict, fused_with=half)

    def _judge(self, name: NormalizedName, link: Link, target: Target) -> Confirmed | Rejection:
        inspect = self._ranking.wants_inspection(link)
        try:
            facts = self._library.wheel(link, inspect=inspect).result()
        except WheelError as error:
            return reject(link, RejectionReason.UNREADABLE, str(error))
        if not self._hashes.admit(name, link, facts.sha256):
            return reject(link, RejectionReason.HASHES, "its hash is not allowed")
        sha256 = facts.sha256 or link.sha256
        if facts.inspection is None:
            return Confirmed(sha256=sha256)
        verdict = self._siblings.extend(
            judge(facts.inspection, target, self._policy),
            link=link,
            inspection=facts.inspection,
            target=target,
            policy=self._policy,
        )
        if self._policy.refuses(verdict):
            return _refuse_verdict(link, verdict)
        return Confirmed(sha256=sha256, inspection=facts.inspection, verdict=verdict)


def _refuse_verdict(link: Link, verdict: Verdict) -> Rejection:
    unknown = verdict.status is Status.UNKNOWN
    reason = RejectionReason.UNREADABLE if unknown else RejectionReason.VERDICT
    return Rejection(link=link, reason=reason, message=verdict.headline, verdict=verdict)
