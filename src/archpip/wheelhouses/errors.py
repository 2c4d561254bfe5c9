"""What can be wrong with wheels that are about to be installed."""

from pathlib import Path

from archpip.errors import LockError


class UnpinnedRequirementError(LockError):
    """A file of requirements leaves open which version would be installed."""

    code = "unpinned-requirement"

    def __init__(self, *, path: Path, requirement: str) -> None:
        super().__init__(path, requirement)
        self.path = path
        self.requirement = requirement

    def __str__(self) -> str:
        return f"{self.path}: '{self.requirement}' names no one version (==)"

    @property
    def hint(self) -> str:
        """Say what decides on one."""
        return f"`archpip lock -r {self.path}` chooses versions, and judges their wheels."
