"""The policy: which verdicts a user takes."""

from enum import StrEnum

from msgspec import Struct

from archpip.verdicts.model import Status, Verdict
from archpip.verdicts.overrides import Override


class OnUnknown(StrEnum):
    """What to do with a wheel that could not be read."""

    REFUSE = "refuse"
    ACCEPT = "accept"


class Policy(Struct, frozen=True, kw_only=True):
    """What a user decided beforehand. The default refuses what is wrong or unknown."""

    strict: bool = False
    """Refuse what is degraded, too."""
    on_unknown: OnUnknown = OnUnknown.REFUSE
    overrides: tuple[Override, ...] = ()
    """In the order in which they were written; a later one wins."""

    def accepts_status(self, status: Status) -> bool:
        """Return whether a wheel of this status may be installed."""
        match status:
            case Status.OK:
                return True
            case Status.DEGRADED:
                return not self.strict
            case Status.UNKNOWN:
                return self.on_unknown is OnUnknown.ACCEPT
            case Status.WRONG:
                return False

    def accepts(self, verdict: Verdict) -> bool:
        """Return whether a wheel with this verdict may be installed."""
        return all(self.accepts_status(finding.weight) for finding in verdict.findings)

    def refuses_status(self, status: Status) -> bool:
        """Return whether a wheel of this status may not be installed."""
        return not self.accepts_status(status)

    def refuses(self, verdict: Verdict) -> bool:
        """Return whether a wheel with this verdict may not be installed."""
        return not self.accepts(verdict)
