"""A zip archive as a tree: a Lambda function or layer, a zipapp."""

from pathlib import Path

from archpip.environments.errors import NothingToAuditError
from archpip.environments.model import ImageFacts
from archpip.wheels import (
    InvalidWheelError,
    Member,
    MemberContent,
    Problem,
    ProblemKind,
    WheelUnreadableError,
    open_wheel,
)

# A zipapp begins with a line that names its interpreter.
_USUAL = frozenset((ProblemKind.LEADING_BYTES, ProblemKind.TRAILING_BYTES))


class ZipTree:
    """A `Tree` over a zip archive, which is validated like a wheel."""

    image: ImageFacts | None = None

    def __init__(self, path: Path) -> None:
        """Open the archive.

        Raises:
            NothingToAuditError: It cannot be opened, or is no zip archive.
        """
        try:
            self._archive = open_wheel(path)
            # Of two members with one path the last wins, as in `zipfile`; `problems` reports it.
            by_path = {member.path: member for member in self._archive.members()}
        except (InvalidWheelError, WheelUnreadableError) as error:
            raise NothingToAuditError(path=str(path), reason=error.reason) from error
        self._problems = tuple(p for p in self._archive.problems() if p.kind not in _USUAL)
        unsafe = {p.member for p in self._problems if p.kind is ProblemKind.UNSAFE_PATH}
        self._members = tuple(by_path[path] for path in sorted(by_path) if path not in unsafe)

    def members(self) -> tuple[Member, ...]:
        """Return the files, without those whose paths climb, which are among the problems."""
        return self._members

    def problems(self) -> tuple[Problem, ...]:
        """Return the archive's irregularities."""
        return self._problems

    def open(self, path: str) -> MemberContent:
        """Open a member.

        Raises:
            WheelUnreadableError: It cannot be opened.
        """
        return self._archive.open(path)

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()
