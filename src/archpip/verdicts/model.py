"""Findings and verdicts: an inspection judged for one target."""

from enum import StrEnum

from msgspec import Struct


class Status(StrEnum):
    """How a wheel, or one finding about it, stands for a target."""

    OK = "ok"
    """Fits. A finding of this severity is a remark: worth knowing, nothing is the matter."""
    DEGRADED = "degraded"
    """It works; something optional or out-of-process does not."""
    UNKNOWN = "unknown"
    """It could not be read. Never quietly OK; what to do with it is the policy's setting."""
    WRONG = "wrong"

    @property
    def rank(self) -> int:
        """Order statuses from best to worst; the worst of a set decides."""
        return list(Status).index(self)


class AppliedOverride(Struct, frozen=True, kw_only=True):
    """That a user decided about a finding, and why. It is shown and written to the lockfile."""

    reason: str
    severity: Status
    """What the finding counts as from then on."""
    origin: str = ""
    """Where the override is written: `[tool.archpip] in pyproject.toml`, `--override`."""

    @property
    def message(self) -> str:
        """Say for people that a user decided, where and why."""
        return f"overridden{f' ({self.origin})' if self.origin else ''}: {self.reason}"


class Finding(Struct, frozen=True, kw_only=True):
    """One coded fact against a wheel."""

    code: str
    """`AP101`; the catalogue gives its title and page."""
    severity: Status
    """What the rule says, whatever a user decided; see `weight`."""
    member: str | None
    """The member's path in the wheel; `None` where the wheel as a whole is meant."""
    slice: str | None
    """The slice's architecture as the target's system spells it; `None` where none is meant."""
    message: str
    """One sentence for people: what was found."""
    expected: str = ""
    found: str = ""
    override: AppliedOverride | None = None

    @property
    def weight(self) -> Status:
        """What the finding counts as: its severity, or what an override made of it."""
        return self.override.severity if self.override else self.severity


class Verdict(Struct, frozen=True, kw_only=True):
    """A wheel judged for a target: the worst of its findings, which are all kept."""

    target: str
    """The target's name."""
    findings: tuple[Finding, ...] = ()
    """Worst first, then by code and member."""

    @property
    def status(self) -> Status:
        """The worst weight, OK where there is no finding."""
        return max((f.weight for f in self.findings), key=lambda s: s.rank, default=Status.OK)

    @property
    def headline(self) -> str:
        """The worst finding and the number of others, in a sentence; empty where there is none."""
        if not self.findings:
            return ""
        worst, *others = self.findings
        more = f" (and {len(others)} more {'finding' if len(others) == 1 else 'findings'})"
        return f"{worst.code}: {worst.message}{more if others else ''}"

    @property
    def overrides(self) -> tuple[AppliedOverride, ...]:
        """What users decided about this wheel, in the order of the findings, no repeats."""
        return tuple(dict.fromkeys(f.override for f in self.findings if f.override))

    @property
    def permissions(self) -> tuple[AppliedOverride, ...]:
        """Those of them that let something pass; what a refusal says stands in its finding."""
        return tuple(one for one in self.overrides if one.severity is not Status.WRONG)
