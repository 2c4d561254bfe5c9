"""Compare a new resolution with the existing lockfile, and explain each change. Pure."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct
from packaging.pylock import Package, Pylock
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import find_version
from archpip.resolution import Pin, Resolution


class ChangeKind(StrEnum):
    """The kind of change to a project."""

    ADDED = "added"
    REMOVED = "removed"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"
    OTHER_FILE = "other-file"
    """The same version, from another file or place."""


class Change(Struct, frozen=True, kw_only=True):
    """One project that differs from the old lockfile."""

    name: NormalizedName
    kind: ChangeKind
    before: str | None = None
    """The version, or the file if the version is unchanged; `None` for an added project."""
    after: str | None = None
    reason: str = ""

    def __str__(self) -> str:
        match self.kind:
            case ChangeKind.ADDED:
                what = f"+ {self.name} {self.after}"
            case ChangeKind.REMOVED:
                what = f"- {self.name} {self.before}".rstrip()
            case _:
                what = f"~ {self.name} {self.before} → {self.after}"
        return f"{what} ({self.reason})" if self.reason else what


def find_changes(
    before: Pylock,
    resolution: Resolution,
    *,
    forgotten: frozenset[NormalizedName] | None,
    preferred: Mapping[NormalizedName, Version],
) -> tuple[Change, ...]:
    """Compare a target's old lockfile with its new resolution.

    Args:
        before: The old lockfile.
        resolution: The new resolution.
        forgotten: The projects whose old versions need not be kept (`--upgrade-package`); `None`
            for all of them (`--upgrade`).
        preferred: The versions that `--prefer` names.

    Returns:
        The changes, sorted by name; empty if there are none.
    """
    old = {package.name: package for package in before.packages}
    new = {pin.name: pin for pin in resolution.pins}
    names = sorted({*old, *new})
    reasons = _Reasons(forgotten=forgotten, preferred=preferred)
    found = (_compare(name, old.get(name), new.get(name), reasons) for name in names)
    return tuple(change for change in found if change is not None)


class _Reasons(Struct, frozen=True, kw_only=True):
    """The possible reasons why a locked version was not kept."""

    forgotten: frozenset[NormalizedName] | None
    preferred: Mapping[NormalizedName, Version]

    def find(self, old: Version, new: Pin) -> str:
        """Return the most certain reason."""
        return next(self._iter(old, new))

    def _iter(self, old: Version, new: Pin) -> Iterator[str]:
        for requirer in new.requirers:
            if not requirer.specifier.contains(old, prereleases=True):
                yield f"{requirer} asks for {new.name}{requirer.specifier}"
        for rejection in new.rejections:
            if find_version(rejection.link.filename, new.name) == old:
                yield rejection.described
        if new.direct:
            yield f"it is taken from {new.link.filename}"
        if self.preferred.get(new.name) == new.version:
            yield "--prefer names it"
        if self.forgotten is None or new.name in self.forgotten:
            yield "upgrades were asked for"
        # The cause may be other projects or options: `--prefer-binary`, `--exclude-newer`, floors.
        yield f"with what is asked for now, {old} is not taken"


def _compare(
    name: NormalizedName, old: Package | None, new: Pin | None, reasons: _Reasons
) -> Change | None:
    if new is None:
        return Change(
            name=name,
            kind=ChangeKind.REMOVED,
            before=str(old.version) if old and old.version else "",
            reason="nothing asks for it any more",
        )
    if old is None:
        after = str(new.version)
        return Change(name=name, kind=ChangeKind.ADDED, after=after, reason=_who_asks(new))
    if old.version is not None and old.version != new.version:
        return Change(
            name=name,
            kind=ChangeKind.UPGRADED if new.version > old.version else ChangeKind.DOWNGRADED,
            before=str(old.version),
            after=str(new.version),
            reason=reasons.find(old.version, new),
        )
    place = _place(old)
    if place is None or place in _places(new):
        return None
    return Change(
        name=name,
        kind=ChangeKind.OTHER_FILE,
        before=place,
        after=new.link.filename,
        reason=_refusal(new, place),
    )


def _who_asks(pin: Pin) -> str:
    return f"{pin.requirers[0]} asks for it" if pin.requirers else ""


def _place(package: Package) -> str | None:
    """Return the file that a package was locked with, if it came from an index."""
    if package.wheels:
        return package.wheels[0].filename
    return package.sdist.filename if package.sdist else None


def _places(pin: Pin) -> frozenset[str]:
    halves = {pin.fused_with.link.filename} if pin.fused_with else set[str]()
    return frozenset({pin.link.filename, *halves})


def _refusal(pin: Pin, filename: str) -> str:
    """Return why a file of the same version is not chosen any more."""
    for rejection in pin.rejections:
        if rejection.link.filename == filename:
            return rejection.message
    return ""
