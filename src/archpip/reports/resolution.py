"""Render a resolution: what was chosen, and why preferred files were not."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.text import Text

from archpip.locking import Change
from archpip.reports.grid import Grid, grid_to_list
from archpip.reports.style import STATUS_STYLES, count
from archpip.resolution import LinkKind, Pin, Rejection, RejectionReason, Resolution
from archpip.verdicts import Status

SCHEMA_VERSION = 1
_NO_CHANGES: Mapping[str, Sequence[Change]] = MappingProxyType({})

_SHOWN_STATUSES = (Status.WRONG, Status.UNKNOWN)


def render_summary(resolution: Resolution) -> str:
    """Summarise in one line how many pins were chosen and how many wheels were opened."""
    pins = resolution.pins
    opened = sum(pin.inspection is not None for pin in pins)
    opened += sum(bool(pin.fused_with and pin.fused_with.inspection) for pin in pins)
    native = sum(bool(pin.inspection and pin.inspection.binaries) for pin in pins)
    sources = sum(pin.kind is not LinkKind.WHEEL for pin in pins)
    parts = [count(len(pins), "project"), f"{count(opened, 'wheel')} opened"]
    parts.append(f"{native} with native code")
    if fused := sum(pin.fused_with is not None for pin in pins):
        parts.append(f"{fused} fused")
    if sources:
        parts.append(f"{sources} from source")
    target = resolution.target
    return f"{target.name}, {target.python.display_name}: {', '.join(parts)}"


def render_decisions(resolution: Resolution) -> Iterator[Text]:
    """Yield a block for every pin whose choice or verdict needs explaining, sorted by name.

    Last come the wheels that excluded versions of their dependents.
    """
    for pin in resolution.pins:
        refused = [r for r in pin.rejections if r.verdict is not None]
        # Only the newest is shown: usually one reason prevents every version from being built.
        refused += [r for r in pin.rejections if r.reason is RejectionReason.BUILD][:1]
        remarkable = pin.verdict is not None and (
            pin.verdict.status is not Status.OK or pin.verdict.overrides
        )
        if refused or remarkable or pin.fused_with or pin.kind is LinkKind.SDIST:
            yield from _decision(pin, refused)
    yield from render_passed_over(resolution)


def render_passed_over(resolution: Resolution) -> Iterator[Text]:
    """Yield a block for every refused file that has no replacement."""
    for rejection in resolution.passed_over:
        yield Text.assemble(
            ("refused  ", STATUS_STYLES[Status.WRONG]), (rejection.link.filename, "bold")
        )
        yield from _serious_findings(rejection)
        yield Text(f"          {resolution.target.name} gets nothing that needs it")


def _decision(pin: Pin, refused: Sequence[Rejection]) -> Iterator[Text]:
    status = pin.verdict.status if pin.verdict else None
    word = status.value if status else "source"
    yield Text.assemble(
        (f"{word:<9}", STATUS_STYLES[status] if status else "cyan"),
        (f"{pin.name} {pin.version}", "bold"),
        f"  {pin.link.filename}",
    )
    if pin.fused_with:
        yield Text(f"          fused with {pin.fused_with.link.filename}")
    if pin.verdict:
        yield from _findings((finding.code, finding.message) for finding in pin.verdict.findings)
        for override in pin.verdict.permissions:
            yield Text(f"          {override.message}")
    for rejection in refused:
        yield Text.assemble("          refused ", (rejection.link.filename, "bold"))
        yield from _serious_findings(rejection)
    if pin.kind is LinkKind.SDIST and not any(rejection.verdict for rejection in refused):
        wheels = [r for r in pin.rejections if r.reason is not RejectionReason.BUILD]
        why = wheels[-1].described if wheels else "this version has no wheel"
        yield Text(f"          {why}; it is built from source")


def _serious_findings(rejection: Rejection) -> Iterator[Text]:
    if rejection.verdict is None:
        yield Text(f"            {rejection.message}")
    yield from _findings(
        (finding.code, finding.message)
        for finding in (rejection.verdict.findings if rejection.verdict else ())
        if finding.severity in _SHOWN_STATUSES
    )


_MOST_FINDINGS = 3


def _findings(findings: Iterable[tuple[str, str]]) -> Iterator[Text]:
    listed = list(findings)
    for code, message in listed[:_MOST_FINDINGS]:
        yield Text(f"            {code} {message}")
    if len(listed) > _MOST_FINDINGS:
        yield Text(f"            … and {len(listed) - _MOST_FINDINGS} more", "dim")


def render_changes(changes: Sequence[Change] | None) -> Iterator[str]:
    """Yield a line per change against the old lockfile; nothing if there was none."""
    if changes is None:
        return
    if not changes:
        yield "  nothing changed"
    for change in changes:
        yield f"  {change}"


def render_json(
    resolutions: Sequence[Resolution],
    changes: Mapping[str, Sequence[Change]] = _NO_CHANGES,
    *,
    grid: Grid | None = None,
) -> str:
    """Write resolutions as one versioned JSON document.

    Args:
        resolutions: One per target.
        changes: By target, against the old lockfile; `null` if there was none.
        grid: The grid of the same resolutions; `null` if not requested.
    """
    document = {
        "schema": SCHEMA_VERSION,
        "targets": [
            {
                "target": resolution.target.name,
                "python": resolution.target.python.stated_version,
                "floor": resolution.target.floor_name,
                "pins": [pin_to_dict(pin) for pin in resolution.pins],
                "passed_over": [_rejection_to_dict(each) for each in resolution.passed_over],
                "changes": _changes_to_list(changes.get(resolution.target.name)),
            }
            for resolution in resolutions
        ],
        "grid": grid_to_list(grid) if grid else None,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _changes_to_list(changes: Sequence[Change] | None) -> list[dict[str, object]] | None:
    if changes is None:
        return None
    return [
        {
            "name": change.name,
            "kind": change.kind.value,
            "before": change.before,
            "after": change.after,
            "reason": change.reason,
        }
        for change in changes
    ]


def pin_to_dict(pin: Pin) -> dict[str, object]:
    """Write a pin for JSON."""
    return {
        "name": pin.name,
        "version": str(pin.version),
        "kind": pin.kind.value,
        "filename": pin.link.filename,
        "fused_with": pin.fused_with.link.filename if pin.fused_with else None,
        "verdict": pin.verdict.status.value if pin.verdict else None,
        "rejections": [_rejection_to_dict(rejection) for rejection in pin.rejections],
    }


def _rejection_to_dict(rejection: Rejection) -> dict[str, object]:
    return {
        "filename": rejection.link.filename,
        "reason": rejection.reason.value,
        "message": rejection.message,
    }
