"""Where to look for files, and how to talk to what is found there: plain values, no imports."""

from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

PYPI_URL = "https://pypi.org/simple"


class KeyringProvider(StrEnum):
    """How the system's keyring is asked for credentials (pip's `--keyring-provider`)."""

    AUTO = "auto"
    DISABLED = "disabled"
    IMPORT = "import"
    SUBPROCESS = "subprocess"


class IndexPin(Struct, frozen=True, kw_only=True):
    """An index that serves some projects, which are then looked for nowhere else."""

    url: str
    projects: tuple[str, ...]
    """Normalised names, or patterns of them: `acme-*`."""

    def serves(self, name: str) -> bool:
        """Return whether a project, by its normalised name, is this index's."""
        return any(fnmatchcase(name, pattern) for pattern in self.projects)


class Authenticate(StrEnum):
    """When an index is given credentials (uv's `authenticate`)."""

    AUTO = "auto"
    """Those at hand at once, those of a keyring where it refuses."""
    ALWAYS = "always"
    """A keyring's at once, too: some servers answer all the same who does not say who they are."""
    NEVER = "never"


class IndexTerms(Struct, frozen=True, kw_only=True):
    """How one index is to be asked, and what counts of its answers."""

    authenticate: Authenticate = Authenticate.AUTO
    ignored_statuses: frozenset[int] = frozenset()
    """By which it says that it has no such project (uv's `ignore-error-codes`)."""
    uploaded_before: datetime | None = None
    """Files from then on are left out."""
    exempt: frozenset[str] = frozenset()
    """Projects, by normalised name, for which that moment does not count."""


class IndexLocations(Struct, frozen=True, kw_only=True):
    """Where files are looked for, with pip's meaning: all locations count alike, none is first."""

    index_urls: tuple[str, ...] = (PYPI_URL,)
    """`--index-url`, then each `--extra-index-url`: http(s) or file URLs, or folders."""
    find_links: tuple[str, ...] = ()
    """`--find-links`: folders, HTML files, archives, or their URLs."""
    no_index: bool = False
    """Look at `find_links` only."""
    pins: tuple[IndexPin, ...] = ()
    """The first that serves a project is the only place where that project is looked for."""
    terms: tuple[tuple[str, IndexTerms], ...] = ()
    """Of some of the indexes, by their URLs."""


class SessionOptions(Struct, frozen=True, kw_only=True):
    """How to talk to an index. The defaults are pip's."""

    trusted_hosts: tuple[str, ...] = ()
    """`host` or `host:port`: plain HTTP and unverified certificates are accepted there."""
    certificates: Path | None = None
    """A bundle (PEM) or folder of certificate authorities, trusted beside the system's."""
    client_certificate: Path | None = None
    """A PEM file with our certificate and its key."""
    proxy: str | None = None
    """In place of what `HTTP_PROXY` and its kin name."""
    timeout_seconds: float = 15.0
    retries: int = 5
    keyring_provider: KeyringProvider = KeyringProvider.AUTO
    has_netrc: bool = True
    """Whether there is a netrc file to look for credentials in; where unsure, say so."""
    max_age_seconds: float = 0.0
    """How long an index's page is believed without asking again."""
    connections: int = 64
    """How many requests may be under way at once."""
