"""What the gateway cannot answer."""

from collections.abc import Iterable

from archpip.errors import ExitCode, IndexAccessError, UsageError
from archpip.gateway.model import Refusal


class WheelRefusedError(IndexAccessError):
    """A wheel was offered before it was judged, and refused when it was requested."""

    code = "wheel-refused"
    exit_code = ExitCode.FINDINGS

    def __init__(self, *, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

    def __str__(self) -> str:
        return f"{self.refusal.filename}: {self.refusal.message}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "Run the command again: the page now comes without this file."


class AnswerLateError(IndexAccessError):
    """Wheels that an answer needs were not judged in time."""

    code = "answer-late"

    def __str__(self) -> str:
        return "The wheels that this answer needs are still being fetched and judged"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "Ask again: what was begun goes on meanwhile."


class FileNotOfferedError(IndexAccessError):
    """A path names a file that no configured index offers."""

    code = "file-not-offered"
    exit_code = ExitCode.USAGE

    def __init__(self, *, project: str, filename: str) -> None:
        super().__init__(project, filename)
        self.project = project
        self.filename = filename

    def __str__(self) -> str:
        return f"{self.project} has no file {self.filename} here"

    @property
    def hint(self) -> str:
        """Say where the present files are listed."""
        return "Read the project's page again: its index may have taken the file away."


class PolicyNotServedError(UsageError):
    """A path names a policy that the gateway does not have."""

    code = "policy-not-served"

    def __init__(self, *, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = tuple(sorted(known))

    def __str__(self) -> str:
        return f"There is no policy '{self.name}' here, but {', '.join(self.known) or 'none'}"

    @property
    def hint(self) -> str:
        """Say how paths begin."""
        return "Paths begin with TARGET/simple/, or POLICY/TARGET/simple/."


class AddressUnusableError(UsageError):
    """The gateway cannot listen at an address."""

    code = "address-unusable"

    def __init__(self, *, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host = host
        self.port = port
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot listen at {self.host}, port {self.port}: {self.reason}"

    @property
    def hint(self) -> str:
        """Name the options."""
        return "--host and --port choose another address."


class TransferEndedError(IndexAccessError):
    """A file being passed on broke off: the server stopped, or the bytes do not match the hash."""

    code = "transfer-ended"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The file broke off: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "Ask again: the file is then fetched anew."
