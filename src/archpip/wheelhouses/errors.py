"""What can be wrong with wheels that are about to be installed."""

from pathlib import Path

from archpip.errors import LockError


class UnpinnedRequirementError(LockError):
    """A requirement in a file that is audited is not pinned to one version."""

    code = "unpinned-requirement"

    def __init__(self, *, path: Path, requirement: str) -> None:
        super().__init__(path, requirement)
        self.path = path
        self.requirement = requirement

    def __str__(self) -> str:
        return f"{self.path}: '{self.requirement}' is not pinned to one version (==)"

    @property
    def hint(self) -> str:
        """Say what decides on one."""
        return f"`archpip lock -r {self.path}` chooses versions, and judges their wheels."
