"""Rule 2: a slice may be present and still lack the code that was to be linked into it.

With dynamic lookup allowed, a linker leaves symbols undefined without a word when the libraries it
was given hold only other architectures. Such a **hollow** slice passes `lipo -archs`, and fails on
import with "symbol not found in flat namespace". The reader compares the slices of one file with
each other and records the difference in `Slice.unbound`.
"""

import posixpath
from collections.abc import Iterator

from archpip.binaries import UnboundSymbols
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.importing import find_imported
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding
from archpip.verdicts.roles import Role
from archpip.verdicts.rules import libraries
from archpip.verdicts.system_libraries import exports

_MOST_SYMBOLS = 4
_LONGEST_NAME = 40


def judge_completeness(case: Case, links: Links) -> Iterator[Finding]:
    """Yield a finding for each hollow slice that the target would load."""
    del links
    imported = find_imported(case)
    for one in case.with_role(Role.MODULE, Role.LIBRARY):
        if one.role is Role.MODULE and one.path not in imported:
            continue
        yield from _judge(case, one)


def _judge(case: Case, one: Placed) -> Iterator[Finding]:
    for architecture in case.target.architectures:
        part = find_slice(one.member.binary, case.target, architecture)
        if part is not None and part.unbound is not None and part.unbound.count:
            lacking = describe_unbound(case, part.unbound)
            text = f"the {case.spell(architecture)} slice leaves {lacking}"
            project = find_exporter(part.unbound) or _find_other_wheel(case, part.unbound)
            if project is None:
                yield report(case, "AP201", one, text, architecture=architecture)
            else:
                text += f"; {project} exports them"
                yield report(case, "AP203", one, text, architecture=architecture)


def find_exporter(unbound: UnboundSymbols) -> str | None:
    """Return the project whose modules export all of these symbols to modules loaded later."""
    for project, patterns in libraries.EXPORTED:
        if all(exports(patterns, symbol) for symbol in unbound.examples):
            return project
    return None


def _find_other_wheel(case: Case, unbound: UnboundSymbols) -> str | None:
    """Name the other wheel's library with the symbols, if the other slice links none in this one.

    Run paths seldom reach into another wheel's folder, so its library is loaded beforehand; dyld
    then uses it for the other slice's link, and a flat lookup finds the symbols in it, too
    (netgen loads OpenCASCADE's libraries with RTLD_GLOBAL).
    """
    library = posixpath.basename(unbound.provider or "")
    if library in case.basenames or not (unbound.provider or "").startswith("@rpath/"):
        return None
    return f"whoever loads {library} from another wheel"


def describe_unbound(case: Case, unbound: UnboundSymbols) -> str:
    """Describe for messages which symbols are missing, and where they are defined."""
    counterpart = (
        f"the {case.spell(unbound.counterpart)} slice" if unbound.counterpart else "another slice"
    )
    symbols = "1 symbol" if unbound.count == 1 else f"{unbound.count} symbols"
    shown = [_shorten(name) for name in unbound.examples[:_MOST_SYMBOLS]]
    more = ", …" if unbound.count > len(shown) else ""
    has = f"binds to {unbound.provider}" if unbound.provider else "defines"
    return f"{symbols} unbound that {counterpart} {has} ({', '.join(shown)}{more})"


def _shorten(name: str) -> str:
    """Cut a mangled C++ name after its readable part."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
