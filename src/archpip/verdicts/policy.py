"""The policy: which verdicts a user accepts."""

from enum import StrEnum

from msgspec import Struct

from archpip.verdicts.model import Status, Verdict
from archpip.verdicts.overrides import Override


class OnUnknown(StrEnum):
    """What to do with a wheel that could not be read."""

    REFUSE = "refuse"
    ACCEPT = "accept"


class Policy(Struct, frozen=True, kw_only=True):
    """The user's settings for verdicts. The default refuses wrong and unknown wheels."""

    strict: bool = False
    """Whether to refuse degraded wheels, too."""
    on_unknown: OnUnknown = OnUnknown.REFUSE
    overrides: tuple[Override, ...] = ()
    """In the order they were written; a later one wins."""

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
