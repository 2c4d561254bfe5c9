"""The facts from a wheel's files, packed or installed: binaries, and how they are imported.

This module does not depend on tags and metadata, so that an audit of installed projects imports no
more modules than it needs.
"""

from collections.abc import Sequence

from archpip.binaries import Depth
from archpip.wheels.candidates import Likelihood, estimate_likelihood
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.model import BinaryMember, Inspection, Member, Problem, WheelSource
from archpip.wheels.natives import BinariesReader
from archpip.wheels.paths import find_path_files, read_path_folders
from archpip.wheels.source_facts import read_source_facts

_MODULE_ENDINGS = (".so", ".pyd")


def inspect_unpacked(
    source: WheelSource, *, tags: tuple[str, ...], root_is_purelib: bool, depth: Depth
) -> Inspection:
    """Read all facts of an installed wheel.

    Args:
        source: Its files; the caller closes it.
        tags: From its WHEEL file, expanded and sorted; the wheel's file name is not known any more.
        root_is_purelib: From its WHEEL file.
        depth: How deep to read, as in `inspect_wheel`.
    """
    members = source.members()
    candidates = select_candidates(members, depth)
    problems = list(source.problems())
    platforms = frozenset(tag.rpartition("-")[2] for tag in tags)
    reader = BinariesReader(source, depth=depth, platforms=platforms, problems=problems)
    binaries = reader.read(candidates)
    path_files = find_path_files(members) if binaries else ()
    path_folders = read_noted_path_folders(source, path_files, problems)
    said = read_source_facts(
        source,
        members,
        binaries,
        problems,
        platforms=platforms,
        for_any_python=bool(tags) and all("-none-" in tag for tag in tags),
    )
    return Inspection(
        filename=source.filename,
        sha256=None,
        size_bytes=source.size_bytes,
        tags=tags,
        declared_tags=tags,
        root_is_purelib=root_is_purelib,
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


def read_noted_path_folders(
    source: WheelSource, path_files: Sequence[str], problems: list[Problem]
) -> tuple[str, ...]:
    """Return the folders that path files add; unreadable ones are added to `problems`."""
    try:
        return read_path_folders(source, path_files)
    except WheelUnreadableError as error:
        problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
        return ()


def may_have_binaries(source: WheelSource) -> bool:
    """Return whether any member's name allows a native binary; if not, no member has to be read."""
    return bool(select_candidates(source.members(), Depth.HEADERS))


def select_candidates(members: Sequence[Member], depth: Depth) -> list[Member]:
    """Return the members to read, each path once; below `LINKS`, names exclude more of them."""
    passed_over = (
        (Likelihood.NONE,) if depth >= Depth.LINKS else (Likelihood.NONE, Likelihood.UNLIKELY)
    )
    # An archive may have a path twice, which is reported as a problem elsewhere.
    unique = {
        m.path: m
        for m in members
        # Most files of an environment are Python's source, whose size is not needed.
        if (m.size_bytes or m.path.endswith(_MODULE_ENDINGS))
        and estimate_likelihood(m) not in passed_over
    }
    return list(unique.values())


def find_import_roots(
    members: Sequence[Member], binaries: Sequence[BinaryMember]
) -> tuple[str, ...]:
    """Return the members that determine how binaries are imported."""
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
