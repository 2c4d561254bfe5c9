"""Verdicts: an inspection judged for a target, as a pure function with coded findings."""

from archpip.verdicts.model import Finding, Status, Verdict

__all__ = ["Finding", "Status", "Verdict"]
