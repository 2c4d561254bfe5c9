"""The indexes that a project sets for pdm, poetry and pipenv, which no variable can override.

Source: pdm's `[[tool.pdm.source]]` (https://pdm-project.org/en/latest/usage/config/), poetry's
`[[tool.poetry.source]]` (https://python-poetry.org/docs/repositories/), and pipenv's `[[source]]`
(https://pipenv.pypa.io/en/latest/pipfile.html).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from archpip.integrations.commands import PIPFILE, Client
from archpip.integrations.routes import Route
from archpip.integrations.uv_config import is_table, iter_tables, read_toml
from archpip.redaction import redact
from archpip.settings import Origin

_CLIENTS = (Client.PDM, Client.POETRY)
_PYPI = re.compile(r"https?://pypi(?:\.python)?\.org/simple(?:/|$)")
"""What pipenv takes for PyPI."""


def find_project_sources(folder: Path) -> tuple[Route, ...]:
    """Return the sources in the nearest `pyproject.toml` and `Pipfile`, upward, in their order.

    Raises:
        ConfigurationError: A file is not TOML.
    """
    return (*_find_in_project(folder), *_find_in_pipfile(folder))


def _find_in_project(folder: Path) -> tuple[Route, ...]:
    for each in (folder, *folder.parents):
        file = each / "pyproject.toml"
        content = read_toml(file)
        if content is not None:
            return tuple(_iter_sources(file, content.get("tool")))
    return ()


def _find_in_pipfile(folder: Path) -> tuple[Route, ...]:
    """Return the sources of the nearest Pipfile but PyPI, for which pipenv asks its mirror."""
    for each in (folder, *folder.parents):
        file = each / PIPFILE
        content = read_toml(file)
        if content is not None:
            return tuple(
                Route(
                    client=Client.PIPENV,
                    name=f"source {source.get('name', '')}".rstrip(),
                    address=redact(str(address)),
                    origin=Origin(file=file, section="[source]"),
                )
                for source in iter_tables(content.get("source"))
                if (address := source.get("url")) and not _PYPI.match(str(address))
            )
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
