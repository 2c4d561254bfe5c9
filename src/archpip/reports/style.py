"""How a status looks. The word itself is always printed: colour is never the only sign."""

from archpip.verdicts import Status

STATUS_STYLES = {
    Status.OK: "green",
    Status.DEGRADED: "yellow",
    Status.UNKNOWN: "magenta",
    Status.WRONG: "bold red",
}
