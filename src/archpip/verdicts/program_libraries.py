"""Libraries that the programs of a wheel bring for themselves, found by where both lie.

Programs run in processes of their own, so what they alone load need not have the target's code.
"""

import re
from collections.abc import Iterator

from archpip.architecture import Architecture
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.family_members import BITS_64, is_named_after
from archpip.verdicts.rules import conventions
from archpip.wheels import folders_above

_VERSIONED_LIBRARY = re.compile(r"\.(?:so(?:\.\d+)+|\d+(?:\.\d+)*\.dylib)$")


def is_of_program(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a library lies with a program that runs in a process of its own.

    Programs bring libraries for themselves, in their own folder or under the prefix whose `bin`
    they stand in, and load some of them by name: `AdbWinUsbApi.dll` beside `adb.exe`. Such a
    library has the program's code and not the target's, where a translator runs the program. A
    program with the library's own name is the front end of a library that others load too
    (`epanet2.exe` beside `epanet2.dll`), and does not count; other programs there do (`libecpg.dll`
    beside all of PostgreSQL's, `ecpg.exe` among them).
    """
    if one.name.tagged:
        return False
    if is_copied_for_program(case, one) or _needs_posix_layer(case, one):
        return True
    return _lies_with_program(case, one, architecture) and _is_made_for_programs(
        case, one, architecture
    )


def is_copied_for_program(case: Case, one: Placed) -> bool:
    """Return whether a library is a third party's, copied under the prefix of a program.

    A wheel for one platform promises that its program and libraries serve that.
    """
    return case.is_any and any(find_users(case, one))


def find_users(case: Case, one: Placed) -> Iterator[Placed]:
    """Yield the programs under whose prefix a library is a third party's copy.

    Its name has the version that linkers ask for, and is not the wheel's: Ruby's `lib/libffi.so.6`
    beside its `bin`.
    """
    versioned = _VERSIONED_LIBRARY.search(one.name.basename.lower()) is not None
    if not versioned or is_named_after(case, one):
        return
    programs, binary = case.programs_by_prefix, one.member.binary
    for folder in folders_above(one.path):
        yield from programs.get((folder, binary.format, binary.architectures), ())


def _needs_posix_layer(case: Case, one: Placed) -> bool:
    """Return whether only programs of Cygwin or MSYS load a library, going by its neighbours."""
    folder = one.path.rpartition("/")[0]
    return any(
        one.name.basename.lower().startswith(start) and f"{folder}/{layer}" in case.by_path
        for start, layer in conventions.POSIX_LAYERS.items()
    )


def _lies_with_program(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a translated program of another name has a library in its reach."""
    held, stem = one.member.binary.architectures, one.name.family[-1]
    stems = case.serving(architecture).translated_stems
    reaches = [
        (one.path.rpartition("/")[0], False),
        *((each, True) for each in folders_above(one.path)),
    ]
    found = (stems.get((folder, below, held), ()) for folder, below in reaches)
    return any(len(each) > (stem in each) for each in found)


def _is_made_for_programs(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a wheel is useful on the target though its libraries serve programs only.

    No 64-bit Python ever loaded a 32-bit library. Other libraries may have been tested on another
    machine, unless the wheel is for one platform and everything Python imports from it is for that.
    If it imports nothing, a library in a folder of its own may be the wheel's purpose: modules of
    other projects link it (`lib/liboctomap.dylib`, beside octomap's programs in `bin`).
    """
    if one.member.binary.architectures == {Architecture.I686}:
        return architecture in BITS_64
    if case.is_any:
        return False
    if not case.for_this_python:
        return one.path.rpartition("/")[0] in case.program_folders
    return case.serving(architecture).every_module
