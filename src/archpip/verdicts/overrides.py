"""Overrides: decisions of a user or team about single wheels and projects, with the reason.

An override never hides a finding: the finding stays, and records the decision and its origin.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archpip.verdicts.errors import InvalidOverrideError
from archpip.verdicts.model import AppliedOverride, Finding, Status, Verdict

# Usually nothing is overridden, and packaging need not be imported.
if TYPE_CHECKING:
    from packaging.utils import NormalizedName
    from packaging.version import Version

_WRITTEN = re.compile(
    r"\s*(?:(?P<action>allow|deny|degrade)\s+)?(?P<match>[^\s\[:]+)\s*"
    r"(?:\[(?P<codes>[^\]]*)\])?\s*:\s*(?P<reason>.*\S)\s*",
    re.DOTALL,
)
_CODE = re.compile(r"AP\d{3}")

DENIED = "AP705"
"""The code of the finding that a `deny` adds."""


class OverrideAction(StrEnum):
    """What an override does with the findings that it names."""

    ALLOW = "allow"  # they count as ok
    DEGRADE = "degrade"  # they count as degraded at worst
    DENY = "deny"  # the wheel counts as wrong, whatever its findings


_COUNTS_AS = {
    OverrideAction.ALLOW: Status.OK,
    OverrideAction.DEGRADE: Status.DEGRADED,
    OverrideAction.DENY: Status.WRONG,
}


class Override(Struct, frozen=True, kw_only=True):
    """A decision about every wheel that matches."""

    action: OverrideAction
    project: "NormalizedName | None" = None
    version: "Version | None" = None
    """`None` for all versions."""
    wheel: str | None = None
    """A shell-style pattern for the file name; then project and version are `None`."""
    codes: frozenset[str] = frozenset()
    """The finding codes it applies to; empty for all."""
    reason: str
    origin: str = ""
    """Where it is written, for messages."""

    @property
    def subject(self) -> str:
        """What it matches, in the user's syntax."""
        if self.wheel is not None:
            return self.wheel
        return f"{self.project}=={self.version}" if self.version else str(self.project)

    @property
    def unmatched_message(self) -> str:
        """Describe an override that matches nothing any more, where it is written, and why."""
        where = f" ({self.origin})" if self.origin else ""
        what = "no wheel" if self.action is OverrideAction.DENY else "no finding"
        return f"the override for {self.subject}{where} matches {what}; its reason: {self.reason}"

    def matches(self, filename: str) -> bool:
        """Return whether the override applies to this wheel."""
        if self.wheel is not None:
            return fnmatchcase(filename.lower(), self.wheel.lower())
        from packaging.utils import canonicalize_name
        from packaging.version import Version

        project, _, rest = filename.partition("-")
        if canonicalize_name(project) != self.project:
            return False
        if self.version is None:
            return True
        try:
            return Version(rest.partition("-")[0]) == self.version
        except ValueError:  # also Python's, for a number of 5,000 digits
            return False

    def concerns(self, finding: Finding) -> bool:
        """Return whether it applies to a finding of a wheel that it matches."""
        return finding.severity is not Status.OK and (not self.codes or finding.code in self.codes)


def parse_override(text: str, *, origin: str = "") -> Override:
    """Parse `[allow|deny|degrade] MATCH [CODES]: REASON`.

    MATCH is a project, `project==version`, or a pattern for wheel file names that ends in `.whl`.

    Raises:
        InvalidOverrideError: The text does not have that form, or has no reason.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise InvalidOverrideError(text=text, reason="no ': REASON' after what it matches")
    codes = frozenset(re.split(r"[,\s]+", match["codes"].strip().upper())) if match["codes"] else ()
    for code in codes:
        if not _CODE.fullmatch(code):
            raise InvalidOverrideError(text=text, reason=f"{code!r} is no finding code")
    project, version = _parse_subject(text, match["match"])
    return Override(
        action=OverrideAction(match["action"] or OverrideAction.ALLOW),
        project=project,
        version=version,
        wheel=match["match"] if project is None else None,
        codes=frozenset(codes),
        reason=match["reason"],
        origin=origin,
    )


def _parse_subject(text: str, subject: str) -> "tuple[NormalizedName | None, Version | None]":
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    if subject.lower().endswith(".whl"):
        return None, None
    name, equals, version = subject.partition("==")
    if not re.fullmatch(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", name):
        raise InvalidOverrideError(text=text, reason=f"{name!r} is no project and no *.whl pattern")
    if not equals:
        return canonicalize_name(name), None
    try:
        return canonicalize_name(name), Version(version)
    except ValueError as error:  # also Python's, for a number of 5,000 digits
        raise InvalidOverrideError(text=text, reason=f"{version!r} is no version") from error


def apply_overrides(
    filename: str, findings: Iterable[Finding], overrides: Iterable[Override]
) -> tuple[Finding, ...]:
    """Mark the findings that overrides apply to; of several overrides, the last one counts."""
    applying = [override for override in overrides if override.matches(filename)]
    result = list(mark_findings(filename, findings, applying))
    if applying and applying[-1].action is OverrideAction.DENY:
        result.append(_deny(applying[-1]))
    return tuple(result)


def mark_findings(
    filename: str, findings: Iterable[Finding], overrides: Iterable[Override]
) -> tuple[Finding, ...]:
    """Mark findings that were added later, without the finding that a `deny` adds."""
    applying = [override for override in overrides if override.matches(filename)]
    return tuple(_mark(finding, applying) for finding in findings)


def find_unmatched(
    overrides: Iterable[Override], wheels: Iterable[tuple[str, Verdict | None]]
) -> tuple[Override, ...]:
    """Return the overrides that apply to none of these wheels, in their order.

    Args:
        overrides: All overrides.
        wheels: File names, and the findings of each; `None` if it was not judged.
    """
    seen = tuple(wheels)
    return tuple(
        override
        for override in overrides
        if not any(_decides(override, filename, verdict) for filename, verdict in seen)
    )


def _decides(override: Override, filename: str, verdict: Verdict | None) -> bool:
    return override.matches(filename) and (
        verdict is None
        or override.action is OverrideAction.DENY
        or any(map(override.concerns, verdict.findings))
    )


def _mark(finding: Finding, applying: list[Override]) -> Finding:
    meant = [override for override in applying if override.concerns(finding)]
    if not meant:
        return finding
    override = meant[-1]
    applied = AppliedOverride(
        reason=override.reason, severity=_COUNTS_AS[override.action], origin=override.origin
    )
    return replace(finding, override=applied)


def _deny(override: Override) -> Finding:
    return Finding(
        code=DENIED,
        severity=Status.WRONG,
        member=None,
        slice=None,
        message=f"refused by the override for {override.subject}: {override.reason}",
        override=AppliedOverride(
            reason=override.reason, severity=Status.WRONG, origin=override.origin
        ),
    )
