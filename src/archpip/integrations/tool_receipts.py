"""The receipts of `uv tool install`, with the indexes that `uv tool upgrade` uses again.

Source: https://docs.astral.sh/uv/concepts/tools/#upgrading-tools; uv 0.13, `uv-receipt.toml`.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit
from packaging.utils import canonicalize_name
from tomlkit.exceptions import TOMLKitError

from archpip.index import PYPI_URL
from archpip.integrations.commands import is_of_tools
from archpip.integrations.lockfiles import rewrite

RECEIPT = "uv-receipt.toml"
_PROJECT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def expect_receipts(
    command: Sequence[str], environ: Mapping[str, str], folder: Path
) -> tuple[Path, ...]:
    """Return the receipts that a command may write, including ones it may create."""
    tools = _find_tools_folder(environ, folder) if is_of_tools(command) else None
    if tools is None:
        return ()
    names = (match[0] for word in command if (match := _PROJECT_NAME.match(word)))
    made = (tools / canonicalize_name(name) / RECEIPT for name in names)
    return tuple(dict.fromkeys((*tools.glob(f"*/{RECEIPT}"), *made)))


def restore_receipt(path: Path, real_indexes: Mapping[str, Sequence[str]]) -> None:
    """Rewrite a receipt atomically to name the real indexes.

    Args:
        path: The receipt, which need not exist.
        real_indexes: The indexes behind each gateway, by its view's URL.
    """
    bare = {view.rstrip("/"): urls for view, urls in real_indexes.items()}
    rewrite(path, lambda text: _to_real(text, bare))


def _to_real(text: str, real_indexes: Mapping[str, Sequence[str]]) -> str:
    if not any(view in text for view in real_indexes):
        return text
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return text
    tool = document.get("tool", {})
    options = tool.get("options", {})
    if "index" not in options:
        return text
    indexes = tomlkit.array()
    for entry in options["index"]:
        urls = real_indexes.get(str(entry.get("url")).rstrip("/"))
        for url in (str(entry.get("url")),) if urls is None else urls:
            # uv uses PyPI if no default is set.
            if urls is None or url != PYPI_URL or not entry.get("default"):
                changed = tomlkit.inline_table()
                changed.update({**entry, "url": url})
                indexes.append(changed)
    if indexes:
        options["index"] = indexes
    elif len(options) > 1:
        options.remove("index")
    else:
        tool.remove("options")
    return tomlkit.dumps(document)


def _find_tools_folder(environ: Mapping[str, str], folder: Path) -> Path | None:
    if named := environ.get("UV_TOOL_DIR"):
        return folder / named
    if data := environ.get("XDG_DATA_HOME"):
        return Path(data) / "uv" / "tools"
    if roaming := environ.get("APPDATA"):
        return Path(roaming) / "uv" / "data" / "tools"
    home = environ.get("HOME")
    return Path(home) / ".local" / "share" / "uv" / "tools" if home else None
