"""What a project states for uv about versions: its constraints and overrides.

Source: https://docs.astral.sh/uv/reference/settings/#constraint-dependencies and
https://docs.astral.sh/uv/reference/settings/#override-dependencies.
"""

from collections.abc import Mapping
from pathlib import Path

from archpip.reachable import is_folder
from archpip.resolution.errors import ProjectFileError
from archpip.resolution.requirement_set import RequirementSet
from archpip.resolution.requirements import RequestedRequirement, parse_requirement
from archpip.resolution.uv_workspaces import find_workspace, uv_table


def read_uv_bounds(
    tool: Mapping[str, object], *, folder: Path, shown: str, in_workspace: bool = True
) -> RequirementSet:
    """Return the constraints and overrides of a `[tool.uv]` table.

    Those of a workspace's root count in place of a member's, as in uv.

    Args:
        tool: The table, empty if there is none.
        folder: The folder of its file.
        shown: The path of its file as the user wrote it.
        in_workspace: It may be a member's: not that of a script.

    Raises:
        ProjectFileError: One of the two is no list of texts.
        InvalidRequirementError: An entry is no requirement.
    """
    root = find_workspace(folder) if in_workspace else None
    if root is not None and root != folder:
        tool, folder, shown = uv_table(root), root, str(root / "pyproject.toml")

    def read(key: str) -> tuple[RequestedRequirement, ...]:
        lines = tool.get(key, [])
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            reason = f"tool.uv.{key} is not a list of requirements"
            raise ProjectFileError(location=shown, reason=reason)
        origin = f"{shown}:{key}"
        return tuple(parse_requirement(line, base=folder, origin=origin) for line in lines)

    return RequirementSet(
        constraints=read("constraint-dependencies"), overrides=read("override-dependencies")
    )


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
