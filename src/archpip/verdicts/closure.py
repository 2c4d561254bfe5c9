"""Rule 3: the bundled libraries that a slice links must serve the same architecture.

Each slice is followed on its own, since the slices of a fat file may link different thin libraries.
"""

from collections.abc import Iterator

from archpip.architecture import Architecture
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.importing import find_imported
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.roles import Role
from archpip.verdicts.system_libraries import is_linux_runtime, is_windows_runtime


def judge_closure(case: Case, links: Links) -> Iterator[Finding]:
    """Yield the bundled libraries without which a module, library or executable does not load."""
    if not links.linked:
        return
    imported = find_imported(case)
    # Executables last: a library that a module needs too weighs more.
    roots = [
        one
        for one in (*case.in_process, *case.with_role(Role.EXECUTABLE))
        if (one.path in imported if one.role is Role.MODULE else one.path not in links.linked)
    ]
    for architecture in case.target.architectures:
        seen: set[str] = set()
        for root in roots:
            yield from _follow(case, links, root, architecture, seen)


def _follow(
    case: Case, links: Links, root: Placed, architecture: Architecture, seen: set[str]
) -> Iterator[Finding]:
    """Walk from one root through every library that it needs and that is not in `seen` yet."""
    waiting = [root]
    while waiting:
        one = waiting.pop()
        part = find_slice(one.member.binary, case.target, architecture)
        if part is None or one.path in seen:
            continue
        seen.add(one.path)
        for needed in part.needed:
            found = () if needed.weak else links.resolve(one, part, needed)
            serving = [each for each in found if case.fits(each, architecture)]
            if found and not serving and found[0].path not in seen:
                seen.add(found[0].path)
                yield _report(case, root, one, found[0], architecture)
            waiting += serving


def _report(
    case: Case, root: Placed, one: Placed, library: Placed, architecture: Architecture
) -> Finding:
    by = one.path if one is root else f"{one.path}, which {root.path} needs,"
    basename = library.name.basename
    if is_windows_runtime(basename) or is_linux_runtime(basename):
        text = f"is {case.describe(library)}; the target has its own copy of this run-time library"
        return report(case, "AP703", library, text, architecture=architecture)
    text = (
        f"holds {case.describe(library)}, but the {case.spell(architecture)} slice of {by} links it"
    )
    if root.role is Role.EXECUTABLE:
        return report(
            case, "AP302", library, text, architecture=architecture, severity=Status.DEGRADED
        )
    return report(case, "AP301", library, text, architecture=architecture)
