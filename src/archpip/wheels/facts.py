"""What the files of a wheel say, packed or installed: their binaries, and how those are imported.

Nothing here knows of tags and metadata, so that to audit what is installed takes no more modules
than it needs.
"""

from collections.abc import Sequence

from archpip.binaries import Depth
from archpip.wheels.candidates import Likelihood, estimate_likelihood
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.model import BinaryMember, Inspection, Member, Problem, WheelSource
from archpip.wheels.natives import BinariesReader
from archpip.wheels.paths import find_path_files, read_path_folders

_MODULE_ENDINGS = (".so", ".pyd")


def inspect_unpacked(
    source: WheelSource, *, tags: tuple[str, ...], root_is_purelib: bool, depth: Depth
) -> Inspection:
    """Read all facts of what was a wheel before it was installed.

    Args:
        source: Its files; the caller closes it.
        tags: What its WHEEL file says, expanded and sorted. Nobody knows the wheel's name any more.
        root_is_purelib: Likewise.
        depth: How deep to look, as in `inspect_wheel`.
    """
    members = source.members()
    candidates = select_candidates(members, depth)
    problems = list(source.problems())
    platforms = frozenset(tag.rpartition("-")[2] for tag in tags)
    reader = BinariesReader(source, depth=depth, platforms=platforms, problems=problems)
    binaries = reader.read(candidates)
    path_files = find_path_files(members) if binaries else ()
    return Inspection(
        filename=source.filename,
        sha256=None,
        size_bytes=source.size_bytes,
        tags=tags,
        declared_tags=tags,
        root_is_purelib=root_is_purelib,
        binaries=binaries,
        import_roots=find_import_roots(members, binaries),
        path_folders=read_noted_path_folders(source, path_files, problems),
        problems=tuple(problems),
        depth=depth,
    )


def read_noted_path_folders(
    source: WheelSource, path_files: Sequence[str], problems: list[Problem]
) -> tuple[str, ...]:
    """Return the folders that path files add; one that cannot be read joins the problems."""
    try:
        return read_path_folders(source, path_files)
    except WheelUnreadableError as error:
        problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
        return ()


def select_candidates(members: Sequence[Member], depth: Depth) -> list[Member]:
    """Return the members that are looked at, each path once: fewer by their names below `LINKS`."""
    passed_over = (
        (Likelihood.NONE,) if depth >= Depth.LINKS else (Likelihood.NONE, Likelihood.UNLIKELY)
    )
    # An archive may hold a path twice, which is a problem of its own.
    unique = {
        m.path: m
        for m in members
        # Most that is listed of an environment is Python's source, of which no size is asked.
        if (m.size_bytes or m.path.endswith(_MODULE_ENDINGS))
        and estimate_likelihood(m) not in passed_over
    }
    return list(unique.values())


def find_import_roots(
    members: Sequence[Member], binaries: Sequence[BinaryMember]
) -> tuple[str, ...]:
    """Return the members that decide how binaries are imported."""
    if not binaries:
        return ()
    wanted: set[str] = set()
    for binary in binaries:
        folder, slash, name = binary.path.rpartition("/")
        module = folder + slash + name.partition(".")[0]
        wanted.update((f"{module}.py", f"{module}/__init__.py"))
        while folder:
            wanted.add(f"{folder}/__init__.py")
            folder = folder.rpartition("/")[0]
    return tuple(member.path for member in members if member.path in wanted)
