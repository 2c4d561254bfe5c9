"""The builder as a fixture."""

import pytest

from tests.unit.verdicts.builder import World


@pytest.fixture
def world() -> World:
    return World()
