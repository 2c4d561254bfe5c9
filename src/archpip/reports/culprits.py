"""Render the binaries that caused a program's failure as text and as JSON."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from archpip.environments import Audit, find_remedy
from archpip.failures import Complaint, Culprit, Suspect
from archpip.reports.style import STATUS_STYLES, name_remedy

SCHEMA_VERSION = 1

_INDENT = " " * 2
_MOST_FINDINGS = 5

_OTHERWISE = {
    Complaint.NO_ROOM: "import it before all else, or name it in LD_PRELOAD",
    Complaint.NO_IMAGE: (
        "the registry has no image for that platform; `--platform` asks for another, and builds one"
    ),
    Complaint.OTHER_RELEASE: (
        "take releases that fit each other, or build it again with the one that loads it, as "
        "`npm rebuild` does"
    ),
    Complaint.OTHER_WHEEL: "its name says for which; `archpip inspect` judges it",
    Complaint.NO_INSTRUCTION: (
        "which instructions a file needs is not in its headers; `archpip check` tells the module"
    ),
}
"""What helps where a file that fits its target is not loaded."""

_OF_OTHERS = frozenset((Complaint.OTHER_RELEASE, Complaint.OTHER_WHEEL))
"""What is said of files that need not be in what is audited."""


def render_culprits(audit: Audit, culprits: Sequence[Culprit]) -> RenderableType:
    """Draw each message, the binary that caused it, its findings, and what helps."""
    return Group(*(line for culprit in culprits for line in _lines(audit, culprit)))


def _lines(audit: Audit, culprit: Culprit) -> Iterator[Text]:
    suspect = culprit.suspect
    yield Text.assemble((suspect.message, "bold"))
    if culprit.part is None or culprit.member is None:
        yield Text(f"{_INDENT}{suspect.complaint}: {_nothing_found(audit, suspect)}")
        return
    whose = f"of {culprit.part.label}" if culprit.part.name else "of no distribution"
    guess = suspect.is_nameless and not suspect.importer
    yield Text(f"{_INDENT}{'perhaps ' * guess}behind it: {culprit.member} {whose}")
    for finding in culprit.findings[:_MOST_FINDINGS]:
        style = STATUS_STYLES[finding.weight]
        yield Text.assemble(_INDENT, (finding.code, style), f" {finding.message}")
    if culprit.foreign_ending:
        python = audit.target.python.display_name
        yield Text(f"{_INDENT}{python} imports no file that ends in {culprit.foreign_ending}")
    if culprit.is_missing:
        record = f"the RECORD of {culprit.part.label} lists it, and it is not there"
        yield Text(f"{_INDENT}{record}: the installation is incomplete")
    if not culprit.is_explained:
        fits = f"it fits {audit.target.name}; {_what_else(audit, culprit)}"
        yield Text(f"{_INDENT}nothing is held against it: {fits}")
    elif remedy := find_remedy(audit, culprit.part):
        yield Text.assemble(
            _INDENT, (f"{name_remedy(culprit.part.verdict.status)}: ", "dim"), remedy
        )


def _what_else(audit: Audit, culprit: Culprit) -> str:
    """Return what may be wrong with a binary that fits the target."""
    library = culprit.missing_library
    if library:
        return (
            f"{library}, which it links, is not in {audit.path}: "
            "the system has to provide it, or the installation is incomplete"
        )
    return _OTHERWISE.get(culprit.suspect.complaint, "what fails is not the architecture")


def _nothing_found(audit: Audit, suspect: Suspect) -> str:
    if suspect.complaint in _OF_OTHERS or (suspect.is_nameless and suspect.complaint in _OTHERWISE):
        return _OTHERWISE[suspect.complaint]
    if suspect.is_nameless:
        return (
            f"the message names no file, and none in {audit.path} is wrong for {audit.target.name}"
        )
    named = suspect.path or suspect.module or suspect.library
    return f"no native file in {audit.path} matches {named}"


def render_json(audit: Audit, culprits: Sequence[Culprit]) -> str:
    """Write the culprits as the versioned JSON document of `--traceback --format json`."""
    document = {
        "schema": SCHEMA_VERSION,
        "path": audit.path,
        "target": audit.target.name,
        "culprits": [_to_dict(audit, culprit) for culprit in culprits],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _to_dict(audit: Audit, culprit: Culprit) -> dict[str, object]:
    part = culprit.part
    return {
        "message": culprit.suspect.message,
        "complaint": culprit.suspect.complaint.value,
        "member": culprit.member,
        "distribution": part.name if part else None,
        "version": part.version if part else None,
        "findings": [
            {"code": f.code, "severity": f.severity.value, "message": f.message}
            for f in culprit.findings
        ],
        "missing": culprit.is_missing,
        "fix": find_remedy(audit, part) if part and culprit.is_explained else None,
    }
