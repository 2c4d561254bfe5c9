"""Find the binaries of an audited tree that caused the messages of a failing program."""

import posixpath
import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from archpip.environments import Audit, AuditedPart, MissingFile
from archpip.failures.messages import Complaint
from archpip.failures.tracebacks import Suspect
from archpip.targets import extension_suffixes
from archpip.verdicts import Finding, Status
from archpip.wheels import BinaryMember

_TAGGED = re.compile(r"\.(?:cpython-|cp|pypy)\d[^.]*\.(?:so|pyd)$")


_OF_ANY_FILE = frozenset(
    (
        Complaint.NO_ROOM,
        Complaint.NO_INSTRUCTION,
        Complaint.NO_IMAGE,
        Complaint.OTHER_RELEASE,
        Complaint.OTHER_WHEEL,
    )
)
"""What happens to files that fit the target, too."""

_FLOORS = ("AP601", "AP602", "AP603")
"""Findings of what is made for a newer system, or for another C library."""


class Culprit(Struct, frozen=True, kw_only=True):
    """The binary that caused a message, if one was found."""

    suspect: Suspect
    part: AuditedPart | None = None
    member: str | None = None
    """The binary's path in the tree."""
    findings: tuple[Finding, ...] = ()
    """Its findings; those of its whole distribution if it has none itself."""
    is_missing: bool = False
    """Whether the distribution's record lists the file, and it is not there."""
    foreign_ending: str = ""
    """Its suffix, if it has no finding and the target's Python imports no such file."""

    @property
    def missing_library(self) -> str:
        """The library that the message names, if the tree has none of that name."""
        match self.suspect:
            case Suspect(library=name) if not _is_library(
                posixpath.basename(self.member or ""), name
            ):
                return name
            case _:
                return ""

    @property
    def is_explained(self) -> bool:
        """Whether the cause is known."""
        return bool(self.findings or self.foreign_ending or self.is_missing)


def find_culprits(
    audit: Audit, suspects: tuple[Suspect, ...], missing: Sequence[MissingFile] = ()
) -> tuple[Culprit, ...]:
    """Return the binary that caused each message, with its findings.

    The messages come from the failing machine, whose paths may differ from the audit's: files are
    matched by the longest common end of their paths, then by the importing file. Messages that
    differ only in who imported the same file count once.
    """
    binaries = tuple((part, one) for part in audit.parts for one in part.inspection.binaries)
    suffixes = extension_suffixes(audit.target)
    found: dict[tuple[Suspect, str | None], Culprit] = {}
    for suspect in suspects:
        least = _least_agreed(suspect, audit)
        culprit = _find_culprit(suspect, binaries, suffixes, least)
        if culprit.part is None:
            culprit = _find_elsewhere(audit, culprit, least)
        if not culprit.is_explained:
            culprit = _find_missing(audit, culprit, missing)
        if culprit.part is None:
            culprit = _find_in_package(culprit, binaries)
        found.setdefault((replace(suspect, message="", importer=""), culprit.member), culprit)
    return tuple(found.values())


def _least_agreed(suspect: Suspect, audit: Audit) -> int:
    """Return how many parts of a path must agree with a file's, which is as many as agree at best.

    Of several files that have no more than the name, any or none may be meant: many packages call
    a module `_core.abi3.so`.
    """
    places = {one.path for part in audit.parts for one in part.inspection.binaries}
    places |= {one.member for part in audit.parts for one in part.findings if one.member}
    ends = [_common_end(suspect.path, place) for place in places]
    best = max(ends, default=0)
    return best + 1 if best == 1 < ends.count(1) else max(best, 1)


_Found = tuple[AuditedPart, BinaryMember]


def _find_culprit(
    suspect: Suspect, binaries: tuple[_Found, ...], suffixes: tuple[str, ...], least: int
) -> Culprit:
    if suspect.is_nameless and suspect.complaint in _OF_ANY_FILE:
        return Culprit(suspect=suspect)
    if suspect.is_nameless:
        # Windows' older message: only a file that such a system does not load can cause it.
        wanted = _FLOORS if suspect.complaint is Complaint.SYSTEM_TOO_OLD else ()
        matching = [pair for pair in binaries if _is_wrong(pair, wanted)]
    else:
        matching = [pair for pair in binaries if any(_likeness(suspect, pair[1], least))]
    if not matching:
        return Culprit(suspect=suspect)
    part, binary = max(
        matching,
        key=lambda pair: (_likeness(suspect, pair[1], least), _nearness(suspect, pair[1])),
    )
    own = tuple(f for f in part.findings if f.member == binary.path)
    # Files of no distribution are unrelated to each other.
    findings = own or (part.findings if part.name else ())
    ending = "" if findings else _foreign_ending(binary.path, suffixes)
    return Culprit(
        suspect=suspect, part=part, member=binary.path, findings=findings, foreign_ending=ending
    )


def _find_elsewhere(audit: Audit, culprit: Culprit, least: int) -> Culprit:
    """Return the wheel at a path, or the file that is no binary: empty, damaged, or a pointer."""
    path = culprit.suspect.path
    if culprit.suspect.complaint is Complaint.OTHER_WHEEL:
        named = posixpath.basename(path).lower()
        wheel = next((part for part in audit.parts if part.root.lower() == named), None)
        findings = wheel.findings if wheel else ()
        return replace(culprit, part=wheel, member=wheel and wheel.root, findings=findings)
    held = [(part, one) for part in audit.parts for one in part.findings if one.member and path]
    likeness, part, finding = max(
        ((_common_end(path, one.member or ""), part, one) for part, one in held),
        key=lambda found: found[0],
        default=(0, None, None),
    )
    if likeness < least or part is None or finding is None:
        return culprit
    findings = tuple(one for one in part.findings if one.member == finding.member)
    return replace(culprit, part=part, member=finding.member, findings=findings)


def _find_missing(audit: Audit, culprit: Culprit, missing: Sequence[MissingFile]) -> Culprit:
    """Return the file that the message is about, if it is listed and not there."""
    suspect = culprit.suspect
    for file in missing:
        name = posixpath.basename(file.path)
        if (
            any(
                _module_likeness(each, file.path)
                for each in (suspect.module, suspect.package)
                if each
            )
            or (suspect.library and _is_library(name, suspect.library))
            or (culprit.part is None and _common_end(suspect.path, file.path) > 1)
        ):
            wanted = (file.root, file.name.replace("_", "-").lower())
            part = next((one for one in audit.parts if (one.root, one.name) == wanted), None)
            if part is None:
                continue
            return Culprit(suspect=suspect, part=part, member=file.path, is_missing=True)
    return culprit


def _find_in_package(culprit: Culprit, binaries: tuple[_Found, ...]) -> Culprit:
    """Return the wrong module of a package that lacks a name: the package does without it."""
    package = culprit.suspect.package
    for part, binary in binaries if package else ():
        folder = posixpath.dirname(binary.path)
        if _module_likeness(package, folder) and _is_wrong((part, binary), ()):
            findings = tuple(f for f in part.findings if f.member == binary.path)
            return replace(culprit, part=part, member=binary.path, findings=findings)
    return culprit


def _is_wrong(pair: _Found, codes: tuple[str, ...]) -> bool:
    """Return whether a binary is wrong, or has one of these findings if there are any."""
    part, binary = pair
    own = (f for f in part.findings if f.member == binary.path)
    return any(f.code in codes if codes else f.weight is Status.WRONG for f in own)


def _nearness(suspect: Suspect, binary: BinaryMember) -> int:
    """Return how many folders a binary shares with the file that imported it."""
    if not suspect.importer:
        return 0
    return _common_end(posixpath.dirname(suspect.importer), posixpath.dirname(binary.path))


def _foreign_ending(path: str, suffixes: tuple[str, ...]) -> str:
    """Return the suffix for which the target's Python ignores a file; empty if it does not."""
    match = _TAGGED.search(posixpath.basename(path))
    return match[0] if match and match[0] not in suffixes else ""


def _likeness(suspect: Suspect, binary: BinaryMember, least: int) -> tuple[int, int, int]:
    """Rate how well a binary matches: by path, by imported name, by a library that it links."""
    agreed = _common_end(suspect.path, binary.path) if suspect.path else 0
    by_path = agreed if agreed >= least else 0
    by_module = _module_likeness(suspect.module, binary.path) if suspect.module else 0
    by_library = 0
    if suspect.library:
        needs = any(
            posixpath.basename(needed.name) == suspect.library
            for one in binary.binary.slices
            for needed in one.needed
        )
        # The library itself, present and foreign, explains more than a binary that links it.
        is_it = _is_library(posixpath.basename(binary.path), suspect.library)
        by_library = 2 * is_it + needs
    return by_path, by_module, by_library


def _is_library(filename: str, library: str) -> bool:
    """Return whether a file is the library named; Java and .NET leave its suffix out."""
    return filename in (library, f"lib{library}.so", f"lib{library}.dylib", f"{library}.dll")


def _common_end(path: str, member: str) -> int:
    """Return how many parts of two paths agree, counted from their ends."""
    agreed = 0
    for ours, theirs in zip(
        reversed(path.lower().split("/")), reversed(member.lower().split("/")), strict=False
    ):
        if ours != theirs:
            break
        agreed += 1
    return agreed


def _module_likeness(module: str, member: str) -> int:
    """Return how many parts a dotted name has if a file is a module of that name, else none.

    `lib` may be a module of many packages.
    """
    *folders, name = member.split("/")
    stem = name.partition(".")[0]
    agreed = _common_end(module.replace(".", "/"), "/".join((*folders, stem)))
    return agreed if agreed == module.count(".") + 1 else 0
