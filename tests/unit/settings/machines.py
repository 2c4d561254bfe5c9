"""A user's machine, written down in a temporary folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from archpip.architecture import OperatingSystem
from archpip.settings import Surroundings

MakeSurroundings = Callable[..., Surroundings]


@pytest.fixture
def surroundings(tmp_path: Path) -> MakeSurroundings:
    """Make surroundings: `files` are written beneath `tmp_path`, `variables` is the environment."""

    def make(
        files: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        *,
        operating_system: OperatingSystem = OperatingSystem.LINUX,
        working_folder: str = "work",
    ) -> Surroundings:
        for name, content in (files or {}).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        (tmp_path / working_folder).mkdir(parents=True, exist_ok=True)
        return Surroundings(
            environ=variables or {},
            home=tmp_path / "home",
            prefix=tmp_path / "env",
            working_folder=tmp_path / working_folder,
            operating_system=operating_system,
            etc=tmp_path / "etc",
        )

    return make
