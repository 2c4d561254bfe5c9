"""Errors of requests to an index, and of files from it.

Every URL in these errors is redacted by the error itself, so that no caller can forget to.
"""

from pathlib import Path

from archpip.errors import ExitCode, IndexAccessError, UsageError
from archpip.redaction import redact

_GONE = frozenset({404, 410})
"""HTTP statuses that say that something does not exist; a retry does not help."""
_WANTS_CREDENTIALS = "proxy auth"
"""In what a proxy answers with 407, and in what is said where no tunnel through it can be had."""


class ProjectNotFoundError(IndexAccessError):
    """No index and no find-links location knows the project."""

    code = "project-not-found"
    exit_code = ExitCode.NO_SOLUTION

    def __init__(
        self,
        *,
        name: str,
        locations: tuple[str, ...],
        is_pinned: bool = False,
        flat: tuple[str, ...] = (),
        absent: tuple[str, ...] = (),
        is_offline: bool = False,
    ) -> None:
        super().__init__(name, locations, is_pinned, flat, absent, is_offline)
        self.name = name
        self.locations = tuple(redact(location) for location in locations)
        self.is_pinned = is_pinned
        """Whether only one index was searched, because the user has pinned it there."""
        self.flat = flat
        """Locations that were given as indexes, but are folders of files."""
        self.absent = absent
        """Locations that were given as indexes, and are folders that are not there."""
        self.is_offline = is_offline
        """Whether `--no-index` is set, so that no index was asked."""

    def __str__(self) -> str:
        where = ", ".join(self.locations) or "no index: --no-index is set and no --find-links given"
        alone = ", and it is looked for nowhere else" if self.is_pinned else ""
        return f"There is no project {self.name} on {where}{alone}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        if self.flat:
            beside = " and pin it to no index" if self.is_pinned else ""
            return (
                f"{self.flat[0]} is a folder of files, where an index has a page for each project: "
                f"give it to --find-links{beside}."
            )
        if self.absent:
            return (
                f"There is no folder {self.absent[0]}; the address of an index on the web begins "
                "with https://."
            )
        if self.is_pinned:
            return "Check the spelling, or pin it to another index, or to none."
        if not self.locations:
            return "Name a folder with --find-links, or leave out --no-index."
        if self.is_offline:
            return "Check the spelling, add a folder with --find-links, or leave out --no-index."
        return "Check the spelling, or name another index with --extra-index-url."


class IndexUnavailableError(IndexAccessError):
    """An index did not answer, or its answer cannot be used."""

    code = "index-unavailable"

    def __init__(self, *, url: str, reason: str, status: int | None = None) -> None:
        super().__init__(url, reason, status)
        self.url = redact(url)
        self.reason = redact(reason)
        self.status = status
        """The HTTP status, if there was an answer."""

    def __str__(self) -> str:
        return f"{self.url} cannot be used: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        if "://" not in self.url:
            return "--find-links takes a folder, a file of links, or the URL of a page."
        if self.url.startswith("file:"):
            return "Check the path, or what names it, such as a source in [tool.uv]."
        if not self.url.startswith(("http:", "https:")):
            return "The address of an index on the web begins with https://."
        if self.status in _GONE and not self.url.endswith("/"):
            return "Nothing is there: check the URL, or whoever names it."
        if _WANTS_CREDENTIALS in self.reason.lower():
            return "Write the proxy like http://user:password@proxy.example:3128."
        return "Try again, check --proxy, HTTPS_PROXY and --cert, or leave this index out."


class AuthenticationRequiredError(IndexAccessError):
    """An index refused the request: it requires credentials, or other ones."""

    code = "authentication-required"

    def __init__(self, *, url: str, status: int | None) -> None:
        super().__init__(url, status)
        self.url = redact(url)
        self.status = status
        """The HTTP status; `None` if no request was sent."""

    def __str__(self) -> str:
        if self.status is None:
            return f"{self.url} requires credentials, and none were found"
        return f"{self.url} refuses access (HTTP {self.status})"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return (
            "Give credentials in the index URL, in ~/.netrc, or in a keyring "
            "(--keyring-provider import or subprocess)."
        )


class InsecureOriginError(IndexAccessError):
    """A URL is plain HTTP, and its host is not a trusted one."""

    code = "insecure-origin"
    exit_code = ExitCode.USAGE

    def __init__(self, *, url: str, host: str) -> None:
        super().__init__(url, host)
        self.url = redact(url)
        self.host = host

    def __str__(self) -> str:
        return f"{self.url} is plain HTTP, so anybody on the network could change its answers"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return f"Use https, or pass --trusted-host {self.host} if you accept that."


class HashMismatchError(IndexAccessError):
    """A file does not have the hash that the index, or the user, gives."""

    code = "hash-mismatch"

    def __init__(self, *, url: str, algorithm: str, expected: str, actual: str) -> None:
        super().__init__(url, algorithm, expected, actual)
        self.url = redact(url)
        self.algorithm = algorithm
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return (
            f"{self.url} has {self.algorithm} {self.actual}, but {self.expected} was promised: "
            "the file changed or was tampered with"
        )


class SizeMismatchError(IndexAccessError):
    """A file is longer or shorter than the index says."""

    code = "size-mismatch"

    def __init__(self, *, url: str, expected: int, actual: int) -> None:
        super().__init__(url, expected, actual)
        self.url = redact(url)
        self.expected = expected
        """Bytes."""
        self.actual = actual
        """Bytes."""

    def __str__(self) -> str:
        return f"{self.url} has {self.actual} bytes, but {self.expected} were promised"


class DownloadWriteError(IndexAccessError):
    """A download cannot be written to this machine's disk."""

    code = "download-write"
    exit_code = ExitCode.USAGE  # no index is to blame

    def __init__(self, *, url: str, path: Path, reason: str) -> None:
        super().__init__(url, path, reason)
        self.url = redact(url)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be written: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "Free some space there, or choose another folder; nothing partial was left."


class CheckoutError(IndexAccessError):
    """A version-control location cannot be checked out."""

    code = "checkout"

    def __init__(self, *, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = redact(url)
        self.reason = redact(reason)

    def __str__(self) -> str:
        return f"{self.url} cannot be checked out: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        if self.url.startswith("git+"):
            plain = self.url.removeprefix("git+")
            return f"`git ls-remote {plain}` shows what is there, or why it cannot be reached."
        return "Check the URL and the revision."


class CertificateFileError(UsageError):
    """A file of certificates that the user named cannot be used."""

    code = "certificate-file"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"The certificates in {self.path} cannot be read: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "--cert and --client-cert take files in PEM format."


class InvalidProxyError(UsageError):
    """A proxy that the user named is none that requests can be sent through."""

    code = "invalid-proxy"

    def __init__(self, *, proxy: str, reason: str, variable: str | None = None) -> None:
        super().__init__(proxy, reason, variable)
        self.proxy = redact(proxy)
        self.reason = reason
        self.variable = variable
        """The variable that names it, if no option does."""

    def __str__(self) -> str:
        named = f" of {self.variable}" if self.variable else ""
        return f"The proxy {self.proxy}{named} cannot be used: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what the user can do next."""
        return "Write it like http://user:password@proxy.example:3128, or socks5://…"
