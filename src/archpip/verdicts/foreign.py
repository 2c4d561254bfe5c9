"""Wheels that hold native code, and none of it for the target's system.

What is foreign beside the target's own is nobody's loss. Where there is nothing else, the wheel's
tag or the files' names tell whether the target was promised any. Modules with an interpreter's
suffix are judged one by one (`absence.py`), and so is what macOS and Linux both ask for as `x.so`
(`family_members.py`).
"""

from collections.abc import Iterator

from archpip.architecture import OperatingSystem
from archpip.binaries import BinaryFormat, Platform
from archpip.targets import is_platform_of
from archpip.verdicts.case import Case, Placed, Role
from archpip.verdicts.family_members import is_namesake, is_wanted
from archpip.verdicts.findings import report
from archpip.verdicts.model import Finding

_PHONES = frozenset({Platform.ANDROID, Platform.IOS, Platform.IOS_SIMULATOR})


def judge_foreign(case: Case) -> Iterator[Finding]:
    """Yield one finding about a wheel that was to have something for the target's system."""
    missed = _iter_for_any(case) if case.is_any else _iter_for_one(case)
    for one in missed:
        text = f"is {case.describe(one)}, and the wheel has nothing for {case.target.name}"
        yield report(case, "AP502" if one.role is Role.EXECUTABLE else "AP403", one, text)
        return


def _iter_for_any(case: Case) -> Iterator[Placed]:
    """Yield what a wheel for any platform has under names that no system has for itself.

    Those are programs with the wheel's own name and, where Windows has nothing, libraries of which
    none ends in `.dylib`: those would be an extra of macOS.
    """
    found = case.in_process
    on_windows = case.target.operating_system is OperatingSystem.WINDOWS
    if not found:
        programs = list(case.with_role(Role.EXECUTABLE))
        if not any(map(case.is_native, programs)):
            found = tuple(one for one in programs if _is_sole_program(case, one))
    elif not (on_windows and all(map(_is_shared, found))):
        return
    for one in found:
        if not (one.name.architectures or one.name.systems or one.name.tagged):
            yield one


def _is_sole_program(case: Case, one: Placed) -> bool:
    return one.member.binary.format is not BinaryFormat.PE and is_namesake(case, one)


def _is_shared(one: Placed) -> bool:
    return one.member.binary.format is BinaryFormat.ELF or one.name.suffix == ".so"


def _iter_for_one(case: Case) -> Iterator[Placed]:
    """Yield what a wheel for one platform has, if that is all for other systems.

    It was built, or put together, for another one than its tag says.
    """
    found = [one for one in case.placed if one.role is not Role.DATA]
    if any(map(case.is_native, found)) or not _is_for_this_system(case):
        return
    for one in found:
        if not (_is_judged(case, one) or one.name.systems or _is_for_phones(one)):
            yield one


def _is_judged(case: Case, one: Placed) -> bool:
    """Return whether another rule judges the file, since the target would take it for its own."""
    if one.name.tagged:
        return one.name.suffix != ".pyd" or case.imports(one)
    return any(is_wanted(case, one, architecture) for architecture in case.target.architectures)


def _is_for_this_system(case: Case) -> bool:
    platforms = (tag.rpartition("-")[2] for tag in case.inspection.tags)
    return any(is_platform_of(one, case.target.operating_system) for one in platforms)


def _is_for_phones(one: Placed) -> bool:
    """Return whether a computer sends the file to a phone, whatever the computer's system is."""
    return any(part.platform in _PHONES for part in one.member.binary.slices)
