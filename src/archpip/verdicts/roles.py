"""What each binary of a wheel is for: who would load or run it, if anybody.

A role follows from the file's name and its content. Whether the target's own interpreter would
import a module is a question to the `Case`.
"""

import re
from enum import StrEnum
from functools import lru_cache

from archpip.binaries import BinaryFormat, BinaryKind
from archpip.verdicts.naming import MemberName, Scheme
from archpip.verdicts.rules import conventions
from archpip.wheels import BinaryMember

_NATIVE_FORMATS = frozenset((BinaryFormat.MACHO, BinaryFormat.ELF, BinaryFormat.PE))


class Role(StrEnum):
    """What a binary is for."""

    MODULE = "module"  # imported by name
    LIBRARY = "library"  # loaded into Python's process by a module, by ctypes or by cffi
    EXECUTABLE = "executable"  # runs in its own process, as do its plug-ins
    DATA = "data"  # nothing on the target loads or runs it


def find_role(member: BinaryMember, name: MemberName) -> Role:
    """Return what a binary is for, by its name and its content."""
    if _is_data(member, name):
        return Role.DATA
    if name.importable:
        return Role.MODULE
    if _is_program(member, name):
        return Role.EXECUTABLE
    return Role.LIBRARY if _is_loadable(member, name) else Role.DATA


def is_data_name(name: MemberName) -> bool:
    """Return whether the path alone shows that nothing on the target loads or runs the file."""
    lower = name.basename.lower()
    return (
        name.scheme is Scheme.HEADERS
        or name.in_tests
        or lower.endswith(conventions.DATA_SUFFIXES)
        or (lower.endswith(conventions.EXECUTABLE_SUFFIXES) and _is_launcher(lower))
        or any(folder.lower().endswith(conventions.DATA_FOLDER_SUFFIXES) for folder in name.folders)
    )


def _is_loadable(member: BinaryMember, name: MemberName) -> bool:
    """Return whether a loader is ever given such a name.

    Files named `.bin` are not even read when a wheel is read by ranges.
    """
    lower = name.basename.lower()
    return "." not in lower or _is_library_name(lower) or member.executable_bit


def _is_program(member: BinaryMember, name: MemberName) -> bool:
    """Return whether a binary runs in a process of its own, or is a plug-in of such a program."""
    lower = name.basename.lower()
    if (
        name.scheme is Scheme.SCRIPTS
        or lower.endswith((*conventions.EXECUTABLE_SUFFIXES, *conventions.PROGRAM_SUFFIXES))
        or any(f.lower().endswith(conventions.PROGRAM_FOLDER_SUFFIXES) for f in name.folders)
    ):
        return True
    if _is_library_name(lower):
        return False
    slices = member.binary.slices
    if any(one.kind is BinaryKind.EXECUTABLE or one.interpreter for one in slices):
        return True
    # A static position-independent program looks like a library; only its name differs.
    is_elf = member.binary.format is BinaryFormat.ELF
    return is_elf and "." not in lower and not lower.startswith("lib")


def _is_data(member: BinaryMember, name: MemberName) -> bool:
    binary = member.binary
    lower = name.basename.lower()
    if is_data_name(name):
        return True
    if name.importable and name.tagged:
        return False  # An interpreter tries to import it, whatever its content.
    if name.linked_against:
        return True
    if binary.format not in _NATIVE_FORMATS or all(one.foreign for one in binary.slices):
        return True
    if all(one.architecture is None for one in binary.slices):
        return not _is_library_name(lower)
    return all(one.kind is BinaryKind.OBJECT for one in binary.slices)


@lru_cache
def _is_launcher(lower: str) -> bool:
    return any(re.fullmatch(pattern, lower) for pattern in conventions.LAUNCHERS)


def _is_library_name(lower: str) -> bool:
    return lower.endswith(conventions.LIBRARY_SUFFIXES) or ".so." in lower or ".dylib." in lower
