"""Findings and verdicts: an inspection judged for one target."""

from enum import StrEnum

from msgspec import Struct


class Status(StrEnum):
    """The status of a wheel, or of one finding, for a target."""

    OK = "ok"
    """Fits. A finding of this severity is a remark without consequences."""
    DEGRADED = "degraded"
    """It works, except for something optional or out-of-process."""
    UNKNOWN = "unknown"
    """It could not be read. Never treated as OK; the policy sets what happens."""
    WRONG = "wrong"

    @property
    def rank(self) -> int:
        """The position from best to worst; the worst status of a set decides."""
        return list(Status).index(self)


class AppliedOverride(Struct, frozen=True, kw_only=True):
    """A user's decision about a finding, with its reason; shown, and written to the lockfile."""

    reason: str
    severity: Status
    """The status that the finding counts as."""
    origin: str = ""
    """Where the override is written: `[tool.archpip] in pyproject.toml`, `--override`."""

    @property
    def message(self) -> str:
        """Describe the decision, where it is written, and its reason."""
        return f"overridden{f' ({self.origin})' if self.origin else ''}: {self.reason}"


class Finding(Struct, frozen=True, kw_only=True):
    """One coded fact against a wheel."""

    code: str
    """`AP101`; the catalogue gives its title and page."""
    severity: Status
    """The rule's own severity, without overrides; see `weight`."""
    member: str | None
    """The member's path in the wheel; `None` for the wheel as a whole."""
    slice: str | None
    """The slice's architecture in the target system's spelling; `None` if no slice is concerned."""
    message: str
    """One sentence that says what was found."""
    expected: str = ""
    found: str = ""
    override: AppliedOverride | None = None

    @property
    def weight(self) -> Status:
        """The status that the finding counts as: its severity, or an override's."""
        return self.override.severity if self.override else self.severity


class Verdict(Struct, frozen=True, kw_only=True):
    """A wheel judged for a target: the worst of its findings, which are all kept."""

    target: str
    """The target's name."""
    findings: tuple[Finding, ...] = ()
    """Worst first, then by code and member."""

    @property
    def status(self) -> Status:
        """The worst weight; OK if there is no finding."""
        return max((f.weight for f in self.findings), key=lambda s: s.rank, default=Status.OK)

    @property
    def headline(self) -> str:
        """The worst finding and the number of others, in a sentence; empty if there is none."""
        if not self.findings:
            return ""
        worst, *others = self.findings
        more = f" (and {len(others)} more {'finding' if len(others) == 1 else 'findings'})"
        return f"{worst.code}: {worst.message}{more if others else ''}"

    @property
    def overrides(self) -> tuple[AppliedOverride, ...]:
        """The overrides applied to this wheel, in the order of the findings, no repeats."""
        return tuple(dict.fromkeys(f.override for f in self.findings if f.override))

    @property
    def permissions(self) -> tuple[AppliedOverride, ...]:
        """The overrides that permit something; the reason of a denial is in its own finding."""
        return tuple(one for one in self.overrides if one.severity is not Status.WRONG)
