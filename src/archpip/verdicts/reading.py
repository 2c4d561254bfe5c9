"""Members that could not be read or trusted: unknown, never silently accepted."""

from collections.abc import Iterator

from archpip.architecture import OperatingSystem
from archpip.targets import Target
from archpip.verdicts.case import Case
from archpip.verdicts.catalogue import read_catalogue
from archpip.verdicts.importing import is_for_one_python
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.naming import MemberName, read_name
from archpip.verdicts.roles import Role, is_data_name
from archpip.wheels import Problem, ProblemKind, is_data_by_name

_CODES = {
    ProblemKind.UNREADABLE_MEMBER: "AP901",
    ProblemKind.BAD_CRC: "AP901",
    ProblemKind.ENCRYPTED: "AP901",
    ProblemKind.MALFORMED_BINARY: "AP902",
    ProblemKind.TOO_LARGE: "AP903",
    ProblemKind.TOO_MANY_MEMBERS: "AP903",
    ProblemKind.RATIO: "AP903",
    ProblemKind.OVERLAP: "AP904",
    ProblemKind.DUPLICATE: "AP904",
    ProblemKind.HEADER_MISMATCH: "AP904",
    ProblemKind.UNSAFE_PATH: "AP904",
    ProblemKind.BACKSLASH: "AP904",
    ProblemKind.NAME_COLLISION: "AP904",
    ProblemKind.LEADING_BYTES: "AP904",
    ProblemKind.TRAILING_BYTES: "AP904",
    ProblemKind.HIDDEN_BYTES: "AP904",
    ProblemKind.AMBIGUOUS_METADATA: "AP904",
    ProblemKind.NO_DIST_INFO: "AP905",
}


def judge_reading(case: Case, links: Links) -> Iterator[Finding]:
    """Yield one finding for each problem that matters on some target."""
    del links
    for problem in case.inspection.problems:
        if not _is_broken_data(case, problem) and not _is_apart_on(case.target, problem):
            yield _report(problem)


def _is_broken_data(case: Case, problem: Problem) -> bool:
    """Return whether a binary that nothing on the target loads is malformed.

    Test suites of binary readers are made of such files, and split debug symbols are cut short.
    """
    if problem.kind is not ProblemKind.MALFORMED_BINARY or problem.member is None:
        return False
    known = case.by_path.get(problem.member)
    if known is not None and (known.role is Role.DATA or not case.is_native(known)):
        return True  # Its header was read: a packed DLL is of no concern to Linux.
    name = read_name(problem.member)
    passed_over = name.importable and name.tagged and name.suffix not in case.suffixes
    return is_data_name(name) or passed_over or _is_for_one_python_among_any(case, name)


def _is_for_one_python_among_any(case: Case, name: MemberName) -> bool:
    """Return whether a module is for one Python, in a wheel that serves every Python without it.

    Some projects add an empty, never imported module to make setuptools tag the wheel's platform
    (`noop.cp311-win_amd64.pyd` in sqlite-ulid's `py3-none-win_amd64`).
    """
    tags = case.inspection.tags  # none where they are not known, which promises nothing
    of_any = bool(tags) and all(tag.startswith("py") and "-none-" in tag for tag in tags)
    return of_any and is_for_one_python(name)


def _is_apart_on(target: Target, problem: Problem) -> bool:
    """Return whether a problem of file names on some systems is none on the target's.

    Names that differ by case only collide where file systems ignore case, and on Windows a
    backslash ends a folder's name wherever it stands.
    """
    match problem.kind:
        case ProblemKind.NAME_COLLISION:
            ignores_case = {OperatingSystem.MACOS, OperatingSystem.WINDOWS}
            return target.operating_system not in ignores_case
        case ProblemKind.BACKSLASH:
            return target.operating_system is OperatingSystem.WINDOWS
        case _:
            return False


def _is_loss_of_data(problem: Problem) -> bool:
    """Return whether two colliding files are both no code: Python runs all the same."""
    name = (problem.member or "").rpartition("/")[2]
    return (
        problem.kind is ProblemKind.NAME_COLLISION
        and is_data_by_name(name)
        and not name.lower().endswith((".py", ".pth"))
    )


def _report(problem: Problem) -> Finding:
    code = _CODES[problem.kind]
    usual = read_catalogue()[code].severity
    where = f"{problem.member}: " if problem.member else ""
    return Finding(
        code=code,
        severity=Status.DEGRADED if _is_loss_of_data(problem) else usual,
        member=problem.member,
        slice=None,
        message=f"{where}{problem.detail}",
    )
