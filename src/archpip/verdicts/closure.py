"""Rule 3: the bundled libraries that a slice links must serve the same architecture.

Each slice is followed on its own, since the slices of a fat file may link different thin libraries.
"""

from collections.abc import Iterator

from archpip.architecture import Architecture
from archpip.binaries import Slice
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
        walk = _Walk(case, links, architecture)
        for root in roots:
            yield from walk.follow(root)


class _Walk:
    """Follows the links of all roots for one architecture, each library and each name once."""

    def __init__(self, case: Case, links: Links, architecture: Architecture) -> None:
        self._case = case
        self._links = links
        self._architecture = architecture
        self._seen: set[str] = set()
        self._named: set[object] = set()

    def follow(self, root: Placed) -> Iterator[Finding]:
        """Walk from a root through every library that it needs and that was not seen yet."""
        waiting = [root]
        while waiting:
            one = waiting.pop()
            part = find_slice(one.member.binary, self._case.target, self._architecture)
            if part is None or one.path in self._seen:
                continue
            self._seen.add(one.path)
            for found in self._iter_needed(one, part):
                serving = [each for each in found if self._case.fits(each, self._architecture)]
                if found and not serving and found[0].path not in self._seen:
                    self._seen.add(found[0].path)
                    yield _report(self._case, root, one, found[0], self._architecture)
                waiting += serving

    def _iter_needed(self, one: Placed, part: Slice) -> Iterator[tuple[Placed, ...]]:
        """Yield what the loader may choose for each library that a slice needs."""
        for needed in part.needed:
            name = None if needed.weak else self._links.name_of(one, needed)
            if name is None:
                continue
            if placed := self._links.find_placed(one, part, needed):
                yield placed
            elif name not in self._named:
                # Whoever needs the name gets the same: thousands may, and thousands may have it.
                self._named.add(name)
                yield self._links.find_by_name(name)


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
