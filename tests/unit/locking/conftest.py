"""Resolutions made by hand."""

import pytest

from archpip.resolution import Resolution
from tests.unit.locking.resolutions import make_resolution


@pytest.fixture
def resolution() -> Resolution:
    return make_resolution()
