"""The fixtures of a user's machine, and of uv's indexes there."""

from tests.unit.integrations.uv_sorting import sort
from tests.unit.settings.machines import surroundings

__all__ = ["sort", "surroundings"]
