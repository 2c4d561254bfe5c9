"""The fixture of a user's machine."""

from tests.unit.settings.machines import surroundings

__all__ = ["surroundings"]
