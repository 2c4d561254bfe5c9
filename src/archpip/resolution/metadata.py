"""Core metadata: the few headers that a resolution needs, read without reading the rest.

`packaging.metadata` validates whole documents with their long descriptions; this is called for
every candidate and must be cheap. Invalid metadata raises here; the caller makes it a rejection.

Source: https://packaging.python.org/en/latest/specifications/core-metadata/
"""

from collections.abc import Iterable

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.repairs import parse_specifier_leniently


class CoreMetadata(Struct, frozen=True, kw_only=True):
    """The core metadata fields of a distribution that a resolution uses."""

    name: NormalizedName
    version: Version
    requires: tuple[str, ...] = ()
    """`Requires-Dist` lines, as written, in order; parsed later, and only those needed."""
    requires_python: str | None = None
    provides_extra: frozenset[NormalizedName] = frozenset()
    metadata_version: tuple[int, ...] = (1, 0)
    dynamic: frozenset[str] = frozenset()
    """Lower-case field names that a build may change (metadata 2.2)."""

    @property
    def is_static(self) -> bool:
        """Whether an sdist's requirements hold for every wheel built from it (PEP 643)."""
        binding = {"requires-dist", "requires-python", "provides-extra", "version"}
        return self.metadata_version >= (2, 2) and not (binding & self.dynamic)


def parse_metadata(content: bytes) -> CoreMetadata:
    """Parse the headers of METADATA or PKG-INFO.

    Raises:
        InvalidMetadataError: Name or version is missing or invalid.
    """
    headers = _read_headers(content)
    try:
        return CoreMetadata(
            name=canonicalize_name(headers["name"][0]),
            version=Version(headers["version"][0]),
            requires=tuple(headers.get("requires-dist", ())),
            requires_python=_requires_python(headers.get("requires-python")),
            provides_extra=frozenset(map(canonicalize_name, headers.get("provides-extra", ()))),
            metadata_version=_metadata_version(headers.get("metadata-version")),
            dynamic=frozenset(field.lower() for field in headers.get("dynamic", ())),
        )
    except KeyError as error:
        raise InvalidMetadataError(reason=f"it has no {error.args[0].title()} field") from error
    except ValueError as error:  # of packaging, or of Python, for a number of 5,000 digits
        raise InvalidMetadataError(reason=str(error)) from error


def head_of(content: bytes) -> bytes:
    """Return the headers, which `parse_metadata` reads; most of METADATA is the description."""
    ends = (content.find(empty) for empty in (b"\n\n", b"\r\n\r\n"))
    return content[: min((end for end in ends if end >= 0), default=len(content))]


def replace_requires(content: bytes, requires: Iterable[str]) -> bytes:
    """Return the headers with other `Requires-Dist` lines, and without the description."""
    kept: list[bytes] = []
    is_dropped = False
    for line in head_of(content).split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            is_dropped = line.partition(b":")[0].strip().lower() == b"requires-dist"
        if line.strip() and not is_dropped:
            kept.append(line)
    lines = (f"Requires-Dist: {line}".encode() for line in requires)
    return b"\n".join([*kept, *lines, b"", b""])


def _read_headers(content: bytes) -> dict[str, list[str]]:
    """Return every header by lower-case name; the body, after the first empty line, is not read."""
    headers: dict[str, list[list[str]]] = {}
    end = content.find(b"\n\n")
    head = content if end < 0 else content[:end]
    values: list[list[str]] = []
    # Not splitlines(): a form feed in a licence ends no header, nor does a line of blanks.
    for raw_line in head.decode("utf-8", "replace").split("\n"):
        line = raw_line.removesuffix("\r")
        if not line:
            break  # "\r\n" files end their headers with "\r\n\r\n", which has no "\n\n"
        if line[0] in " \t":
            if values:
                values[-1].append(line.strip())
            continue
        name, colon, value = line.partition(":")
        if colon:
            values = headers.setdefault(name.strip().lower(), [])
            values.append([value.strip()])
    return {name: [" ".join(lines) for lines in values] for name, values in headers.items()}


def _requires_python(values: list[str] | None) -> str | None:
    if not values or not values[0]:
        return None
    return str(parse_specifier_leniently(values[0]))


def _metadata_version(values: list[str] | None) -> tuple[int, ...]:
    parts = values[0].split(".") if values else []
    return tuple(int(part[:9]) for part in parts if part.isdecimal()) or (1, 0)
