"""Rules 1 and 4: what is imported by name or loaded by name into Python's process.

Files whose paths differ only by words for machines are one **family**: they do the same on other
machines, and one that serves the target is enough. A family without a member for the target is
wrong where its name is neutral, since whoever loads it will ask for it by that name; it is degraded
where its names say for which machine each member is, since whoever chose among them knows that
there may be none.
"""

from collections.abc import Iterator

from archpip.architecture import Architecture, OperatingSystem
from archpip.binaries import BinaryFormat
from archpip.verdicts.case import Case, Placed, Role
from archpip.verdicts.families import group_families
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import Fit
from archpip.verdicts.importing import find_imported, is_for_python
from archpip.verdicts.knowledge import libraries
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.translation import find_translator

_DARWIN = frozenset({OperatingSystem.MACOS, OperatingSystem.IOS})


def judge_loaded(case: Case, links: Links) -> Iterator[Finding]:
    """Yield what the families of modules and libraries lack."""
    imported = find_imported(case)
    for family in group_families(_in_process(case)):
        tried = [one for one in family if one.role is Role.LIBRARY or one.path in imported]
        for architecture in case.target.architectures:
            if not _is_served(case, tried, architecture):
                # What something links is for `closure.py` to judge.
                loose = [one for one in tried if one.name.tagged or not links.is_linked(one)]
                yield from _judge_unserved(case, family, loose, architecture)
    yield from _judge_other_system(case)


def _is_served(case: Case, tried: list[Placed], architecture: Architecture) -> bool:
    # A module is found by importlib alone, which takes no library of the same name instead.
    modules = [one for one in tried if one.name.tagged]
    return any(case.fits(one, architecture) for one in modules or tried)


def _judge_unserved(
    case: Case, family: list[Placed], tried: list[Placed], architecture: Architecture
) -> Iterator[Finding]:
    wanted = [one for one in tried if _is_wanted(case, one, architecture)]
    if case.is_any and wanted and _is_variant(case, wanted, architecture):
        return
    promised = _find_promised(wanted, architecture)
    if promised:
        for one in promised:
            yield _wrong(case, one, architecture)
    elif wanted and not _is_for_processes_beside(case, wanted, architecture):
        yield _lacking_member(case, wanted, architecture)
    elif not any(one.name.tagged for one in tried):
        yield from _judge_absent(case, [one for one in family if one.name.tagged], architecture)


def _is_wanted(case: Case, one: Placed, architecture: Architecture) -> bool:
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
    return not on_windows and not any(map(case.is_native, _in_process(case)))


def _is_variant(case: Case, wanted: list[Placed], architecture: Architecture) -> bool:
    """Return whether a library is another one's build for a machine named in the project's own way.

    `x.power.so` has ppc64le code, and `x.so` in its folder has code for this target and none for
    that machine.
    """
    machines = wanted[0].member.binary.architectures
    *folders, stem = wanted[0].name.family
    plain = [
        one
        for one in case.with_role(Role.MODULE, Role.LIBRARY)
        if list(one.name.family[:-1]) == folders and stem.startswith(f"{one.name.family[-1]}_")
    ]
    return any(case.fits(one, architecture) for one in plain) and not any(
        one.member.binary.architectures & machines for one in plain if case.is_native(one)
    )


def _find_promised(wanted: list[Placed], architecture: Architecture) -> list[Placed]:
    """Return the files whose names promise to serve this architecture.

    Those are the ones that name it, or else all, where not one of them names any: one name for
    several machines (`Win32/x.dll` beside `x64/x.dll`) shows that somebody chooses.
    """
    naming = [one for one in wanted if one.name.architectures]
    if not naming:
        return wanted
    return [one for one in naming if architecture in one.name.promised]


def _wrong(case: Case, one: Placed, architecture: Architecture) -> Finding:
    if libraries().windows_runtime.match(one.name.basename):
        text = f"is {case.describe(one)}; the target has its own copy of this run-time library"
        return report(case, "AP703", one, text, architecture=architecture)
    if _is_for_32_bits(case, one, architecture):
        text = f"holds {case.describe(one)}, beside code for {case.spell(architecture)}"
        return report(case, "AP704", one, text, architecture=architecture)
    held = case.describe(one)
    if all(part.architecture is None for part in one.member.binary.slices):
        code, what = "AP104", f"is for no processor that is known ({held})"
    elif case.fit(one, architecture) is Fit.OTHER_SYSTEM:
        code, what = ("AP102" if _is_module(one) else "AP403"), f"is {held}"
    elif _is_module(one):
        code, what = "AP101", f"holds {held}"
    elif _is_optional(case, one, architecture):
        text = f"holds {held} and has no sibling for this target; the rest works without it"
        return report(case, "AP404", one, text, architecture=architecture)
    else:
        code, what = "AP401", f"holds {held} and has no sibling for this target"
    verb = "imports it as a module" if _is_module(one) else "loads it by name"
    text = f"{what}; a Python for {case.target.name} that {verb} needs {case.spell(architecture)}"
    return report(case, code, one, text, architecture=architecture)


def _is_for_32_bits(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a library is the 32-bit leftover of a wheel that serves 64-bit processes."""
    return (
        architecture is Architecture.X86_64
        and one.role is Role.LIBRARY
        and one.member.binary.architectures == {Architecture.I686}
        and any(case.fits(each, architecture) for each in _in_process(case))
    )


def _is_optional(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the wheel is made to work without this library."""
    serves = any(case.fits(each, architecture) for each in _in_process(case))
    if one.name.in_plugins:
        return serves
    # A wheel for any platform that has libraries for one system only works without on the others,
    # and where some of them fit this architecture, it is made for it.
    extra = one.name.basename.lower().endswith((".dll", ".dylib"))
    return extra and case.is_any and all(map(case.is_native, _in_process(case))) and serves


def _in_process(case: Case) -> Iterator[Placed]:
    return case.with_role(Role.MODULE, Role.LIBRARY)


def _is_module(one: Placed) -> bool:
    """Tell a module from a library that happens to have an importable name (`libfoo.so`)."""
    return one.role is Role.MODULE and (one.name.tagged or not one.name.stem.startswith("lib"))


def _is_for_processes_beside(case: Case, wanted: list[Placed], architecture: Architecture) -> bool:
    """Return whether all are for other processes that every such system runs (WOW64)."""
    found = [find_translator(case, one, architecture) for one in wanted]
    return all(translator is not None and translator.seamless for translator in found)


def _lacking_member(case: Case, wanted: list[Placed], architecture: Architecture) -> Finding:
    names = ", ".join(sorted(one.name.basename for one in wanted)[:4])
    text = (
        f"its family ({names}) is named by architecture and has no member for "
        f"{case.spell(architecture)}; what uses it does not work there"
    )
    return report(case, "AP402", wanted[0], text, architecture=architecture)


def _judge_absent(
    case: Case, modules: list[Placed], architecture: Architecture
) -> Iterator[Finding]:
    """Judge a module of which every file has a suffix that the target's Python passes over."""
    for one in modules:
        if case.names_other_system(one) or not is_for_python(one.name, case.target.python):
            continue  # Nobody promised this module to this Python.
        if not _is_missed(case, one, architecture):
            continue
        text = f"{case.target.python.display_name} for {case.target.name} "
        if "/".join((*one.name.folders, one.name.stem)) in case.pure_modules:
            text += "imports the Python source of this module instead"
            yield report(case, "AP105", one, text, architecture=architecture)
        else:
            text += f"imports no file that ends in {one.name.suffix}"
            # Code that would run is missed like a module that was never built: importers that
            # can go on without it do.
            severity = Status.DEGRADED if case.fits(one, architecture) else Status.WRONG
            yield report(case, "AP103", one, text, architecture=architecture, severity=severity)
        return


def _is_missed(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the target has to do without a module that it was promised."""
    named = one.name.suffix_architectures
    if case.is_native(one):
        # A suffix that names no other architecture may be a loader's own (`.cp311-universal2.so`).
        return bool(named) and architecture not in named
    # Another system's module is an extra of that system's, unless the wheel has nothing else and
    # the module was made for this very Python.
    return one.name.suffix != ".pyd" and not any(map(case.is_native, _in_process(case)))


def _judge_other_system(case: Case) -> Iterator[Finding]:
    """Judge a wheel for any platform that has nothing for Windows, and libraries for Linux.

    Where macOS and Linux meet, both ask for `x.so`, and the families decide.
    """
    found = list(_in_process(case))
    if (
        case.is_any
        and case.target.operating_system is OperatingSystem.WINDOWS
        and all(one.member.binary.format is BinaryFormat.ELF for one in found)
    ):
        neutral = (one for one in found if not (one.name.architectures or one.name.systems))
        for one in neutral:
            if not one.name.tagged:
                text = f"is {case.describe(one)}, and the wheel has nothing for {case.target.name}"
                yield report(case, "AP403", one, text)
                return
