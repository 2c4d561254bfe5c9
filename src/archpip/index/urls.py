"""URLs as indexes, users and error messages write them. Nothing here touches the network."""

import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

ARCHIVE_SUFFIXES = (
    ".whl",
    ".tar.gz",
    ".zip",
    ".tar.bz2",
    ".tgz",
    ".tar.xz",
    ".tar",
    ".tbz",
    ".txz",
    ".tlz",
    ".tar.lz",
    ".tar.lzma",
)
"""The suffixes of file names that pip accepts as wheels or source archives, commonest first."""

HASH_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
"""The hash algorithms accepted in a URL's fragment (pip's list)."""

_DRIVE = re.compile(r"^/([a-zA-Z]:)")
_UNSAFE = re.compile(r"[^\w!#$%&'()*+,./:;=?@\[\]~-]", re.ASCII)


def without_credentials(url: str) -> str:
    """Return `url` without user and password, safe to write to files."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def with_credentials(url: str, user: str, password: str) -> str:
    """Return `url` with a user and password, if there is either and it has none itself."""
    parts = urlsplit(url)
    if not (user or password) or "@" in parts.netloc:
        return url
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}"
    return urlunsplit(parts._replace(netloc=netloc))


def filename_of(url: str) -> str:
    """Return the last part of the URL's path, unquoted: never holds a `/`, may be empty."""
    path = url.partition("#")[0].partition("?")[0]
    name = path[path.rfind("/") + 1 :]
    if "%" in name:
        # An escaped slash must not smuggle a folder into a file name.
        name = unquote(name).rpartition("/")[2]
    return name


def path_of(url: str) -> Path:
    """Return the local path that a `file:` URL names."""
    parts = urlsplit(url)
    host = "" if parts.netloc in {"", "localhost"} else f"//{parts.netloc}"
    # A drive letter follows a slash in a URL (RFC 8089 appendix E.2), and only there: elsewhere
    # `to_file_url` escapes the colon.
    return Path(host + unquote(_DRIVE.sub(r"\1", parts.path)))


def to_file_url(path: Path) -> str:
    """Return the `file:` URL of a path, which is made absolute but need not exist."""
    return path.absolute().as_uri()


def quoted(url: str) -> str:
    """Escape characters that a URL may not contain, without escaping twice.

    Re-quoting would break signed URLs and the `%2B` of local versions.
    """
    return _UNSAFE.sub(_quote, url) if _UNSAFE.search(url) else url


def without_dot_segments(url: str) -> str:
    """Return `url` with `.` and `..` removed from its path, as HTTP clients do.

    Source: RFC 3986 §5.2.4.
    """
    parts = urlsplit(url)
    _, *segments = parts.path.split("/")
    if not {".", ".."} & set(segments):
        return url
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    ends_in_folder = segments[-1] in (".", "..")
    path = "/".join(("", *kept, "") if ends_in_folder else ("", *kept))
    return urlunsplit(parts._replace(path=path))


def _quote(found: re.Match[str]) -> str:
    return quote(found[0])


def is_well_formed(url: str) -> bool:
    """Return whether a URL, possibly relative, can be split into its parts at all."""
    # Only these make `urlsplit` raise; nearly no URL has them, and splitting takes 2 µs.
    if url.isascii() and "[" not in url and "]" not in url:
        return True
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def project_url(index_url: str, name: str) -> str:
    """Return the URL of a project's page (PEP 503: the name normalised, a slash at the end)."""
    return f"{index_url.rstrip('/')}/{quote(name)}/"


def hashes_of(fragment: str) -> tuple[tuple[str, str], ...]:
    """Parse the hashes in a URL's fragment, as (algorithm, lower-case hex)."""
    pairs = (part.partition("=") for part in fragment.split("&"))
    return tuple(
        sorted((name, value.lower()) for name, _, value in pairs if name in HASH_ALGORITHMS)
    )


def is_archive(filename: str) -> bool:
    """Return whether a file of this name may be a wheel or a source archive."""
    return filename.endswith(ARCHIVE_SUFFIXES) or filename.lower().endswith(ARCHIVE_SUFFIXES)
