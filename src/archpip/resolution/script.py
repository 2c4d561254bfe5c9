"""Scripts that state their requirements in a comment (PEP 723).

Source: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from archpip.foreign_toml import parse_toml
from archpip.resolution.errors import ProjectFileError
from archpip.resolution.requirement_set import RequirementSet
from archpip.resolution.requirements import parse_requirement
from archpip.resolution.uv_bounds import read_uv_bounds
from archpip.resolution.uv_sources import apply_uv_sources

# The specification's own expression, line by line.
_BLOCK = re.compile(
    r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$",
)


def read_script(path: Path, *, shown: str, sources: bool = True) -> RequirementSet:
    """Return the requirements of a script.

    Args:
        path: The script.
        shown: The path as the user wrote it.
        sources: Apply its `[tool.uv.sources]`.

    Raises:
        ProjectFileError: It cannot be read, has no `script` block or several, or a malformed one.
        InvalidRequirementError: A line of it is not a requirement.
        UvSourceError: A source cannot be followed.
    """
    table = _read_block(path, shown)
    dependencies = table.get("dependencies", [])
    python = table.get("requires-python")
    if not isinstance(dependencies, list) or not all(isinstance(d, str) for d in dependencies):
        raise ProjectFileError(location=shown, reason="dependencies is not a list of requirements")
    if python is not None and not isinstance(python, str):
        raise ProjectFileError(location=shown, reason="requires-python is not a text")
    folder = path.parent.resolve()
    asked = RequirementSet(
        requirements=tuple(
            parse_requirement(line, base=folder, origin=shown) for line in dependencies
        ),
        pythons=((shown, python),) if python else (),
    )
    tool = table.get("tool")
    uv = tool.get("uv") if isinstance(tool, dict) else None
    if not isinstance(uv, dict):
        return asked
    if sources:
        asked = apply_uv_sources(asked, uv, folder=folder, shown=shown, in_workspace=False)
    return asked + read_uv_bounds(uv, folder=folder, shown=shown, in_workspace=False)


def _read_block(path: Path, shown: str) -> Mapping[str, object]:
    try:
        # Like Python itself, take every kind of line end.
        text = "\n".join(path.read_text("utf-8-sig").splitlines()) + "\n"
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectFileError(location=shown, reason=reason) from error
    except UnicodeDecodeError as error:
        raise ProjectFileError(location=shown, reason=f"cannot be decoded: {error}") from error
    blocks = find_script_blocks(text)
    if len(blocks) != 1:
        found = "several `# /// script` blocks" if blocks else "no `# /// script` block (PEP 723)"
        raise ProjectFileError(location=shown, reason=f"it has {found}")
    content = uncomment(blocks[0]["content"])
    try:
        return parse_toml(content)
    except tomllib.TOMLDecodeError as error:
        reason = f"its `# /// script` block is not TOML: {error}"
        raise ProjectFileError(location=shown, reason=reason) from error


def find_script_blocks(text: str) -> list[re.Match[str]]:
    """Return the `script` blocks of a text with Unix line ends.

    The lines between a block's first and last are the match's group `content`.
    """
    return [match for match in _BLOCK.finditer(text) if match["type"] == "script"]


def uncomment(content: str) -> str:
    """Return the TOML in a block's comments."""
    return "".join(
        line[2:] if line.startswith("# ") else line[1:]
        for line in content.splitlines(keepends=True)
    )
