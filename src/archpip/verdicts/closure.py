"""Rule 3: the bundled libraries that a slice links must serve the same architecture.

Each slice is followed on its own, since the slices of a fat file may link different thin libraries.
"""

from collections.abc import Iterator

from archpip.architecture import Architecture
from archpip.verdicts.case import Case, Placed, Role
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.importing import find_imported
from archpip.verdicts.knowledge import libraries
from archpip.verdicts.linking import Links, iter_needed
from archpip.verdicts.model import Finding, Status


def judge_closure(case: Case, links: Links) -> Iterator[Finding]:
    """Yield the bundled libraries without which a module, library or executable does not load."""
    if not links.linked:
        return
    imported = find_imported(case)
    for architecture in case.target.architectures:
        reported: set[str] = set()
        for one in case.with_role(Role.MODULE, Role.LIBRARY, Role.EXECUTABLE):
            is_module = one.role is Role.MODULE
            if one.path in links.linked or (is_module and one.path not in imported):
                continue
            for finding in _follow(case, links, one, architecture):
                if finding.member not in reported:
                    reported.add(finding.member or "")
                    yield finding


def _follow(
    case: Case, links: Links, root: Placed, architecture: Architecture
) -> Iterator[Finding]:
    """Walk from one root through every library that it needs, nearest first."""
    waiting, seen = [root], {root.path}
    while waiting:
        one = waiting.pop(0)
        part = find_slice(one.member.binary, case.target, architecture)
        if part is None:
            continue
        for _, needed in iter_needed([part]):
            found = links.resolve(one, part, needed)
            serving = [each for each in found if case.fits(each, architecture)]
            if found and not serving:
                yield _report(case, root, one, found[0], architecture)
            waiting += [each for each in serving if each.path not in seen]
            seen |= {each.path for each in serving}


def _report(
    case: Case, root: Placed, one: Placed, library: Placed, architecture: Architecture
) -> Finding:
    by = one.path if one is root else f"{one.path}, which {root.path} needs,"
    known = libraries()
    basename = library.name.basename
    if known.windows_runtime.match(basename) or known.linux_system.match(basename):
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
