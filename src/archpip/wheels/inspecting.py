"""The inspection of a wheel: all facts that are true for every target.

Reading is done in rounds, so that a remote wheel takes few round trips: the directory and
dist-info, then the heads of all candidates at once, then more of those members whose head is not
enough (`natives.py`).
"""

from collections.abc import Sequence

from packaging.tags import InvalidTag, Tag, TooManyTagsError, parse_tag

from archpip.binaries import Depth
from archpip.wheels.errors import InvalidWheelError, WheelNameError, WheelUnreadableError
from archpip.wheels.facts import (
    find_import_roots,
    read_noted_path_folders,
    select_candidates,
)
from archpip.wheels.folders import strip_scheme
from archpip.wheels.metadata import (
    find_metadata_problems,
    find_wheel_file,
    read_wheel_file,
)
from archpip.wheels.model import (
    Inspection,
    Member,
    Problem,
    ProblemKind,
    ReadingCost,
    WheelSource,
)
from archpip.wheels.natives import BinariesReader
from archpip.wheels.paths import find_path_files
from archpip.wheels.source_facts import read_source_facts
from archpip.wheels.wheel_files import MAX_TAGS, WheelFile

_FETCHED_BYTES = 384
"""Compressed bytes of a candidate requested at first: its headers, and more."""

_FETCHED_MACHO_BYTES = 1152
"""The same where load commands are expected: they are full of zeros, so this gives some 3 KB."""


def inspect_wheel(
    source: WheelSource, *, sha256: str | None, depth: Depth = Depth.HEADERS
) -> tuple[Inspection, ReadingCost]:
    """Read all facts of a wheel.

    Every binary is read as deep as its head allows, and at least as deep as `depth`. At any depth,
    the architectures of all slices are read, and the symbols of loadable fat Mach-O files: only
    they show a hollow slice. Below `LINKS`, only members with plausible names are read; from
    `LINKS` on, all but those with a suffix of text or data.

    Args:
        source: The wheel; the caller closes it.
        sha256: The file's hash, if known.
        depth: How deep to read.

    Raises:
        InvalidWheelError: The file is not a zip archive, or its name is not a wheel's.
        WheelUnreadableError: WHEEL cannot be read.
        RangesUnsupportedError: A remote wheel cannot be read by ranges, and there is no download.
    """
    tags = parse_filename_tags(source.filename)
    members = source.members()
    problems = [*source.problems()]
    # Ten thousand members may be the same bytes: their content is neither trusted nor read.
    overlap = any(problem.kind is ProblemKind.OVERLAP for problem in problems)
    candidates = [] if overlap else _drop_overwritten(select_candidates(members, depth), members)
    path_files = find_path_files(members) if candidates else ()
    _prefetch(source, candidates, path_files, tags)
    problems += find_metadata_problems(source)
    wheel_file = _read_wheel_file(source, problems)
    platforms = frozenset(tag.platform for tag in tags)
    reader = BinariesReader(source, depth=depth, platforms=platforms, problems=problems)
    binaries = reader.read(candidates)
    path_folders = read_noted_path_folders(source, path_files, problems) if binaries else ()
    for_any = all(tag.abi == "none" for tag in tags)
    said = read_source_facts(
        source, members, binaries, problems, platforms=platforms, for_any_python=for_any
    )
    inspection = Inspection(
        filename=source.filename,
        sha256=sha256,
        size_bytes=source.size_bytes,
        tags=tuple(sorted(map(str, tags))),
        declared_tags=wheel_file.tags,
        root_is_purelib=wheel_file.root_is_purelib,
        binaries=binaries,
        import_roots=find_import_roots(members, binaries),
        path_folders=path_folders,
        demanded=said.demanded,
        fallbacks=said.fallbacks,
        guarded=said.guarded,
        spared=said.spared,
        problems=tuple(problems),
        depth=depth,
    )
    return inspection, source.cost()


def _drop_overwritten(candidates: list[Member], members: Sequence[Member]) -> list[Member]:
    """Return the candidates without those that an installer writes another file over.

    pip and uv put the files of the `.data` folder into the same folder as all others, and last.
    """
    inner = (member.path for member in members if ".data/" in member.path)
    overwritten = {path for each in inner if (path := strip_scheme(each)) != each}
    return [one for one in candidates if one.path not in overwritten] if overwritten else candidates


def parse_filename_tags(filename: str) -> frozenset[Tag]:
    """Return the tags of a wheel's file name; its project and version may be of any age and form.

    Raises:
        WheelNameError: It is not a wheel's name.
    """
    stem, _, suffix = filename.rpartition(".")
    parts = stem.split("-")
    if suffix.lower() != "whl" or len(parts) not in {5, 6} or not all(parts):
        reason = "its name is not project-version-python-abi-platform.whl"
        raise WheelNameError(filename=filename, reason=reason)
    try:
        return parse_tag("-".join(parts[-3:]), limit=MAX_TAGS)
    except (InvalidTag, TooManyTagsError) as error:
        raise WheelNameError(filename=filename, reason=str(error)) from error


def _prefetch(
    source: WheelSource,
    candidates: Sequence[Member],
    path_files: Sequence[str],
    tags: frozenset[Tag],
) -> None:
    """Request all heads and WHEEL at once."""
    macos = any("macosx" in tag.platform or tag.platform == "any" for tag in tags)
    head_bytes = _FETCHED_MACHO_BYTES if macos else _FETCHED_BYTES
    wheel_file = find_wheel_file(source)
    wanted: dict[str, int | None] = dict.fromkeys(path_files)
    if wheel_file is not None:
        wanted[wheel_file] = None
    wanted.update({member.path: head_bytes for member in candidates})
    source.prefetch(wanted)


def _read_wheel_file(source: WheelSource, problems: list[Problem]) -> WheelFile:
    try:
        return read_wheel_file(source)
    except InvalidWheelError as error:
        if not any(p.kind is ProblemKind.NO_DIST_INFO for p in problems):
            problems.append(
                Problem(kind=ProblemKind.NO_DIST_INFO, member=None, detail=error.reason)
            )
    except WheelUnreadableError as error:
        problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
    return WheelFile(tags=(), root_is_purelib=False)
