"""What a project states for uv about versions: constraints, overrides, cutoffs, formats.

Source: https://docs.astral.sh/uv/reference/settings/, of uv 0.13: `constraint-dependencies`,
`override-dependencies`, `exclude-dependencies`, `build-constraint-dependencies`, `exclude-newer`,
`exclude-newer-package`, `resolution`, `prerelease`, and `no-build`, `no-binary`, each also
`-package`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from archpip.reachable import is_folder
from archpip.resolution.errors import ProjectFileError
from archpip.resolution.options import VersionOrder
from archpip.resolution.requirement_set import RequirementSet
from archpip.resolution.requirements import RequestedRequirement, parse_requirement
from archpip.resolution.uv_workspaces import find_workspace, uv_table
from archpip.settings import parse_uv_moment

_PRERELEASES = {"allow": ("all-releases", ":all:"), "disallow": ("only-final", ":all:")}
"""uv's `prerelease`; its other values differ in less than pip's meaning of the default."""

_FORMATS = (("no-build", "only-binary"), ("no-binary", "no-binary"))
"""uv's name and pip's."""

_NOT_FOLLOWED = (
    "config-settings",
    "config-settings-package",
    "dependency-metadata",
    "extra-build-dependencies",
    "extra-build-variables",
    "no-build-isolation",
    "no-build-isolation-package",
    "pip",
)
"""What else changes which versions uv takes or what they are built from."""

_NOWHERE = "python_version < '0'"
"""A marker that never holds: an override that has it takes its project out."""


def read_uv_bounds(
    tool: Mapping[str, object], *, folder: Path, shown: str, in_workspace: bool = True
) -> RequirementSet:
    """Return what a `[tool.uv]` table states about versions.

    What a workspace's root states counts in place of a member's table, as in uv.

    Args:
        tool: The table, empty if there is none.
        folder: The folder of its file.
        shown: The path of its file as the user wrote it.
        in_workspace: It may be a member's: not that of a script.

    Raises:
        ProjectFileError: A value is of another type than uv's.
        InvalidRequirementError: An entry is no requirement.
    """
    root = find_workspace(folder) if in_workspace else None
    if root is not None and root != folder:
        tool, folder, shown = uv_table(root), root, str(root / "pyproject.toml")
    return _Reader(table=tool, folder=folder, shown=shown).read()


class _Reader(Struct, frozen=True, kw_only=True):
    table: Mapping[str, object]
    folder: Path
    shown: str

    def read(self) -> RequirementSet:
        order, prereleases = self._text("resolution"), self._text("prerelease")
        return RequirementSet(
            constraints=tuple(self._requirements("constraint-dependencies")),
            overrides=(
                *self._requirements("override-dependencies"),
                *self._requirements("exclude-dependencies", marker=_NOWHERE),
            ),
            build_constraints=tuple(self._requirements("build-constraint-dependencies")),
            uploaded_before=self._cutoff("exclude-newer", self.table.get("exclude-newer", False)),
            uploaded_before_of=tuple(self._cutoffs("exclude-newer-package")),
            order=VersionOrder(order) if order in list(VersionOrder) else None,
            releases=(_PRERELEASES[prereleases],) if prereleases in _PRERELEASES else (),
            formats=tuple(self._formats()),
            passed_over=tuple(
                f"tool.uv.{key} in {self.shown}" for key in _NOT_FOLLOWED if self.table.get(key)
            ),
        )

    def _requirements(
        self, key: str, *, marker: str | None = None
    ) -> Iterator[RequestedRequirement]:
        origin = f"{self.shown}:{key}"
        for line in self._lines(key):
            text = line if marker is None else f"{line} ; {marker}"
            yield parse_requirement(text, base=self.folder, origin=origin)

    def _formats(self) -> Iterator[tuple[str, str]]:
        for key, option in _FORMATS:
            if self.table.get(key) is True:
                yield option, ":all:"
            if names := self._lines(f"{key}-package"):
                yield option, ",".join(names)

    def _cutoffs(self, key: str) -> Iterator[tuple[NormalizedName, datetime | None]]:
        table = self.table.get(key, {})
        if not isinstance(table, dict):
            raise self._error(key, "is not a table")
        for name, moment in table.items():
            yield canonicalize_name(name), self._cutoff(f"{key}.{name}", moment)

    def _cutoff(self, key: str, value: object) -> datetime | None:
        try:
            return parse_uv_moment(value)
        except ValueError as error:
            raise self._error(key, f"cannot be read: {error}") from error

    def _text(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            raise self._error(key, "is not a text")
        return value

    def _lines(self, key: str) -> list[str]:
        lines = self.table.get(key, [])
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            raise self._error(key, "is not a list of texts")
        return lines

    def _error(self, key: str, reason: str) -> ProjectFileError:
        return ProjectFileError(location=self.shown, reason=f"tool.uv.{key} {reason}")


def add_bounds_of_folder(asked: RequestedRequirement) -> RequirementSet:
    """Return a requirement that the user wrote, with the bounds of the folder that it may name.

    Raises:
        ProjectFileError, InvalidRequirementError: As `read_uv_bounds` does.
    """
    found = RequirementSet(requirements=(asked,))
    folder = asked.direct.path if asked.direct else None
    if folder is None or not is_folder(folder):
        return found
    return found + read_uv_bounds(
        uv_table(folder), folder=folder, shown=f"{asked.text}/pyproject.toml"
    )
