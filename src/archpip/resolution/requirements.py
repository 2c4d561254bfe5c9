"""Requirements as a user writes them: names, URLs, archives, wheels, folders, repositories.

Everything is parsed here, once, into `RequestedRequirement`. Files of requirements are read by
`requirements_file.py`; requirements of distributions (`Requires-Dist`) are parsed by `demands.py`.

Source: PEP 508, PEP 440 (direct references), and
https://pip.pypa.io/en/stable/reference/requirement-specifiers/
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field
from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import (
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import Version

from archpip.index import to_file_url
from archpip.reachable import is_file, is_folder, is_there
from archpip.redaction import redact_userinfo
from archpip.resolution.direct_references import (
    FILE_SCHEMES,
    HASH_ALGORITHMS,
    VCS_SCHEMES,
    DirectReference,
    parse_direct_reference,
    parse_fragment,
)
from archpip.resolution.errors import InvalidRequirementError
from archpip.resolution.filenames import is_sdist, is_wheel
from archpip.resolution.model import LinkKind
from archpip.resolution.repairs import ENDLESS, has_endless_number

_EXTRAS = re.compile(r"^(?P<rest>.+?)\[(?P<extras>[^\[\]]*)\]$")
_LISTING_SUFFIXES = (".txt", ".in", ".toml", ".py", ".cfg")
"""Suffixes of files with requirements; `requirements.txt` could be a project's name, too."""

COMMAND_LINE = "command line"
"""The origin of requirements that are not from a file."""


class RequestedRequirement(Struct, frozen=True, kw_only=True):
    """One requirement or constraint that a user wrote."""

    name: NormalizedName | None
    """`None` if only the folder or archive has it."""
    extras: tuple[NormalizedName, ...] = ()
    """Sorted, no repeats."""
    specifier: SpecifierSet = field(default_factory=SpecifierSet)
    marker: Marker | None = None
    direct: DirectReference | None = None
    hashes: tuple[tuple[str, str], ...] = ()
    """(algorithm, lower-case hex) that the user allows, sorted; a file needs one of them."""
    config_settings: tuple[tuple[str, str], ...] = ()
    editable: bool = False
    """`-e`: an installation uses the sources in place."""
    marker_extras: tuple[NormalizedName, ...] = ()
    """The extras of the project whose file states it, for any of which the marker may hold, too."""
    origin: str = COMMAND_LINE
    """Where it was written: `command line` or `requirements.txt:3`."""
    text: str = ""
    """As written, redacted of credentials."""


def parse_requirement(
    text: str,
    *,
    base: Path,
    origin: str = COMMAND_LINE,
    hashes: tuple[tuple[str, str], ...] = (),
    config_settings: tuple[tuple[str, str], ...] = (),
    editable: bool = False,
) -> RequestedRequirement:
    """Parse one requirement in any of the forms that pip accepts.

    Args:
        text: `name[extra]>=1; marker`, `name @ URL`, a URL, or the path of a wheel, archive
            or folder.
        base: The folder that relative paths start from.
        origin: Where it was written, for messages.
        hashes: From `--hash`, as (algorithm, hex).
        config_settings: From `--config-settings`, as (key, value).
        editable: It was given with `-e`.

    Raises:
        InvalidRequirementError: It is none of these, a path does not exist, or an editable
            requirement is neither a folder nor a repository.
    """
    reader = _Reader(text=text.strip(), base=base, origin=origin, editable=editable)
    parsed = reader.read()
    return RequestedRequirement(
        name=parsed.name,
        extras=parsed.extras,
        specifier=parsed.specifier,
        marker=parsed.marker,
        direct=parsed.direct,
        hashes=tuple(sorted({*hashes, *_strong_hashes(parsed.direct)})),
        config_settings=config_settings,
        editable=editable,
        origin=origin,
        text=redact_userinfo(text.strip()),
    )


def collect_config_settings(
    requirements: Iterable[RequestedRequirement],
) -> dict[NormalizedName, tuple[tuple[str, str], ...]]:
    """Return the settings for each project's build backend; the last requirement's count."""
    return {
        requirement.name: requirement.config_settings
        for requirement in requirements
        if requirement.name is not None and requirement.config_settings
    }


class _Reader(Struct, frozen=True, kw_only=True):
    """Parses one requirement."""

    text: str
    base: Path
    origin: str
    editable: bool

    def read(self) -> RequestedRequirement:
        """Parse it; only folders and repositories can be edited."""
        parsed = self._read()
        if self.editable and (
            parsed.direct is None or parsed.direct.kind not in (LinkKind.DIRECTORY, LinkKind.VCS)
        ):
            raise self._invalid("only a folder or a repository can be editable")
        return parsed

    def _read(self) -> RequestedRequirement:
        """Detect which form it has, and parse it."""
        scheme = self.text.partition(":")[0].lower()
        if scheme in FILE_SCHEMES or scheme in VCS_SCHEMES:
            # A URL may hold a semicolon, so only "; " begins a marker there.
            body, marker = self._split_marker("; ")
            return self._read_url(body, marker)
        body, marker = self._split_marker(";")
        path = self._existing_path(body)
        if path is not None:
            return self._read_path(*path, marker)
        # A semicolon right behind a URL is part of it by PEP 508; pip ends the URL there.
        return self._read_name(self.text if marker is None else f"{body} ; {marker}")

    def _split_marker(self, separator: str) -> tuple[str, Marker | None]:
        body, _, marker = self.text.partition(separator)
        if not marker.strip():
            return body.strip(), None
        try:
            return body.strip(), Marker(marker)
        except InvalidMarker:
            if separator == ";" and not _looks_like_path(body):
                return body.strip(), None  # `name @ URL;with;semicolons` is left to PEP 508
            raise self._invalid("its marker cannot be parsed") from None

    def _existing_path(self, body: str) -> tuple[Path, tuple[NormalizedName, ...]] | None:
        """Return the file or folder that it names, with its extras, or `None` for a name."""
        rest, extras = _split_extras(body)
        is_archive = is_wheel(rest) or is_sdist(rest)
        if not (_looks_like_path(rest) or is_archive) or " @ " in rest:
            return None
        path = self.base / rest
        if is_folder(path) or is_file(path):
            return path, extras
        if "@" in rest and not _looks_like_path(rest.partition("@")[0]):
            return None
        raise self._invalid("there is no such file or folder", hint=self._beside_file(rest))

    def _beside_file(self, path: str) -> str | None:
        """Explain the base of paths, if this one exists relative to the file that has it."""
        folder = (self.base / self.origin.rpartition(":")[0]).parent
        if self.origin == COMMAND_LINE or not is_there(folder / path):
            return None
        return "Paths in files start from the folder that archpip runs in, as with pip and uv."

    def _read_path(
        self, path: Path, extras: tuple[NormalizedName, ...], marker: Marker | None
    ) -> RequestedRequirement:
        if is_folder(path) and not any(
            is_file(path / name) for name in ("pyproject.toml", "setup.py")
        ):
            raise self._invalid("the folder holds neither pyproject.toml nor setup.py")
        if is_file(path) and not (is_wheel(path.name) or is_sdist(path.name)):
            raise self._invalid(
                "the file is neither a wheel nor a source archive",
                hint=f"If it lists requirements, say `-r {self.text}`.",
            )
        url = to_file_url(path.resolve())
        return self._direct(self._reference(url), extras=extras, marker=marker)

    def _read_url(self, body: str, marker: Marker | None) -> RequestedRequirement:
        rest, extras = _split_extras(body)
        reference = self._reference(rest)
        egg = parse_fragment(rest).get("egg", "")
        egg_name, egg_extras = _split_extras(egg)
        return self._direct(
            reference,
            name=canonicalize_name(egg_name) if egg_name else None,
            extras=tuple(sorted({*extras, *egg_extras})),
            marker=marker,
        )

    def _read_name(self, text: str) -> RequestedRequirement:
        if self.text.endswith(_LISTING_SUFFIXES) and is_file(self.base / self.text):
            hint = f"If it lists requirements, say `-r {self.text}`."
            raise self._invalid("it is a file that is here, not a project's name", hint=hint)
        if has_endless_number(text):
            raise self._invalid(ENDLESS)
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise self._invalid(str(error).splitlines()[0], hint=_guess(self.text)) from error
        extras = parse_extras(text)
        name = canonicalize_name(requirement.name)
        if requirement.url:
            return self._direct(
                self._reference(requirement.url),
                name=name,
                extras=extras,
                marker=requirement.marker,
            )
        return RequestedRequirement(
            name=name,
            extras=extras,
            specifier=requirement.specifier,
            marker=requirement.marker,
        )

    def _direct(
        self,
        reference: DirectReference,
        *,
        name: NormalizedName | None = None,
        extras: tuple[NormalizedName, ...],
        marker: Marker | None,
    ) -> RequestedRequirement:
        if reference.kind is LinkKind.WHEEL:
            wheel_name, _ = self._wheel_identity(reference.filename)
            if name is not None and name != wheel_name:
                raise self._invalid(f"the wheel is of {wheel_name}, not of {name}")
            name = wheel_name
        return RequestedRequirement(name=name, extras=extras, marker=marker, direct=reference)

    def _wheel_identity(self, filename: str) -> tuple[NormalizedName, Version]:
        try:
            name, version, _, _ = parse_wheel_filename(filename)
        except ValueError as error:  # `InvalidWheelFilename`, or Python's, for 5,000 digits
            raise self._invalid(f"'{filename}' is not a wheel's file name") from error
        return name, version

    def _reference(self, url: str) -> DirectReference:
        try:
            reference = parse_direct_reference(url, base=self.base)
        except ValueError as error:
            raise self._invalid(str(error)) from error
        if reference.path is not None and not is_there(reference.path):
            raise self._invalid(f"there is no {reference.path}", hint=_guess(url))
        return reference

    def _invalid(self, reason: str, *, hint: str | None = None) -> InvalidRequirementError:
        return InvalidRequirementError(
            text=redact_userinfo(self.text), origin=self.origin, reason=reason, hint=hint
        )


def _strong_hashes(direct: DirectReference | None) -> Iterator[tuple[str, str]]:
    for algorithm, digest in direct.hashes if direct else ():
        if algorithm in HASH_ALGORITHMS:
            yield algorithm, digest


_WRITTEN_EXTRAS = re.compile(r"\s*[\w.-]+\s*\[(?P<extras>[^\]]*)\]")


def parse_extras(text: str) -> tuple[NormalizedName, ...]:
    """Return the extras of a requirement that can be parsed, in the order written, no repeats.

    packaging keeps them as a set; but the solver decides them in the order written, as in uv.
    """
    match = _WRITTEN_EXTRAS.match(text)
    names = match["extras"].split(",") if match else ()
    return tuple(dict.fromkeys(canonicalize_name(name.strip()) for name in names if name.strip()))


def _split_extras(text: str) -> tuple[str, tuple[NormalizedName, ...]]:
    match = _EXTRAS.match(text)
    if match is None:
        return text, ()
    names = (name.strip() for name in match["extras"].split(","))
    return match["rest"].strip(), tuple(sorted({canonicalize_name(n) for n in names if n}))


def _looks_like_path(text: str) -> bool:
    return text.startswith(".") or "/" in text or "\\" in text


def _guess(text: str) -> str | None:
    """Name a common mistake, if it looks like one."""
    if text.startswith("file:"):
        return "`pip list --format freeze` writes versions where `pip freeze` writes such paths."
    if re.search(r"[^=<>!~]=[^=]", text):
        return "A single '=' is not an operator: '==' pins a version."
    if text.startswith("-"):
        return "Options stand before or after requirements, not inside them."
    if re.search(r"~=\s*\d+\s*(?:$|[,;])", text):
        return "'~=' needs two numbers at least: ~=3.0 is >=3.0,<4."
    return None
