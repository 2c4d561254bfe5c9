"""Render attempted imports, with the verdicts on the files, as text and as JSON."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from archpip.environments import Audit
from archpip.failures import Outcome, Trial
from archpip.reports.style import STATUS_STYLES, count
from archpip.verdicts import Status

SCHEMA_VERSION = 1

_INDENT = " " * 14
_MOST_LINES = 3
"""Most lines of one message."""
_OUTCOME_STYLES = {
    Outcome.IMPORTED: "green",
    Outcome.NOT_A_MODULE: "green",
    Outcome.RAISED: "yellow",
    Outcome.FAILED: "bold red",
    Outcome.CRASHED: "bold red",
    Outcome.TIMED_OUT: "magenta",
    Outcome.NOT_RUN: "magenta",
}


def render_trials(audit: Audit, trials: Sequence[Trial], *, show_all: bool) -> RenderableType:
    """Draw the imports that failed or disagree with their verdicts, then the counts.

    Args:
        audit: The verdicts from the files alone.
        trials: The outcomes of the imports.
        show_all: Draw successful imports, too, and long messages in full.
    """
    lines: list[Text] = []
    for trial in trials:
        if show_all or not trial.works or trial.disagrees or trial.outcome is Outcome.RAISED:
            lines.extend(_lines(trial, show_all=show_all))
    raised = sum(1 for trial in trials if trial.outcome is Outcome.RAISED)
    failed = sum(1 for trial in trials if not trial.works)
    disagreeing = sum(1 for trial in trials if trial.disagrees)
    lines.append(
        Text(
            f"{audit.path}, {audit.target.name}, {audit.target.python.display_name}: "
            f"{count(len(trials), 'extension module')}, {failed} failed, {raised} loaded and "
            f"raised an error of their own, {disagreeing} disagree with the static verdict"
        )
    )
    return Group(*lines)


def _lines(trial: Trial, *, show_all: bool) -> Iterator[Text]:
    module = trial.module
    yield Text.assemble(
        (f"{trial.outcome.value:<13} ", _OUTCOME_STYLES[trial.outcome]),
        (module.name, "bold"),
        f"  ({module.part.label}; {trial.seconds:.1f} s; static verdict: ",
        (trial.static.value, STATUS_STYLES[trial.static]),
        ")",
    )
    said = [line.strip() for line in trial.message.splitlines() if line.strip()]
    if len(said) > _MOST_LINES and not show_all:
        # Advice stands between what happened and, last, the error that it came from.
        said = [said[0], f"… {len(said) - _MOST_LINES + 1} more lines (--all)", said[-1]]
    for line in said:
        yield Text(f"{_INDENT}{line}")
    # A package that rewords the error of its module hides the loader's message.
    if trial.complaint and trial.complaint not in trial.message:
        yield Text(f"{_INDENT}the system says: {trial.complaint}")
    for finding in trial.findings:
        style = STATUS_STYLES[finding.weight]
        yield Text.assemble(_INDENT, (finding.code, style), f" {finding.message}")
    if trial.disagrees:
        yield Text(f"{_INDENT}disagreement: {_explain(trial)}", "yellow")


def _explain(trial: Trial) -> str:
    if trial.static is Status.WRONG:
        return "it loads here, although the verdict is that it cannot"
    return "the architecture fits, and the import fails for another reason, or the verdict is wrong"


def render_json(audit: Audit, trials: Sequence[Trial]) -> str:
    """Write the trials as the versioned JSON document of `archpip check --format json`."""
    document = {
        "schema": SCHEMA_VERSION,
        "path": audit.path,
        "target": audit.target.name,
        "python": audit.target.python.display_name,
        "modules": [_to_dict(trial) for trial in trials],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _to_dict(trial: Trial) -> dict[str, object]:
    part = trial.module.part
    return {
        "module": trial.module.name,
        "member": trial.module.member,
        "distribution": part.name or None,
        "version": part.version or None,
        "outcome": trial.outcome.value,
        "message": trial.message or None,
        "complaint": trial.complaint or None,
        "seconds": round(trial.seconds, 3),
        "static": trial.static.value,
        "disagrees": trial.disagrees,
        "codes": [finding.code for finding in trial.findings],
    }
