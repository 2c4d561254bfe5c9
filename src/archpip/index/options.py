"""Options for index locations and for requests to them: plain values, no imports."""

from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

PYPI_URL = "https://pypi.org/simple"


class KeyringProvider(StrEnum):
    """How credentials are read from the system's keyring (pip's `--keyring-provider`)."""

    AUTO = "auto"
    DISABLED = "disabled"
    IMPORT = "import"
    SUBPROCESS = "subprocess"


class IndexPin(Struct, frozen=True, kw_only=True):
    """An index that serves some projects, which are then looked up nowhere else."""

    url: str
    projects: tuple[str, ...]
    """Normalised names, or patterns of them: `acme-*`."""

    def serves(self, name: str) -> bool:
        """Return whether this index serves a project, given by its normalised name."""
        return any(fnmatchcase(name, pattern) for pattern in self.projects)


class Authenticate(StrEnum):
    """When credentials are sent to an index (uv's `authenticate`)."""

    AUTO = "auto"
    """Known ones with the first request, those of a keyring after a refusal."""
    ALWAYS = "always"
    """A keyring's with the first request, too: some servers also answer anonymous requests."""
    NEVER = "never"


class IndexTerms(Struct, frozen=True, kw_only=True):
    """Options for requests to one index, and for the use of its pages."""

    authenticate: Authenticate = Authenticate.AUTO
    ignored_statuses: frozenset[int] = frozenset()
    """Statuses that mean that it has no such project (uv's `ignore-error-codes`)."""
    uploaded_before: datetime | None = None
    """Files uploaded at or after this moment are left out."""
    exempt: frozenset[str] = frozenset()
    """Projects, by normalised name, to which that moment does not apply."""


class IndexLocations(Struct, frozen=True, kw_only=True):
    """The locations of files, with pip's meaning: all have the same priority."""

    index_urls: tuple[str, ...] = (PYPI_URL,)
    """`--index-url`, then each `--extra-index-url`: http(s) or file URLs, or folders."""
    find_links: tuple[str, ...] = ()
    """`--find-links`: folders, HTML files, archives, or their URLs."""
    no_index: bool = False
    """Use `find_links` only."""
    pins: tuple[IndexPin, ...] = ()
    """The first that serves a project is the only location where that project is looked up."""
    terms: tuple[tuple[str, IndexTerms], ...] = ()
    """Terms of some of the indexes, by their URLs."""


class SessionOptions(Struct, frozen=True, kw_only=True):
    """Options for requests to indexes. The defaults are pip's."""

    trusted_hosts: tuple[str, ...] = ()
    """`host` or `host:port`: plain HTTP and unverified certificates are accepted there."""
    certificates: Path | None = None
    """A bundle (PEM) or folder of certificate authorities, trusted in addition to the system's."""
    client_certificate: Path | None = None
    """A PEM file with the client certificate and its key."""
    proxy: str | None = None
    """Replaces `HTTP_PROXY` and similar variables."""
    proxy_variables: tuple[tuple[str, str], ...] = ()
    """Those variables, whose values are checked; the network reads them itself."""
    timeout_seconds: float = 15.0
    retries: int = 5
    keyring_provider: KeyringProvider = KeyringProvider.AUTO
    has_netrc: bool = True
    """Whether there may be a netrc file with credentials; true if unsure."""
    max_age_seconds: float = 0.0
    """How long an index's page is used without another request."""
    connections: int = 64
    """How many requests may run at once."""
