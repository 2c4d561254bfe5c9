"""What can go wrong before anything is judged."""

from archpip.errors import UsageError


class NothingToAuditError(UsageError):
    """A path cannot be read, or holds nothing that can be audited."""

    code = "nothing-to-audit"

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be audited: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what can be audited."""
        return (
            "Give a virtual environment, a site-packages folder, an app's folder, a zip archive, "
            "a container image, a folder of wheels or a lockfile."
        )
