"""What an audit did not look at, told by every command that audits an environment."""

from typing import TYPE_CHECKING

from archpip.cli.terminal import Terminal

if TYPE_CHECKING:
    from archpip.environments import Audit


def warn_of_elsewhere(audited: "Audit", terminal: Terminal) -> None:
    """Warn of each place that an environment imports from as well."""
    for place in audited.elsewhere:
        terminal.warning(f"{audited.path} imports from {place} as well, which was not audited")
