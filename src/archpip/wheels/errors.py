"""Errors of reading a wheel."""

from archpip.errors import WheelError
from archpip.wheels.model import ProblemKind

_GET_IT_AGAIN = "Get the file again; if it stays like this, it was published broken."


class InvalidWheelError(WheelError):
    """A file is not a wheel: not a zip archive, an invalid file name, no metadata."""

    code = "invalid-wheel"

    def __init__(self, *, filename: str, reason: str) -> None:
        super().__init__(filename, reason)
        self.filename = filename
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.filename} is not a wheel: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what usually helps."""
        return _GET_IT_AGAIN


class WheelNameError(InvalidWheelError):
    """A wheel's file name is invalid: it lacks the project, the version or a tag."""

    code = "wheel-name"

    @property
    def hint(self) -> str:
        """Say how wheels are named."""
        return "Its content may be right: rename it to project-version-python-abi-platform.whl."


class WheelUnreadableError(WheelError):
    """A wheel, or a member, cannot be read: damaged, encrypted, too large, contradictory."""

    code = "wheel-unreadable"

    def __init__(
        self,
        *,
        filename: str,
        member: str | None,
        reason: str,
        kind: ProblemKind = ProblemKind.UNREADABLE_MEMBER,
    ) -> None:
        super().__init__(filename, member, reason)
        self.kind = kind
        self.filename = filename
        self.member = member
        self.reason = reason

    def __str__(self) -> str:
        where = self.filename if self.member is None else f"{self.filename}!{self.member}"
        return f"{where} cannot be read: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what usually helps."""
        return _GET_IT_AGAIN


class RangesUnsupportedError(WheelError):
    """A server does not support range requests; the whole file can still be downloaded."""

    code = "ranges-unsupported"

    def __init__(self, *, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        """Already redacted of credentials by the caller."""
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.url} cannot be read in parts: {self.reason}"


class InvalidInspectionError(WheelError):
    """A stored inspection cannot be read back: it is damaged, or another version wrote it."""

    code = "invalid-inspection"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"A stored inspection cannot be read: {self.reason}"
