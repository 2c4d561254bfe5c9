"""Direct references: URLs, paths and repositories that a requirement names instead of an index.

Source: PEP 440 (direct references), and https://pip.pypa.io/en/stable/topics/vcs-support/
"""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from archpip.index import path_of, to_file_url, without_dot_segments
from archpip.reachable import is_folder
from archpip.redaction import redact_userinfo
from archpip.resolution.filenames import is_wheel
from archpip.resolution.model import LinkKind

VCS_SCHEMES = frozenset(
    f"{system}+{transport}"
    for system in ("git", "hg", "svn", "bzr")
    for transport in ("http", "https", "ssh", "file", "git", "lp", "sftp", "ftp", "static-http")
)
FILE_SCHEMES = frozenset(("http", "https", "file"))

HASH_ALGORITHMS = ("sha256", "sha384", "sha512")
"""The hash algorithms that `--hash` allows: pip's strong hashes."""

_URL_ALGORITHMS = frozenset((*HASH_ALGORITHMS, "md5", "sha1", "sha224"))
"""The algorithms that pip checks in a URL's fragment: weak ones detect damaged files, too."""


_REFUSED = "archpip-refused:"
"""The scheme of URLs that say why there is none."""


class DirectReference(Struct, frozen=True, kw_only=True):
    """A URL, path or repository that one requirement names instead of an index."""

    url: str
    """Absolute, without fragment and revision; a `file:` URL for local files. May contain
    credentials."""
    kind: LinkKind
    hashes: tuple[tuple[str, str], ...] = ()
    """(algorithm, lower-case hex) from the fragment, sorted."""
    subdirectory: str | None = None
    revision: str | None = None
    """For a repository: a branch, tag or commit."""

    @property
    def path(self) -> Path | None:
        """The path of a local file or folder, else `None`."""
        parts = urlsplit(self.url)
        return path_of(self.url) if parts.scheme == "file" else None

    @property
    def filename(self) -> str:
        """The last part of the path, unquoted."""
        return unquote(urlsplit(self.url).path.rstrip("/").rsplit("/", 1)[-1])

    def __str__(self) -> str:
        """Return it as a requirement names it, without its hashes; redacted of credentials."""
        revision = "" if self.revision is None else f"@{self.revision}"
        part = "" if self.subdirectory is None else f"#subdirectory={self.subdirectory}"
        return f"{redact_userinfo(self.url)}{revision}{part}"


def parse_direct_reference(url: str, *, base: Path) -> DirectReference:
    """Parse the URL of a direct reference.

    Raises:
        ValueError: The URL's scheme or file name is not of anything that can be installed.
    """
    if url.startswith(_REFUSED):
        raise ValueError(unquote(url.removeprefix(_REFUSED)))
    parts = urlsplit(url)
    fragment = parse_fragment(url)
    bare = url.partition("#")[0]
    subdirectory = fragment.get("subdirectory")
    if parts.scheme in VCS_SCHEMES:
        place, revision = _split_revision(bare)
        return DirectReference(
            url=place, kind=LinkKind.VCS, subdirectory=subdirectory, revision=revision
        )
    if parts.scheme not in FILE_SCHEMES:
        raise ValueError(f"'{parts.scheme}' is not a scheme that can be fetched")
    kind = LinkKind.SDIST
    if is_wheel(unquote(parts.path)):
        kind = LinkKind.WHEEL
    elif parts.scheme == "file":
        path_on_disk = _path_of_file_url(parts.path, base)
        bare = to_file_url(path_on_disk)
        kind = LinkKind.DIRECTORY if is_folder(path_on_disk) else LinkKind.SDIST
    return DirectReference(
        # On a disk `..` may follow a symbolic link, so it is kept; in other URLs it is removed.
        url=bare if parts.scheme == "file" else without_dot_segments(bare),
        kind=kind,
        hashes=tuple(
            sorted(
                (algorithm, digest.lower())
                for algorithm, digest in fragment.items()
                if algorithm in _URL_ALGORITHMS
            )
        ),
        subdirectory=subdirectory,
    )


def refused_url(reason: str) -> str:
    """Return a URL that `parse_direct_reference` refuses for a reason; other texts keep it."""
    return _REFUSED + quote(reason)


def _split_revision(url: str) -> tuple[str, str | None]:
    """Split `git+ssh://git@host/path@revision`; an `@` before the path starts no revision."""
    start = url.find("/", url.find("://") + len("://"))
    path, at, revision = url[start:].rpartition("@")
    return (url[:start] + path, revision) if at and start > 0 else (url, None)


def _path_of_file_url(path: str, base: Path) -> Path:
    return (base / path_of(f"file:{path}")).resolve()


def parse_fragment(url: str) -> dict[str, str]:
    """Parse `#egg=name&sha256=…`; a key that repeats keeps its last value."""
    pairs = (part.partition("=") for part in urlsplit(url).fragment.split("&"))
    return {key: unquote(value) for key, equals, value in pairs if equals}
