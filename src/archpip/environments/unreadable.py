"""The inspection of an unreadable wheel: it holds only the problems."""

from collections.abc import Sequence

from archpip.wheels import Inspection, Problem, ProblemKind


def unreadable(
    filename: str, *, reason: str, problems: Sequence[Problem] = (), size_bytes: int = 0
) -> Inspection:
    """Return an inspection that is judged as unknown.

    Args:
        filename: The wheel's file name.
        reason: Why it could not be read.
        problems: Other problems.
        size_bytes: Its size, if known.
    """
    kind = ProblemKind.UNREADABLE_MEMBER
    problem = Problem(kind=kind, member=None, detail=f"{filename}: {reason}")
    return Inspection(
        filename=filename,
        sha256=None,
        size_bytes=size_bytes,
        tags=(),
        declared_tags=(),
        root_is_purelib=False,
        binaries=(),
        problems=(*problems, problem),
    )
