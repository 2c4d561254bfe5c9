"""What a session asks of whoever sends its requests: the network, or a test in its place."""

from collections.abc import Mapping
from typing import Protocol


class OpenAnswer(Protocol):
    """An answer whose head is there, and whose body is read by whoever wants it. Close it."""

    @property
    def url(self) -> str:
        """Whom we asked, without credentials."""
        ...

    @property
    def status(self) -> int:
        """The HTTP status code."""
        ...

    def header(self, name: str) -> str | None:
        """Return a header's first value; its name is written in lower case."""
        ...

    def read(self, most_bytes: int) -> bytes:
        """Return the body's next bytes: as many, or fewer where it ends before; none at its end.

        They are as they were sent: packed, where Content-Encoding says so.

        Raises:
            TransportError: The body ends early, or does not come in time.
        """
        ...

    def close(self) -> None:
        """Want no more of it."""
        ...


class Transport(Protocol):
    """Sends requests, each once. Safe to use from several threads."""

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        longest_seconds: float | None = None,
    ) -> OpenAnswer:
        """Ask (GET) and wait for the answer's head. A redirect is an answer like others.

        Args:
            url: http or https, without credentials.
            headers: What to send beside what every request needs; Accept-Encoding is among them.
            longest_seconds: How long the whole answer may take, beside the limit on silence.

        Raises:
            TransportError: There is no answer, or it ends so early that this is known already.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class TransportError(Exception):
    """No answer came, or no whole one. Stays inside this package."""

    def __init__(self, reason: str, *, may_pass: bool = True, is_cut: bool = False) -> None:
        """Take what happened.

        Args:
            reason: It in words.
            may_pass: Whether a second try may fare better.
            is_cut: Whether there was an answer, of which not all came.
        """
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass
        self.is_cut = is_cut
