"""Wheels with native code, none of it for the target's system.

Foreign code beside the target's own does no harm. If there is nothing else, the wheel's tag or the
files' names say whether native code was promised to the target. Modules with an interpreter's
suffix are judged one by one (`absence.py`), as are files that both macOS and Linux load as `x.so`
(`family_members.py`).
"""

from collections.abc import Iterator

from archpip.architecture import OperatingSystem
from archpip.binaries import BinaryFormat, Platform
from archpip.targets import is_platform_of
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.family_members import is_namesake, is_wanted
from archpip.verdicts.findings import report
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.program_libraries import is_copied_for_program
from archpip.verdicts.roles import Role

_PHONES = frozenset({Platform.ANDROID, Platform.IOS, Platform.IOS_SIMULATOR})


def judge_foreign(case: Case) -> Iterator[Finding]:
    """Yield one finding about a wheel that should have code for the target's system."""
    windows_module = _find_demanded_of_windows(case)
    if windows_module is not None:
        text = (
            f"is {case.describe(windows_module)}; the wheel does not work without this module, and "
            f"has none for {case.target.name}"
        )
        yield report(case, "AP102", windows_module, text)
        return
    missed = list(_iter_for_any(case) if case.is_any else _iter_for_one(case))
    if not missed:
        return
    one = next((each for each in missed if not _is_spared(case, each)), missed[0])
    code = "AP502" if one.role is Role.EXECUTABLE else "AP403"
    text = f"is {case.describe(one)}, and the wheel has nothing for {case.target.name}"
    severity = None
    if _is_spared(case, one):
        text, severity = f"{text}; the rest of the wheel does without it", Status.DEGRADED
    yield report(case, code, one, text, severity=severity)


def _is_spared(case: Case, one: Placed) -> bool:
    """Return whether the wheel's own Python does without a module or a library."""
    return case.is_guarded(one) or one.path in case.inspection.spared


def _find_demanded_of_windows(case: Case) -> Placed | None:
    """Return a module that a wheel for any platform needs everywhere and has for Windows alone."""
    demanded = case.inspection.demanded
    if not demanded or case.target.operating_system is OperatingSystem.WINDOWS:
        return None
    modules = list(case.with_role(Role.MODULE))
    elsewhere = {
        one.name.module for one in modules if one.name.suffix == ".so" or case.is_native(one)
    }
    for one in modules:
        for_windows = one.path in demanded and one.name.suffix.endswith(".pyd") and case.is_any
        if for_windows and one.name.module not in elsewhere and not case.has_source(one):
            return one
    return None


def _iter_for_any(case: Case) -> Iterator[Placed]:
    """Yield the binaries of a wheel for any platform whose names belong to no single system.

    Those are programs with the wheel's own name and, if Windows has none, libraries, unless one of
    them ends in `.dylib`: that would be an extra for macOS, if it has not the wheel's own name.
    """
    found = case.in_process
    on_windows = case.target.operating_system is OperatingSystem.WINDOWS
    if not found:
        if not case.has_native_programs:
            found = tuple(one for one in case.programs if _is_sole_program(case, one))
    elif not on_windows or any(not _is_shared(one) or _serves(case, one) for one in found):
        is_all_macho = all(one.member.binary.format is BinaryFormat.MACHO for one in found)
        found = tuple(one for one in found if is_all_macho and _is_sole_library(case, one))
    for one in found:
        named = one.name.architectures or one.name.systems or one.name.tagged
        if not named and not is_copied_for_program(case, one):
            yield one


def _is_sole_program(case: Case, one: Placed) -> bool:
    return one.member.binary.format is not BinaryFormat.PE and is_namesake(case, one)


def _is_sole_library(case: Case, one: Placed) -> bool:
    return not case.is_native(one) and is_namesake(case, one)


def _is_shared(one: Placed) -> bool:
    return one.member.binary.format is BinaryFormat.ELF or one.name.suffix == ".so"


def _serves(case: Case, one: Placed) -> bool:
    return any(case.fits(one, architecture) for architecture in case.target.architectures)


def _iter_for_one(case: Case) -> Iterator[Placed]:
    """Yield the binaries of a wheel for one platform, if all are for other systems.

    It was built, or assembled, for another platform than its tag says.
    """
    found = [one for one in case.placed if one.role is not Role.DATA]
    if any(map(case.is_native, found)) or not _is_for_this_system(case):
        return
    for one in found:
        spared = one.name.systems or (case.installed and case.has_source(one))
        if not (_is_judged(case, one) or spared or _is_for_phones(one)):
            yield one


def _is_judged(case: Case, one: Placed) -> bool:
    """Return whether another rule judges the file, since the target would try to load it."""
    if one.name.tagged:
        return one.name.suffix != ".pyd" or case.imports(one)
    return any(is_wanted(case, one, architecture) for architecture in case.target.architectures)


def _is_for_this_system(case: Case) -> bool:
    """Return whether the target runs the wheel: by its tags, or as it is installed for it."""
    if case.installed and case.inspection.tags:
        return True
    platforms = (tag.rpartition("-")[2] for tag in case.inspection.tags)
    return any(is_platform_of(one, case.target.operating_system) for one in platforms)


def _is_for_phones(one: Placed) -> bool:
    """Return whether the file is one that a computer of any system sends to a phone."""
    return any(part.platform in _PHONES for part in one.member.binary.slices)
