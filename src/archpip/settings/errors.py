"""What can be wrong with a user's configuration."""

from collections.abc import Iterable

from archpip.errors import UsageError
from archpip.redaction import redact


class ConfigurationError(UsageError):
    """A configuration file or variable is invalid."""

    code = "configuration"

    def __init__(self, *, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        """A file, a place in one, or a variable."""
        self.reason = redact(reason)

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class UnknownSettingError(ConfigurationError):
    """A setting has an unknown name."""

    code = "unknown-setting"

    def __init__(self, *, where: str, name: str, known: Iterable[str]) -> None:
        super().__init__(where=where, reason=f"archpip has no setting '{name}'")
        self.name = name
        from difflib import get_close_matches  # only for who errs

        self.near = tuple(get_close_matches(name, sorted(known), n=3))
        """Settings whose names look like it, best first."""

    @property
    def hint(self) -> str:
        """Name the settings that look like it."""
        if self.near:
            return f"Did you mean {' or '.join(self.near)}?"
        return "`archpip config show` lists the settings."


class SettingValueError(ConfigurationError):
    """The value of a setting is invalid."""

    code = "setting-value"

    def __init__(self, *, where: str, name: str, value: str, wanted: str) -> None:
        super().__init__(where=where, reason=f"{name} is '{redact(value)}', but {wanted} is wanted")
        self.name = name
        self.wanted = wanted


class PolicyFileError(ConfigurationError):
    """A shared policy is invalid; the message lists everything that is wrong."""

    code = "policy-file"

    def __init__(self, *, where: str, problems: tuple[str, ...]) -> None:
        super().__init__(where=where, reason="\n".join(f"  {problem}" for problem in problems))
        self.problems = tuple(map(redact, problems))

    def __str__(self) -> str:
        return f"The policy {self.where} is invalid:\n{self.reason}"

    @property
    def hint(self) -> str:
        """Say why it is not used in part."""
        return "Whoever keeps it has to correct it: half a policy would allow too much."


class PolicyMissingError(ConfigurationError):
    """A shared policy has no named policy of that name."""

    code = "policy-missing"

    def __init__(self, *, where: str, name: str, known: Iterable[str]) -> None:
        names = ", ".join(sorted(known)) or "none with a name"
        super().__init__(where=where, reason=f"it has no policy '{name}', but {names}")
        self.name = name
