"""Verdicts: an inspection judged for one target, as a pure function with coded findings.

`judge` is the entry point. Each rule is a module of its own and sees the wheel through `Case`, with
the role of every binary, and `Links`, with the links between binaries. `rules/` holds the data on
naming habits; no rule names a project. A `Policy` says which verdicts are accepted.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.verdicts.case import find_roles
    from archpip.verdicts.catalogue import CatalogueEntry, find_entry, read_catalogue
    from archpip.verdicts.descriptions import name_slices
    from archpip.verdicts.distributions import Installed, judge_between
    from archpip.verdicts.errors import InvalidOverrideError
    from archpip.verdicts.judging import judge, sort_findings
    from archpip.verdicts.model import AppliedOverride, Finding, Status, Verdict
    from archpip.verdicts.overrides import (
        DENIED,
        Override,
        OverrideAction,
        find_unmatched,
        parse_override,
    )
    from archpip.verdicts.policy import OnUnknown, Policy
    from archpip.verdicts.roles import Role
    from archpip.verdicts.siblings import (
        add_findings,
        find_suspects,
        is_much_smaller,
        judge_against_sibling,
    )
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "DENIED",
    "AppliedOverride",
    "CatalogueEntry",
    "Finding",
    "Installed",
    "InvalidOverrideError",
    "OnUnknown",
    "Override",
    "OverrideAction",
    "Policy",
    "Role",
    "Status",
    "Verdict",
    "add_findings",
    "find_entry",
    "find_roles",
    "find_suspects",
    "find_unmatched",
    "is_much_smaller",
    "judge",
    "judge_against_sibling",
    "judge_between",
    "name_slices",
    "parse_override",
    "read_catalogue",
    "sort_findings",
]
