"""`judge`: apply every rule to one wheel for one target. Pure, and cheap enough to run always."""

from collections.abc import Callable, Iterable, Iterator

from archpip.targets import Target
from archpip.verdicts.absolute_links import judge_outside
from archpip.verdicts.case import Case
from archpip.verdicts.closure import judge_closure
from archpip.verdicts.completeness import judge_completeness
from archpip.verdicts.executables import judge_executables
from archpip.verdicts.floors import judge_floors
from archpip.verdicts.linking import Links
from archpip.verdicts.loading import judge_loaded
from archpip.verdicts.model import Finding, Verdict
from archpip.verdicts.oddities import judge_oddities
from archpip.verdicts.overrides import apply_overrides
from archpip.verdicts.policy import Policy
from archpip.verdicts.reading import judge_reading
from archpip.wheels import Inspection

_RULES: tuple[Callable[[Case, Links], Iterator[Finding]], ...] = (
    judge_loaded,
    judge_completeness,
    judge_closure,
    judge_outside,
    judge_executables,
    judge_floors,
    judge_oddities,
    judge_reading,
)


def judge(
    inspection: Inspection,
    target: Target,
    policy: Policy | None = None,
    *,
    installed: bool = False,
    is_to_run: bool = False,
) -> Verdict:
    """Judge a wheel for a target.

    The wheel's content is judged, whether or not its tags admit the target: choosing by tags is the
    resolver's task. Every architecture of the target must be served. The policy's overrides
    are applied and recorded in the findings; `Policy.accepts` decides about the verdict.

    Args:
        inspection: The wheel's content.
        target: The machine, and the interpreter on it.
        policy: `None` for no overrides.
        installed: The content is installed where the target's interpreter imports from, and so
            must suit it whatever the tags say.
        is_to_run: The content must run on the target's oldest system, whatever the tags say.
    """
    case = Case(inspection, target, installed=installed, is_to_run=is_to_run)
    links = Links(case)
    # Most installed distributions are pure Python, to which no other rule applies.
    rules = _RULES if inspection.binaries or inspection.problems else (judge_oddities,)
    findings = tuple(finding for rule in rules for finding in rule(case, links))
    if policy is not None and policy.overrides:
        findings = apply_overrides(inspection.filename, findings, policy.overrides)
    return Verdict(target=target.name, findings=sort_findings(findings))


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings worst first, then by code and member."""
    return tuple(sorted(findings, key=_worst_first))


def _worst_first(finding: Finding) -> tuple[int, str, str, str]:
    return (-finding.weight.rank, finding.code, finding.member or "", finding.slice or "")
