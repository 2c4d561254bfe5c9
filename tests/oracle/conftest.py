from pathlib import Path

import pytest

from tests.oracle.files import extract_binaries, fetch_wheels, write_fakes


@pytest.fixture(
    scope="session",
    params=[pytest.param("fake_index"), pytest.param("wheels", marks=pytest.mark.pypi)],
)
def binaries(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ...]:
    """Files that fake_index writes, or those in published wheels, which are kept between runs."""
    folder = tmp_path_factory.mktemp("binaries")
    if request.param == "fake_index":
        return write_fakes(folder)
    wheels = fetch_wheels(request.config.cache.mkdir("wheels"))
    return tuple(extract_binaries(wheels, folder))
