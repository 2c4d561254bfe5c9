"""Statements: what speaks against single versions, and against many of them alike in one line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from packaging.version import Version

from archpip.resolution.model import Rejection, RejectionReason
from archpip.resolution.wording import list_briefly, write_moment


class Statement(NamedTuple):
    """One thing that speaks against one version."""

    message: str
    fate: str = ""
    """What became of a file for it: `refused`, `not considered`; empty where it is of none."""
    filename: str = ""
    uploaded: datetime | None = None
    """When the file was, where that was too late."""
    was_opened: bool = False
    """Each file whose binaries were judged is named with what it holds."""

    @classmethod
    def about(cls, rejection: Rejection, *, fate: str) -> Self:
        """Take it from a rejection."""
        is_late = rejection.reason is RejectionReason.TOO_NEW
        link = rejection.link
        uploaded = link.upload_time if is_late else None
        was_opened = rejection.reason is RejectionReason.VERDICT
        return cls(rejection.message, fate, link.filename, uploaded, was_opened)

    @property
    def likeness(self) -> tuple[str, str]:
        """What makes it the same thing to say of another version."""
        if self.was_opened:
            return self.fate, str(self)
        return self.fate, "late" if self.uploaded else self.message

    def __str__(self) -> str:
        return f"{self.filename} is {self.fate}: {self.message}" if self.fate else self.message


class Finding(NamedTuple):
    """Versions that the same speaks against."""

    versions: tuple[Version, ...]
    """In the order given."""
    statements: tuple[Statement, ...]
    """Of all of them, in the order of the versions."""

    def phrases(self) -> Iterator[str]:
        """Yield what speaks against them, each thing once."""
        if len(self.versions) == 1:
            yield from map(str, self.statements)
            return
        alike: dict[tuple[str, str], list[Statement]] = {}
        for statement in self.statements:
            alike.setdefault(statement.likeness, []).append(statement)
        for (fate, _), found in alike.items():
            times = [statement.uploaded for statement in found if statement.uploaded]
            said = f"uploaded from {write_moment(min(times))} on" if times else found[0].message
            yield f"{fate}: {said}" if fate else said

    def lines(self, name: str) -> Iterator[str]:
        """Yield a line for each of those."""
        for phrase in self.phrases():
            yield f"  {name} {list_briefly(self.versions)}: {phrase}"


def collect_findings(
    statements: Mapping[Version, Sequence[Statement]],
) -> tuple[Finding, ...]:
    """Put together versions that the same speaks against, in the order of the first of each."""
    alike: dict[tuple[tuple[str, str], ...], list[Version]] = {}
    for version, said in statements.items():
        key = tuple(dict.fromkeys(statement.likeness for statement in said))
        alike.setdefault(key, []).append(version)
    return tuple(
        Finding(tuple(versions), tuple(_all_of(statements[version] for version in versions)))
        for versions in alike.values()
    )


def _all_of(several: Iterable[Sequence[Statement]]) -> Iterator[Statement]:
    for statements in several:
        yield from statements
