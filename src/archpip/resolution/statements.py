"""Statements: reasons against single versions, grouped so that equal ones take one line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from packaging.version import Version

from archpip.resolution.model import Rejection, RejectionReason
from archpip.resolution.wording import list_briefly, write_moment


class Statement(NamedTuple):
    """One reason against one version."""

    message: str
    fate: str = ""
    """What happened to the file: `refused`, `not considered`; empty if there is no file."""
    filename: str = ""
    uploaded: datetime | None = None
    """The file's upload time, if that was too late."""
    was_opened: bool = False
    """Its binaries were judged, so it is named with its own message."""

    @classmethod
    def about(cls, rejection: Rejection, *, fate: str) -> Self:
        """Make a statement from a rejection."""
        is_late = rejection.reason is RejectionReason.TOO_NEW
        link = rejection.link
        uploaded = link.upload_time if is_late else None
        was_opened = rejection.reason is RejectionReason.VERDICT
        return cls(rejection.message, fate, link.filename, uploaded, was_opened)

    @property
    def likeness(self) -> tuple[str, str]:
        """The key by which statements on several versions are grouped."""
        if self.was_opened:
            return self.fate, str(self)
        return self.fate, "late" if self.uploaded else self.message

    def __str__(self) -> str:
        return f"{self.filename} is {self.fate}: {self.message}" if self.fate else self.message


class Finding(NamedTuple):
    """Versions with the same reasons against them."""

    versions: tuple[Version, ...]
    """In the order given."""
    statements: tuple[Statement, ...]
    """Of all of them, in the order of the versions."""

    def phrases(self) -> Iterator[str]:
        """Yield the reasons against them, each once."""
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
        """Yield a line for each reason."""
        for phrase in self.phrases():
            yield f"  {name} {list_briefly(self.versions)}: {phrase}"


def collect_findings(
    statements: Mapping[Version, Sequence[Statement]],
) -> tuple[Finding, ...]:
    """Group versions with the same reasons against them, in the order of each group's first."""
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
