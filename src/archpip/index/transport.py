"""The protocols by which a session sends requests: to the network, or to a test's fake."""

from collections.abc import Mapping
from typing import Protocol


class OpenAnswer(Protocol):
    """A response whose headers have arrived; the caller reads its body, and closes it."""

    @property
    def url(self) -> str:
        """The requested URL, without credentials."""
        ...

    @property
    def status(self) -> int:
        """The HTTP status code."""
        ...

    def header(self, name: str) -> str | None:
        """Return a header's first value, by its lower-case name."""
        ...

    def read(self, most_bytes: int) -> bytes:
        """Return the body's next `most_bytes`, or fewer if it ends before; none at its end.

        They are as they were sent: compressed, if Content-Encoding says so.

        Raises:
            TransportError: The body ends early, or does not arrive in time.
        """
        ...

    def close(self) -> None:
        """Discard the rest of the body."""
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
        """Send a GET request and wait for the response's headers. Redirects are not followed.

        Args:
            url: http or https, without credentials.
            headers: Sent in addition to those that every request needs; Accept-Encoding too.
            longest_seconds: Limit for the whole response, in addition to the read timeout.

        Raises:
            TransportError: There is no response, or it is already known to be cut off.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class TransportError(Exception):
    """There was no response, or no complete one. Never leaves this package."""

    def __init__(self, reason: str, *, may_pass: bool = True, is_cut: bool = False) -> None:
        """Take the facts.

        Args:
            reason: What happened, in words.
            may_pass: Whether a retry may help.
            is_cut: Whether there was a response, but not a complete one.
        """
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass
        self.is_cut = is_cut
