"""Rules 1 and 4: binaries that are imported or loaded by name into Python's process.

Files whose paths differ only by words for machines are one **family**: they do the same on other
machines, and one that serves the target is enough. A family without a member for the target is
wrong if its name is neutral, since the loading code uses that name everywhere; it is degraded if
the names say for which machine each member is, since the loading code chooses among them and can
expect that there is none.
"""

from collections.abc import Iterator

from archpip.architecture import Architecture
from archpip.verdicts.absence import judge_absent, judge_other_python
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.families import group_families
from archpip.verdicts.family_members import (
    find_promised,
    is_beside_source,
    is_driver,
    is_for_32_bits,
    is_for_processes_beside,
    is_one_of_many,
    is_optional,
    is_variant,
    is_wanted,
)
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import Fit
from archpip.verdicts.foreign import judge_foreign
from archpip.verdicts.importing import find_imported
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.program_libraries import is_of_program
from archpip.verdicts.roles import Role
from archpip.verdicts.system_libraries import is_windows_runtime


def judge_loaded(case: Case, links: Links) -> Iterator[Finding]:
    """Yield a finding per family of modules or libraries that lacks a member for the target."""
    imported = find_imported(case)
    for family in group_families(case.in_process):
        tried = [one for one in family if one.role is Role.LIBRARY or one.path in imported]
        for architecture in case.target.architectures:
            if not _is_served(case, tried, architecture):
                # Linked libraries are judged by `closure.py`.
                loose = [one for one in tried if one.name.tagged or not links.is_linked(one)]
                yield from _judge_unserved(case, family, loose, architecture)
    yield from judge_other_python(case)
    yield from judge_foreign(case)


def _is_served(case: Case, tried: list[Placed], architecture: Architecture) -> bool:
    # Only importlib finds a module, and it loads no library of the same name instead.
    modules = [one for one in tried if one.name.tagged]
    # Code for Android on arm64 would load on Linux, and nobody there asks for it by that name.
    return any(
        case.fits(one, architecture) and not case.names_other_system(one)
        for one in modules or tried
    )


def _judge_unserved(
    case: Case, family: list[Placed], tried: list[Placed], architecture: Architecture
) -> Iterator[Finding]:
    wanted = [
        one
        for one in tried
        if is_wanted(case, one, architecture) and not is_of_program(case, one, architecture)
    ]
    if case.is_any and wanted and is_variant(case, wanted, architecture):
        return
    promised = find_promised(wanted, architecture)
    if promised:
        for one in promised:
            yield _wrong(case, one, architecture)
    elif wanted and not is_for_processes_beside(case, wanted, architecture):
        yield from _judge_named(case, wanted, architecture)
    elif not any(one.name.tagged for one in tried):
        yield from judge_absent(case, [one for one in family if one.name.tagged], architecture)


def _wrong(case: Case, one: Placed, architecture: Architecture) -> Finding:
    return _find_harmless(case, one, architecture) or _find_harm(case, one, architecture)


def _find_harmless(case: Case, one: Placed, architecture: Architecture) -> Finding | None:
    """Return a finding for a file that the target's Python hardly loads; `None` if it may."""
    held = case.describe(one)
    if is_windows_runtime(one.name.basename):
        text = f"is {held}; the target has its own copy of this run-time library"
        return report(case, "AP703", one, text, architecture=architecture)
    if is_for_32_bits(case, one, architecture):
        text = f"holds {held}, beside code for 64-bit processes"
        return report(case, "AP704", one, text, architecture=architecture)
    if one.path in case.picked_by_python:
        text = f"holds {held}, and is picked by the project's own code; the rest works without it"
        return report(case, "AP404", one, text, architecture=architecture)
    if one.path in case.inspection.spared:
        text = f"holds {held}, and few modules of its package need it; the rest works without it"
        return report(case, "AP404", one, text, architecture=architecture)
    return None


def _find_harm(case: Case, one: Placed, architecture: Architecture) -> Finding:
    held = case.describe(one)
    is_module = _is_module(one) and not is_driver(case, one, architecture)
    needs = case.spell(architecture)
    if all(part.architecture is None for part in one.member.binary.slices):
        code, what = "AP104", f"is for no processor that is known ({held})"
    elif case.fit(one, architecture) is Fit.OTHER_SYSTEM:
        code, what = ("AP102" if is_module else "AP403"), f"is {held}"
        needs += f" code for {case.target.operating_system.display_name}"
    elif is_module:
        code, what = "AP101", f"holds {held}"
    elif is_optional(case, one, architecture):
        text = f"holds {held} and has no sibling for this target; the rest works without it"
        return report(case, "AP404", one, text, architecture=architecture)
    else:
        code, what = "AP401", f"holds {held} and has no sibling for this target"
    if is_module and (spared := _find_why_spared(case, one, architecture)):
        text, severity = f"{what}; {spared}", Status.DEGRADED
        return report(case, code, one, text, architecture=architecture, severity=severity)
    verb = "imports it as a module" if is_module else "loads it by name"
    text = f"{what}; a Python for {case.target.name} that {verb} needs {needs}"
    return report(case, code, one, text, architecture=architecture)


def _find_why_spared(case: Case, one: Placed, architecture: Architecture) -> str | None:
    """Return why a wheel works without a module, or `None` if it does not."""
    if is_one_of_many(case, one, architecture):
        return f"the other modules in its folder have {case.spell(architecture)} code"
    if one.path in case.inspection.fallbacks:
        return "its package imports it only where another module is missing"
    if case.is_guarded(one):
        return "the rest of the wheel does without it"
    return None


def _is_module(one: Placed) -> bool:
    """Tell a module from a library that happens to have an importable name (`libfoo.so`)."""
    return one.role is Role.MODULE and (one.name.tagged or not one.name.stem.startswith("lib"))


def _judge_named(case: Case, wanted: list[Placed], architecture: Architecture) -> Iterator[Finding]:
    """Judge a family whose names all say for which machines they are, none being the target."""
    useful = case.is_any or case.serves(architecture) or case.runs(architecture)
    if useful or is_beside_source(case, wanted):
        yield _lacking_member(case, wanted, architecture)
    else:
        # The tag promises this machine, and all files in the wheel name others.
        for one in wanted:
            yield _wrong(case, one, architecture)


def _lacking_member(case: Case, wanted: list[Placed], architecture: Architecture) -> Finding:
    names = ", ".join(sorted(one.name.basename for one in wanted)[:4])
    text = (
        f"its family ({names}) is named by architecture and has no member for "
        f"{case.spell(architecture)}; what uses it does not work there"
    )
    return report(case, "AP402", wanted[0], text, architecture=architecture)
