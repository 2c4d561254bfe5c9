"""What a script says to uv in its own metadata.

Source: PEP 723, and https://docs.astral.sh/uv/guides/scripts/#using-alternative-package-indexes
"""

import tomllib
from pathlib import Path

from archpip.foreign_toml import parse_toml
from archpip.integrations.uv_config import UvTable, is_table
from archpip.resolution import find_script_blocks, uncomment
from archpip.settings import Origin


def read_script_tables(script: Path) -> tuple[UvTable, ...]:
    """Return the `[tool.uv]` of a script's metadata, which counts before all files of uv's.

    None where it has none; what is wrong with it is left to uv to tell.
    """
    try:
        # `read_text` ends lines as Unix does, whatever system wrote them.
        blocks = find_script_blocks(script.read_text("utf-8"))
        content: object = parse_toml(uncomment(blocks[0]["content"])) if blocks else None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ()
    for key in ("tool", "uv"):
        content = content.get(key) if is_table(content) else None
    origin = Origin(file=script, section="tool.uv")
    return (UvTable(origin=origin, content=content),) if is_table(content) else ()
