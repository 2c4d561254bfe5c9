"""Build the findings that rules report: one sentence, the place first."""

from archpip.architecture import Architecture
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.catalogue import read_catalogue
from archpip.verdicts.model import Finding, Status


def report(
    case: Case,
    code: str,
    one: Placed,
    text: str,
    *,
    architecture: Architecture | None = None,
    severity: Status | None = None,
) -> Finding:
    """Return a finding about one binary.

    Args:
        case: The wheel and target under judgement.
        code: The catalogue's code.
        one: The binary.
        text: The rest of the sentence that begins with the member's path.
        architecture: The target's architecture that is concerned; it sets `slice` and `expected`.
        severity: Replaces the catalogue's default.
    """
    return Finding(
        code=code,
        severity=severity or read_catalogue()[code].severity,
        member=one.path,
        slice=case.spell(architecture) if architecture else None,
        message=f"{one.path}: {text}",
        expected=_describe_expected(case, architecture),
        found=case.describe(one),
    )


def report_wheel(code: str, text: str, *, severity: Status | None = None) -> Finding:
    """Return a finding about the wheel as a whole."""
    return Finding(
        code=code,
        severity=severity or read_catalogue()[code].severity,
        member=None,
        slice=None,
        message=text,
    )


def _describe_expected(case: Case, architecture: Architecture | None) -> str:
    if architecture is None:
        return ""
    return f"{case.spell(architecture)} code for {case.target.operating_system.display_name}"
