"""Resolutions made by hand."""

import pytest
from packaging.pylock import Pylock

from archpip.locking import to_pylock
from archpip.resolution import Resolution
from tests.unit.locking.checks import without_source
from tests.unit.locking.resolutions import FOLDER, make_resolution


@pytest.fixture
def resolution() -> Resolution:
    return make_resolution()


@pytest.fixture
def pylock(resolution: Resolution) -> Pylock:
    return to_pylock(without_source(resolution), folder=FOLDER)
