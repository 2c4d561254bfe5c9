"""Rule 7: oddities that decide nothing but get a remark, so that users need not wonder."""

from collections.abc import Iterator

from archpip.verdicts.case import Case
from archpip.verdicts.findings import report_wheel
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding

_MOST_TAGS = 3
"""Most tags that a message names."""


def judge_oddities(case: Case, links: Links) -> Iterator[Finding]:
    """Yield remarks about the wheel as a whole."""
    del links
    named, declared = set(case.inspection.tags), set(case.inspection.declared_tags)
    if declared and named.isdisjoint(declared):
        text = (
            f"the file name says {_shorten(named)}, WHEEL says {_shorten(declared)}; "
            "the binaries were judged by their content"
        )
        yield report_wheel("AP701", text)


def _shorten(tags: set[str]) -> str:
    shown = sorted(tags)[:_MOST_TAGS]
    return ", ".join(shown) + (", …" if len(tags) > len(shown) else "")
