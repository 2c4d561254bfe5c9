"""Rule 3, outside the wheel: libraries that a Mach-O binary links by an absolute path.

If the path is missing, dyld looks for its base name in `/usr/local/lib` and `/usr/lib` (dyld(1),
DYLD_FALLBACK_LIBRARY_PATH), and then the load fails. macOS brings its own libraries; those of
Homebrew and other installers are up to the user, which gets a remark. Folders of the build machine
exist nowhere else, and libraries under Homebrew's Intel prefix do not serve arm64.
"""

import posixpath
from collections.abc import Iterator

from archpip.architecture import Architecture, OperatingSystem
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.importing import find_imported
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding
from archpip.verdicts.roles import Role
from archpip.verdicts.rules import libraries
from archpip.verdicts.system_libraries import is_macos_library


def judge_outside(case: Case, links: Links) -> Iterator[Finding]:
    """Yield each library outside the wheel that the target lacks, once."""
    if case.target.operating_system is not OperatingSystem.MACOS:
        return
    imported = find_imported(case)
    judged = case.with_role(Role.MODULE, Role.LIBRARY, Role.EXECUTABLE)
    loaded = [one for one in judged if one.role is not Role.MODULE or one.path in imported]
    for architecture in case.target.architectures:
        reported: set[tuple[str, str]] = set()
        for one in loaded:
            for name in _iter_outside(case, one, architecture):
                finding = _judge(case, one, name, architecture, needed=_is_needed(one, links))
                if (finding.code, name) not in reported:
                    reported.add((finding.code, name))
                    yield finding


def _iter_outside(case: Case, one: Placed, architecture: Architecture) -> Iterator[str]:
    part = find_slice(one.member.binary, case.target, architecture)
    for needed in part.needed if part else ():
        name = needed.name
        outside = name.startswith("/") and not name.startswith(libraries.MACOS_PREFIXES)
        # dyld uses an already loaded library for any path that equals its install name.
        if outside and not needed.weak and name not in case.install_names:
            yield name


def _is_needed(one: Placed, links: Links) -> bool:
    """Return whether an import fails if this binary does: it is a module, or linked by another.

    What loads the others, if anything, is unknown: Qt goes on without a plug-in that fails, and
    copies of a library lie beside the one that modules link.
    """
    if one.role is Role.MODULE:
        return one.name.tagged
    return one.role is Role.LIBRARY and one.path in links.linked


def _judge(
    case: Case, one: Placed, name: str, architecture: Architecture, *, needed: bool
) -> Finding:
    if needed and not is_macos_library(posixpath.basename(name)):
        machine = case.spell(architecture)
        if name.startswith(libraries.BUILDERS):
            text = f"its {machine} slice links {name}, which only the machine that built it has"
            return report(case, "AP304", one, text, architecture=architecture)
        if architecture is Architecture.ARM64 and name.startswith(libraries.INTEL_HOMEBREW):
            text = f"its {machine} slice links {name}, where Homebrew keeps x86_64 code only"
            return report(case, "AP304", one, text, architecture=architecture)
    text = f"links {name}, which macOS does not bring"
    return report(case, "AP303", one, text, architecture=architecture)
