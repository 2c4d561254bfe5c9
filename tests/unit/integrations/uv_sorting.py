"""The fixture that sorts uv's indexes."""

from typing import Protocol

import pytest

from archpip.integrations import UvIndexes, read_uv_tables, sort_uv_indexes
from tests.unit.settings.machines import MakeSurroundings


class Sort(Protocol):
    """Sorts what files and variables name."""

    def __call__(self, files: dict[str, str], **variables: str) -> UvIndexes: ...


@pytest.fixture
def sort(surroundings: MakeSurroundings) -> Sort:
    def sort(files: dict[str, str], **variables: str) -> UvIndexes:
        made = surroundings(files, variables)
        return sort_uv_indexes(made.environ, read_uv_tables(made))

    return sort
