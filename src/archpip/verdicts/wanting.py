"""Which members of a family the target asks for, going by names alone.

"Fail when the target lacks something it needs, never because something foreign is present": here a
file's name, and its neighbours, say whether anybody on the target needs it.
"""

from archpip.architecture import Architecture, OperatingSystem
from archpip.binaries import BinaryFormat
from archpip.verdicts.case import Case, Placed, Role
from archpip.verdicts.fitting import Fit
from archpip.verdicts.translation import find_translator


def is_wanted(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the target would try to load this file, going by its name."""
    if case.names_other_system(one):
        return False
    if one.name.features and architecture not in one.name.features:
        return False
    if case.fit(one, architecture) is Fit.OTHER_ARCHITECTURE or one.name.tagged:
        return True
    # Another system's file is tried only under a name that this system uses: macOS asks for
    # `x.so` as Linux does, no system but Windows for `x.dll`. On macOS itself `.so` is for modules.
    shared = one.role is Role.MODULE or one.member.binary.format is BinaryFormat.ELF
    if one.name.architectures or not (shared and one.name.basename.endswith(".so")):
        return False
    # Where the wheel has anything for this system, the file is the other system's own.
    on_windows = case.target.operating_system is OperatingSystem.WINDOWS
    return not on_windows and not case.has_native


def is_variant(case: Case, wanted: list[Placed], architecture: Architecture) -> bool:
    """Return whether a library is another one's build for a machine named in the project's own way.

    `x.power.so` has ppc64le code, and `x.so` in its folder has code for this target and none for
    that machine.
    """
    machines = wanted[0].member.binary.architectures
    *folders, stem = wanted[0].name.family
    plain = [
        one
        for one in case.in_process
        if list(one.name.family[:-1]) == folders and stem.startswith(f"{one.name.family[-1]}_")
    ]
    return any(case.fits(one, architecture) for one in plain) and not any(
        one.member.binary.architectures & machines for one in plain if case.is_native(one)
    )


def find_promised(wanted: list[Placed], architecture: Architecture) -> list[Placed]:
    """Return the files whose names promise to serve this architecture.

    Those are the ones that name it, or else all, where not one of them names any: one name for
    several machines (`Win32/x.dll` beside `x64/x.dll`) shows that somebody chooses.
    """
    naming = [one for one in wanted if one.name.architectures]
    if not naming:
        return wanted
    return [one for one in naming if architecture in one.name.promised]


def is_for_processes_beside(case: Case, wanted: list[Placed], architecture: Architecture) -> bool:
    """Return whether all are for other processes that every such system runs (WOW64)."""
    found = [find_translator(case, one, architecture) for one in wanted]
    return all(translator is not None and translator.seamless for translator in found)


def is_for_32_bits(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a library is the 32-bit leftover of a wheel that serves 64-bit processes."""
    return (
        architecture is Architecture.X86_64
        and one.role is Role.LIBRARY
        and one.member.binary.architectures == {Architecture.I686}
        and case.serves(architecture)
    )


def is_optional(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the wheel is made to work without this library."""
    serves = case.serves(architecture)
    if one.name.in_plugins:
        return serves
    # A wheel for any platform that has libraries for one system only works without on the others,
    # and where some of them fit this architecture, it is made for it.
    extra = one.name.basename.lower().endswith((".dll", ".dylib"))
    return extra and case.is_any and all(map(case.is_native, case.in_process)) and serves
