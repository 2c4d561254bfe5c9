"""Files of requirements and constraints, in pip's syntax.

Comments, continued lines, `${VARIABLE}`, encodings, nested `-r` and `-c`, index options and options
of single requirements. The caller passes in how to read URLs and the environment variables.

Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

import argparse
import codecs
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from archpip.index import path_of
from archpip.reachable import is_there
from archpip.redaction import redact_userinfo
from archpip.resolution.direct_references import HASH_ALGORITHMS
from archpip.resolution.errors import InvalidRequirementError, RequirementsFileError
from archpip.resolution.requirement_set import IndexOptions, RequirementSet
from archpip.resolution.requirements import parse_requirement

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's little-endian mark begins with UTF-16's, so it is tried first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED_ENCODING = re.compile(rb"^#.*?coding[:=]\s*([-\w.]+)")  # PEP 263
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
# POSIX names only, and only in braces: everything else with a dollar sign stays as it is.
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_URL = re.compile(r"^(https?|file):", re.IGNORECASE)

_MAX_FILES = 1_000
"""How many files one may include in all; remote files could name others forever."""

_MOST_OPTIONS = 2_000
"""Options of one line, above all hashes: a version has up to hundreds of wheels."""

_MAX_NESTED_FILES = 50
"""How deep files may be nested."""


def read_requirements_file(
    location: str,
    *,
    base: Path,
    environ: Mapping[str, str],
    fetch: Callable[[str], bytes],
    constraint: bool = False,
) -> RequirementSet:
    """Read a file of requirements or constraints and all files that it names.

    Args:
        location: A path, or an `http:`, `https:` or `file:` URL.
        base: The folder that relative paths start from; inside a file, `-r` and `-c` start from
            the file, other paths from here, as in pip.
        environ: The values of `${NAME}`; an unknown name is left as it is.
        fetch: Returns the content of a URL.
        constraint: The lines are constraints (`-c`).

    Raises:
        RequirementsFileError: A file cannot be read or decoded, names itself, or has an option
            that no file may have.
        InvalidRequirementError: A line is not a requirement.
    """
    if not _URL.match(location):
        location = str(base / location)
    reader = _FileReader(base=base, environ=environ, fetch=fetch)
    return reader.read(location, constraint=constraint, ancestors=())


class _FileReader(Struct, kw_only=True):
    base: Path
    environ: Mapping[str, str]
    fetch: Callable[[str], bytes]
    files_read: int = 0

    def read(
        self, location: str, *, constraint: bool, ancestors: tuple[str, ...]
    ) -> RequirementSet:
        """Read one file and, through `-r` and `-c`, its children."""
        if location in ancestors:
            raise RequirementsFileError(
                location=self._shown(location), line=None, reason="the file includes itself"
            )
        self.files_read += 1
        if len(ancestors) > _MAX_NESTED_FILES or self.files_read > _MAX_FILES:
            raise RequirementsFileError(
                location=self._shown(location), line=None, reason="too many files include another"
            )
        found = RequirementSet()
        for number, line in self._lines(location):
            found += self._read_line(
                line, location, number, constraint=constraint, ancestors=(*ancestors, location)
            )
        return found

    def _lines(self, location: str) -> Iterator[tuple[int, str]]:
        """Yield (number of the first physical line, text) without comments and empty lines."""
        for number, line in _join_continued(self._content(location).splitlines()):
            text = _VARIABLE.sub(self._expand, _COMMENT.sub("", line)).strip()
            if text:
                yield number, text

    def _expand(self, match: re.Match[str]) -> str:
        return self.environ.get(match[1]) or match[0]

    def _content(self, location: str) -> str:
        try:
            if not _URL.match(location):
                return _decode(Path(location).read_bytes())
            parts = urlsplit(location)
            if parts.scheme.lower() == "file":
                return _decode(path_of(location).read_bytes())
            return _decode(self.fetch(location))
        except OSError as error:
            reason = error.strerror or str(error)
            raise RequirementsFileError(
                location=self._shown(location), line=None, reason=reason
            ) from error
        except (UnicodeDecodeError, LookupError) as error:
            raise RequirementsFileError(
                location=self._shown(location), line=None, reason=_undecodable(error)
            ) from error
        except ValueError as error:  # a NUL in its path, a bracket in its URL's host
            raise RequirementsFileError(
                location=self._shown(location), line=None, reason=str(error)
            ) from error

    def _read_line(
        self,
        line: str,
        location: str,
        number: int,
        *,
        constraint: bool,
        ancestors: tuple[str, ...],
    ) -> RequirementSet:
        text, options = self._split(line, location, number)
        if options.editable and not text:
            text = options.editable
        if text:
            return self._requirement(text, options, location, number, constraint=constraint)
        nested = options.requirement or options.constraint
        if nested:
            try:
                return self.read(
                    self._nested_location(nested, location),
                    constraint=options.requirement is None or constraint,
                    ancestors=ancestors,
                )
            except RequirementsFileError as error:
                error.note_inclusion(f"{self._shown(location)}:{number}")
                raise
        return self._options(options, location)

    def _requirement(
        self,
        text: str,
        options: argparse.Namespace,
        location: str,
        number: int,
        *,
        constraint: bool,
    ) -> RequirementSet:
        requirement = parse_requirement(
            text,
            base=self.base,
            origin=f"{self._shown(location)}:{number}",
            hashes=tuple(options.hash),
            config_settings=tuple(options.config_settings),
            editable=options.editable is not None,
        )
        if not constraint:
            return RequirementSet(requirements=(requirement,))
        reason = None
        if requirement.name is None:
            reason = "a constraint needs a name: NAME @ URL"
        elif requirement.extras:
            reason = "a constraint cannot have extras"
        elif requirement.editable:
            reason = "a constraint cannot be editable"
        if reason:
            raise InvalidRequirementError(
                text=requirement.text, origin=requirement.origin, reason=reason
            )
        return RequirementSet(constraints=(requirement,))

    def _options(self, options: argparse.Namespace, location: str) -> RequirementSet:
        releases = [("all-releases", value) for value in options.all_releases]
        releases += [("only-final", value) for value in options.only_final]
        if options.pre:
            releases.append(("all-releases", ":all:"))
        return RequirementSet(
            index=IndexOptions(
                index_url=options.index_url,
                extra_index_urls=tuple(options.extra_index_url),
                no_index=options.no_index,
                find_links=tuple(self._find_links(v, location) for v in options.find_links),
                trusted_hosts=tuple(options.trusted_host),
            ),
            formats=tuple(options.formats),
            releases=tuple(releases),
            prefer_binary=options.prefer_binary,
            require_hashes=options.require_hashes,
        )

    def _split(self, line: str, location: str, number: int) -> tuple[str, argparse.Namespace]:
        """Split a line into its requirement, which may be empty, and its options."""
        # Only options are split like a shell would: markers hold quotes of their own.
        words = line.split(" ")
        first = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
        try:
            arguments = shlex.split(" ".join(words[first:]))
            parser = _parser()
            if len(arguments) > _MOST_OPTIONS:  # argparse takes quadratic time
                parser.error(f"{len(arguments)} options are more than {_MOST_OPTIONS}")
            options, rest = parser.parse_known_args(arguments)
            # pip ignores a marker after `-e PATH`, so files shared with pip need the same here.
            if rest and not (options.editable and rest[0] == ";"):
                parser.error(f"unrecognized arguments: {' '.join(rest)}")
        except ValueError as error:
            raise RequirementsFileError(
                location=self._shown(location), line=number, reason=redact_userinfo(str(error))
            ) from error
        return " ".join(words[:first]).strip(), options

    def _nested_location(self, nested: str, location: str) -> str:
        try:
            if _URL.match(location):
                return urljoin(location, nested)
            if _URL.match(nested):
                return nested
            return str((Path(location).parent / nested).resolve())
        except ValueError as error:  # a NUL in a path, a bracket in a URL's host
            raise RequirementsFileError(
                location=redact_userinfo(nested), line=None, reason=str(error)
            ) from error

    def _find_links(self, value: str, location: str) -> str:
        """Return a folder relative to the file as a path, anything else as it is."""
        if _URL.match(location) or _URL.match(value):
            return value
        beside = Path(location).parent / value
        return str(beside.resolve()) if is_there(beside) else value

    def _shown(self, location: str) -> str:
        """Return a location as the user would write it."""
        if _URL.match(location):
            return redact_userinfo(location)
        path = Path(location)
        return str(path.relative_to(self.base)) if path.is_relative_to(self.base) else location


def _join_continued(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Join lines that end in a backslash; a comment ends the joining, as in pip."""
    first, parts = 0, list[str]()
    for number, line in enumerate(lines, start=1):
        is_comment = line.lstrip().startswith("#")
        if not parts:
            first = number
        if line.endswith("\\") and not is_comment:
            parts.append(line.rstrip("\\"))
            continue
        # The blank keeps a comment a comment after text was put before it.
        parts.append(f" {line}" if is_comment else line)
        yield first, "".join(parts)
        parts = []
    if parts:
        yield first, "".join(parts)


def _decode(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding)
    for line in content.split(b"\n")[:2]:
        declared = _DECLARED_ENCODING.match(line)
        if declared:
            return content.decode(declared[1].decode("ascii"))
    return content.decode("utf-8")


def _undecodable(error: UnicodeDecodeError | LookupError) -> str:
    """Describe what is wrong with a file's bytes, and which encoding they may have."""
    if isinstance(error, LookupError):
        return str(error)
    place = error.object.count(b"\n", 0, error.start) + 1
    return (
        f"line {place} is not {error.encoding.upper()}; save the file as UTF-8,"
        " or name its encoding in the first line: # -*- coding: latin-1 -*-"
    )


class _LineParser(argparse.ArgumentParser):
    """Raises where `argparse` would end the process."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _parser() -> argparse.ArgumentParser:
    """Return the parser of a line's options: those that pip allows in a file."""
    parser = _LineParser(prog="requirements file", add_help=False, allow_abbrev=False)
    parser.add_argument("-r", "--requirement")
    parser.add_argument("-c", "--constraint")
    parser.add_argument("-e", "--editable")
    parser.add_argument("-i", "--index-url", "--pypi-url")
    parser.add_argument("--extra-index-url", action="append", default=[])
    parser.add_argument("--no-index", action="store_true")
    parser.add_argument("-f", "--find-links", action="append", default=[])
    parser.add_argument("--trusted-host", action="append", default=[])
    for option in ("only-binary", "no-binary"):
        parser.add_argument(
            f"--{option}",
            dest="formats",
            action="append",
            default=[],
            type=lambda value, option=option: (option, value),  # type: ignore[misc]  # bound now
        )
    parser.add_argument("--prefer-binary", action="store_true")
    parser.add_argument("--require-hashes", action="store_true")
    parser.add_argument("--no-require-hashes", action="store_true")
    parser.add_argument("--pre", action="store_true")
    parser.add_argument("--all-releases", action="append", default=[])
    parser.add_argument("--only-final", action="append", default=[])
    parser.add_argument("--use-feature", action="append", default=[])
    parser.add_argument("--hash", action="append", default=[], type=parse_hash)
    parser.add_argument(
        "-C", "--config-settings", "--config-setting", action="append", default=[], type=_setting
    )
    parser.add_argument("--global-option", action="append", default=[], type=_refused_option)
    return parser


def parse_hash(value: str) -> tuple[str, str]:
    """Parse `sha256:…` as `--hash` takes it.

    Raises:
        argparse.ArgumentTypeError: The algorithm is weak or unknown, or the digest is not hex.
    """
    algorithm, _, digest = value.partition(":")
    if algorithm not in HASH_ALGORITHMS:
        allowed = ", ".join(HASH_ALGORITHMS)
        raise argparse.ArgumentTypeError(f"'{algorithm}' is not one of {allowed}")
    if not re.fullmatch(r"[0-9a-fA-F]+", digest):
        raise argparse.ArgumentTypeError(f"'{digest}' is not a hexadecimal digest")
    return algorithm, digest.lower()


def _setting(value: str) -> tuple[str, str]:
    key, equals, text = value.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("a setting is KEY=VALUE")
    return key, text


def _refused_option(value: str) -> NoReturn:  # noqa: ARG001  # the signature of argparse's types
    raise argparse.ArgumentTypeError("pip dropped --global-option; use --config-settings")
