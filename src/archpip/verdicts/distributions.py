"""Rule 3 between distributions: a library in another distribution must serve the architecture.

Wheels of one vendor link each other by run paths that lead out of their own folder into one that
pip puts beside it (`$ORIGIN/../../nvidia/cublas/lib`). Only such exact paths are followed: a bare
name may be found anywhere, except in an app, whose program has one folder searched first, and loads
Python itself from there.
"""

import posixpath
import re
from collections.abc import Container, Iterator, Mapping, Sequence

from msgspec import Struct

from archpip.architecture import Architecture, spelled
from archpip.binaries import BinaryKind
from archpip.targets import Target
from archpip.verdicts.descriptions import describe
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.linking import iter_places
from archpip.verdicts.model import Finding, Status
from archpip.wheels import BinaryMember

_PYTHON = re.compile(
    r"libpython\d\.\d+t?\.(?:so(?:\.\d+)*|dylib)|python\d{2,3}t?\.dll|Python\d?", re.ASCII
)
"""The names of Python's library, on macOS also as PyInstaller has them."""


class Installed(Struct, frozen=True, kw_only=True):
    """One distribution among others. All paths are relative to one common folder."""

    label: str
    """Empty for files that belong to none."""
    binaries: tuple[BinaryMember, ...]


def judge_between(
    distributions: Sequence[Installed], target: Target, *, library_folder: str | None = None
) -> Iterator[tuple[int, Finding]]:
    """Yield each library that another distribution's code links but cannot load.

    Args:
        distributions: The distributions, and what belongs to none.
        target: The target.
        library_folder: Where an app's program has bare names searched, and has Python's library;
            `None` if it is no app.

    Each comes with the position of the distribution that holds the library, the one to replace;
    once per library and architecture, whatever links it.
    """
    owners = {
        member.path: (position, member)
        for position, one in enumerate(distributions)
        for member in one.binaries
    }
    names = {posixpath.basename(path) for path in owners}
    found: set[tuple[str, Architecture]] = set()
    for position, one in enumerate(distributions):
        links = _iter_links(one, target, owners, names, library_folder)
        for member, architecture, path in links:
            owner, library = owners[path]
            if owner == position or (path, architecture) in found:
                continue
            if find_slice(library.binary, target, architecture) is None:
                found.add((path, architecture))
                yield owner, _report(library, architecture, member, one.label, target)
    if library_folder is not None:
        yield from _judge_python(owners, library_folder, target)


def _judge_python(
    owners: Mapping[str, tuple[int, BinaryMember]], folder: str, target: Target
) -> Iterator[tuple[int, Finding]]:
    """Yield Python's library if an app's program cannot load it."""
    for path, (owner, library) in owners.items():
        if posixpath.dirname(path) != folder or not _PYTHON.fullmatch(posixpath.basename(path)):
            continue
        for architecture in target.architectures:
            if find_slice(library.binary, target, architecture) is None:
                yield owner, _finding(library, architecture, "the program loads it", target)


def _iter_links(
    one: Installed,
    target: Target,
    known: Container[str],
    names: Container[str],
    library_folder: str | None,
) -> Iterator[tuple[BinaryMember, Architecture, str]]:
    """Yield each slice's links for the target: the first place where a file exists."""
    for member in one.binaries:
        for architecture in target.architectures:
            part = find_slice(member.binary, target, architecture)
            if part is None:
                continue
            for needed in part.needed:
                # Most are the system's: their paths need not be computed.
                if needed.weak or posixpath.basename(needed.name) not in names:
                    continue
                places = [*iter_places(member, part, needed.name)]
                if library_folder is not None and "/" not in needed.name:
                    places.append(posixpath.join(library_folder, needed.name))
                if path := next((place for place in places if place in known), None):
                    yield member, architecture, path


def _report(
    library: BinaryMember,
    architecture: Architecture,
    member: BinaryMember,
    label: str,
    target: Target,
) -> Finding:
    machine = spelled(architecture, target.operating_system)
    in_process = all(part.kind is not BinaryKind.EXECUTABLE for part in member.binary.slices)
    whose = f" of {label}" if label else ""
    linked = f"the {machine} slice of {member.path}{whose} links it"
    return _finding(library, architecture, linked, target, in_process=in_process)


def _finding(
    library: BinaryMember,
    architecture: Architecture,
    why: str,
    target: Target,
    *,
    in_process: bool = True,
) -> Finding:
    machine = spelled(architecture, target.operating_system)
    return Finding(
        code="AP301" if in_process else "AP302",
        severity=Status.WRONG if in_process else Status.DEGRADED,
        member=library.path,
        slice=machine,
        message=f"{library.path}: holds {describe(library)}, but {why}",
        expected=f"{machine} code for {target.operating_system.display_name}",
        found=describe(library),
    )
