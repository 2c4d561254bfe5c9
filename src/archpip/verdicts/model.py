"""Findings and verdicts: an inspection judged for one target."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a wheel, or one finding about it, stands for a target."""

    OK = "ok"
    DEGRADED = "degraded"
    """It works; something optional or out-of-process does not."""
    UNKNOWN = "unknown"
    """It could not be read. Never quietly OK; what to do with it is the policy's setting."""
    WRONG = "wrong"

    @property
    def rank(self) -> int:
        """Order statuses from best to worst; the worst of a set decides."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One coded fact against a wheel."""

    code: str
    """`AP101`; the catalogue gives its title and page."""
    severity: Status
    member: str | None
    """The member's path in the wheel; `None` where the wheel as a whole is meant."""
    slice: str | None
    """The slice's architecture as the target's system spells it; `None` where none is meant."""
    message: str
    """One sentence for people: what was found."""
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A wheel judged for a target: the worst of its findings, which are all kept."""

    target: str
    """The target's name."""
    findings: tuple[Finding, ...] = ()
    """Worst first, then by code and member."""

    @property
    def status(self) -> Status:
        """The worst severity, OK where there is no finding."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank, default=Status.OK)
