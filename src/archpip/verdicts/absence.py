"""Extension modules that the wheel has only for other interpreters: the target lacks them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from archpip.architecture import Architecture
from archpip.targets import python_abis
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.findings import report
from archpip.verdicts.importing import find_python, is_for_one_python, is_for_python
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.roles import Role

_CPYTHON_3 = re.compile(r"cp3(\d{1,9})")


def judge_absent(
    case: Case, modules: list[Placed], architecture: Architecture
) -> Iterator[Finding]:
    """Judge a module all of whose files have suffixes that the target's Python ignores."""
    for one in modules:
        if case.names_other_system(one) or not is_for_python(one.name, case.target.python):
            continue  # The tags promise this Python no such module.
        if not _is_missed(case, one, architecture):
            continue
        text = f"{case.target.python.display_name} for {case.target.name} "
        if case.has_source(one):
            text += "imports the Python source of this module instead"
            # Installed, it was meant to run here; and some such source only says that it does not.
            foreign = case.installed and not case.serves(architecture)
            severity = Status.DEGRADED if foreign else Status.OK
            yield report(case, "AP105", one, text, architecture=architecture, severity=severity)
        else:
            text += f"imports no file that ends in {one.name.suffix}"
            # If the module's code would run, it counts as one never built: importers that treat it
            # as optional go on without it.
            never_built = case.fits(one, architecture) and one.path not in case.inspection.demanded
            spared = never_built or case.is_guarded(one) or _is_extra(case, modules)
            severity = Status.DEGRADED if spared else Status.WRONG
            yield report(case, "AP103", one, text, architecture=architecture, severity=severity)
        return


def _is_missed(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the target lacks a module that the tags promise."""
    named = one.name.suffix_architectures
    if case.is_native(one):
        # A suffix that names no other architecture may be a loader's own (`.cp311-universal2.so`),
        # which cannot load another architecture's code either.
        if not named and one.name.suffix not in case.suffixes:
            return not case.fits(one, architecture)
        return bool(named) and architecture not in named
    # Another system's module is an extra for that system, unless the wheel has nothing else and
    # the module was built for this very Python.
    return one.name.suffix != ".pyd" and not case.has_native


def _is_extra(case: Case, modules: list[Placed]) -> bool:
    """Return whether a wheel for any platform has a module for one system, and code for others.

    On the others it works without (debugpy's speed-ups for Windows, beside attach helpers for all).
    """
    systems = {one.member.binary.format for one in modules}
    everywhere = {one.member.binary.format for one in case.in_process}
    return case.is_any and len(systems) == 1 and everywhere > systems


def judge_other_python(case: Case) -> Iterator[Finding]:
    """Judge a wheel whose tags admit the target's Python and whose modules are all for others.

    Modules for other Pythons beside those for this one do no harm.
    """
    modules = [one for one in case.with_role(Role.MODULE) if case.is_native(one)]
    demanded = None if _is_for_this_python(case) else _find_demanded(case, modules)
    if demanded is not None:
        text = (
            f"is for another Python, by its ending {demanded.name.suffix}; the wheel does not "
            f"work without it, and has none for {case.target.python.display_name}"
        )
        yield report(case, "AP106", demanded, text)
        return
    if any(_serves_this_python(case, one) for one in modules):
        return
    if not _is_for_this_python(case):
        yield from _judge_left_out(case, modules)
        return
    python = case.target.python.display_name
    means = f"is installed for {python}" if case.installed else f"has tags that name {python}"
    for one in modules:
        if is_for_python(one.name, case.target.python) or case.has_source(one):
            continue
        if not case.names_other_system(one):
            text = (
                f"is for another Python, by its ending {one.name.suffix}; the wheel {means}, and "
                "has no module for that"
            )
            yield report(case, "AP106", one, text)
            return


def _serves_this_python(case: Case, one: Placed) -> bool:
    """Return whether the target's interpreter imports a file that is for it.

    A file named `.abi3.so` needs a GIL, but in a wheel for one interpreter without, it is for that
    (pycryptodome has such, without a word of Python in them).
    """
    return case.imports(one) and (
        is_for_python(one.name, case.target.python) or _names_this_python(case)
    )


def _find_demanded(case: Case, modules: list[Placed]) -> Placed | None:
    """Return a module for a single other Python, without which a wheel for any does not work.

    A wheel that has a module for several Pythons is known not to be for all of them.
    """
    inspection = case.inspection
    is_for_any = bool(inspection.tags) and all("-none-" in tag for tag in inspection.tags)
    if not is_for_any or not inspection.demanded:
        return None
    pythons: dict[str, set[str | None]] = defaultdict(set)
    for one in case.with_role(Role.MODULE):
        pythons[one.name.module].add(find_python(one.name))
    own = {one.name.module for one in modules if _serves_this_python(case, one)}
    for one in case.with_role(Role.MODULE):
        module = one.name.module
        if one.path not in inspection.demanded or module in own or len(pythons[module]) > 1:
            continue
        ours = is_for_python(one.name, case.target.python) or case.has_source(one)
        if not ours and not case.names_other_system(one):
            return one
    return None


def _judge_left_out(case: Case, modules: list[Placed]) -> Iterator[Finding]:
    """Remark on a module that a wheel for any Python has for several, and not for the target's.

    The tag promises it to none of them, and whether the rest does without it is not to be seen. A
    module for a single Python is more often an extra (debugpy's speed-ups).
    """
    members: dict[tuple[str, ...], list[Placed]] = defaultdict(list)
    for one in modules:
        fits = any(case.fits(one, architecture) for architecture in case.target.architectures)
        if fits and is_for_one_python(one.name) and not case.has_source(one):
            members[(*one.name.folders, one.name.stem)].append(one)
    for family in members.values():
        if len(family) > 1:
            text = (
                f"is for another Python, by its ending {family[0].name.suffix}; the wheel has "
                f"this module for {len(family)} Pythons, {case.target.python.display_name} not "
                "among them"
            )
            yield report(case, "AP106", family[0], text, severity=Status.OK)
            return


def _is_for_this_python(case: Case) -> bool:
    """Return whether the tags promise the wheel's modules to the target's interpreter."""
    abis = {tag.split("-")[1] for tag in case.inspection.tags}
    if case.installed:
        # A tag without an ABI promises no modules: they may be for any interpreters.
        return bool(abis) and "none" not in abis
    return _names_this_python(case) or _is_stable_for(case)


def _names_this_python(case: Case) -> bool:
    """Return whether the tags name the ABI of the target's very interpreter."""
    abis = {tag.split("-")[1] for tag in case.inspection.tags}
    return not abis.isdisjoint(python_abis(case.target))


def _is_stable_for(case: Case) -> bool:
    """Return whether the tags promise the stable ABI to the target's Python (PEP 384, PEP 803)."""
    python = case.target.python
    if python.implementation != "cpython" or python.free_threaded:
        return False
    tags = [tag.split("-") for tag in case.inspection.tags]
    # The tag promises nothing to a Python that is older than it names.
    promised = [_CPYTHON_3.fullmatch(interpreter) for interpreter, abi, _ in tags if abi == "abi3"]
    return any(match and int(match[1]) <= python.version[1] for match in promised)
