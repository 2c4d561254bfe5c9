"""What can keep a command from being run."""

from archpip.errors import UsageError
from archpip.redaction import redact
from archpip.settings import ConfigurationError


class IndexPinError(ConfigurationError):
    """An index or an index pin is invalid."""

    code = "index-pin"

    def __init__(self, *, subject: str, reason: str) -> None:
        super().__init__(where=redact(subject), reason=reason)

    @property
    def hint(self) -> str:
        """Show how it is said."""
        return "Write --index internal=https://… --index-pin 'acme-*=internal'."


class CommandNotFoundError(UsageError):
    """A command does not exist or may not be run."""

    code = "command-not-found"

    def __init__(self, *, program: str, reason: str) -> None:
        super().__init__(program, reason)
        self.program = program
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.program} cannot be run: {self.reason}"


class ScriptWithoutInterpreterError(CommandNotFoundError):
    """A script does not say what runs it. A shell would try itself, but no other program does."""

    code = "script-without-interpreter"

    def __init__(self, *, program: str) -> None:
        super().__init__(program=program, reason="it has no #! line, which names what runs it")

    @property
    def hint(self) -> str:
        """Say how to name it."""
        return f"Name what runs it: `archpip exec … -- sh {self.program}`."


class ExtraMissingError(UsageError):
    """A command needs an extra of archpip that is not installed."""

    code = "extra-missing"

    def __init__(self, *, extra: str) -> None:
        super().__init__(extra)
        self.extra = extra

    def __str__(self) -> str:
        return f"This needs archpip's extra '{self.extra}', which is not installed"

    @property
    def hint(self) -> str:
        """Say how to install it."""
        return f"`pip install 'archpip[{self.extra}]'` brings it."
