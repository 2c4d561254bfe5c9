"""The indexes that a project sets for pdm and poetry, which no variable can override.

Source: pdm's `[[tool.pdm.source]]` (https://pdm-project.org/en/latest/usage/config/) and poetry's
`[[tool.poetry.source]]` (https://python-poetry.org/docs/repositories/).
"""

from collections.abc import Iterator
from pathlib import Path

from archpip.integrations.commands import Client
from archpip.integrations.routes import Route
from archpip.integrations.uv_config import is_table, iter_tables, read_toml
from archpip.redaction import redact
from archpip.settings import Origin

_CLIENTS = (Client.PDM, Client.POETRY)


def find_project_sources(folder: Path) -> tuple[Route, ...]:
    """Return the sources for both in the nearest `pyproject.toml`, upward, in its order.

    Raises:
        ConfigurationError: The file is not TOML.
    """
    for each in (folder, *folder.parents):
        file = each / "pyproject.toml"
        content = read_toml(file)
        if content is not None:
            return tuple(_iter_sources(file, content.get("tool")))
    return ()


def _iter_sources(file: Path, tools: object) -> Iterator[Route]:
    for client in _CLIENTS:
        table = tools.get(client) if is_table(tools) else None
        sources = table.get("source") if is_table(table) else None
        for source in iter_tables(sources):
            # Without a URL, pdm uses the one in its settings, and poetry PyPI's.
            if address := source.get("url"):
                yield Route(
                    client=client,
                    name=f"source {source.get('name', '')}".rstrip(),
                    address=redact(str(address)),
                    origin=Origin(file=file, section=f"tool.{client}"),
                )
