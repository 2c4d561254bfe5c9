"""uv's own scenarios, put to archpip: one test per file, and where the answer differs, why."""

from pathlib import Path
from typing import NamedTuple

import pytest

from archpip.resolution import NoSolutionError, Resolution
from fake_index.packse import read_packse
from tests.conftest import FakeWorldFactory
from tests.integration.resolution.asking import ask

_FOLDER = Path(__file__).parents[2] / "data" / "packse"


def find_scenarios(folder: Path) -> dict[str, Path]:
    """Return the scenario files in a folder, by name."""
    return {path.stem: path for path in sorted(folder.rglob("*.toml"))}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test for each scenario of the folder that `--packse` names."""
    if "scenario_file" in metafunc.fixturenames:
        scenarios = find_scenarios(metafunc.config.getoption("--packse") or _FOLDER)
        metafunc.parametrize("scenario_file", scenarios.values(), ids=scenarios)


class Difference(NamedTuple):
    """An answer that is not uv's, on purpose."""

    versions: dict[str, str] | None
    """What archpip answers; `None`: there is no solution."""
    reason: str


_PRERELEASES = (
    "pip's rule, which is packaging's: a pre-release counts where no final release satisfies all "
    "that is asked. uv wants somebody to name one."
)
_ONE_PYTHON = (
    "uv resolves for every Python at once here; archpip resolves for one target, whose Python "
    "3.12 has no wheel among those offered."
)

_DIFFERENCES = {
    "package-only-prereleases-in-range": Difference({"a": "1.0.0a1"}, _PRERELEASES),
    "transitive-package-only-prereleases-in-range": Difference(
        {"a": "0.1.0", "b": "1.0.0a1"}, _PRERELEASES
    ),
    "transitive-prerelease-and-stable-dependency": Difference(
        {"a": "1.0.0", "b": "1.0.0", "c": "2.0.0b1"}, _PRERELEASES
    ),
    "transitive-prerelease-and-stable-dependency-many-versions": Difference(
        {"a": "1.0.0", "b": "1.0.0", "c": "2.0.0b9"}, _PRERELEASES
    ),
    "transitive-prerelease-and-stable-dependency-many-versions-holes": Difference(
        {"a": "1.0.0", "b": "1.0.0", "c": "2.0.0b4"}, _PRERELEASES
    ),
    "transitive-yanked-and-unyanked-dependency": Difference(
        {"a": "1.0.0", "b": "1.0.0", "c": "2.0.0"},
        "PEP 592 and pip: an exact pin admits a yanked file, whoever writes it. uv wants the user.",
    ),
    "python-less-than-current": Difference(
        None, "pip obeys upper bounds of Requires-Python; uv ignores them."
    ),
    "specific-architecture": Difference(None, _ONE_PYTHON),
}


def test_packse(scenario_file: Path, fake_world: FakeWorldFactory) -> None:
    scenario = read_packse(scenario_file)
    fake = fake_world(scenario)
    difference = _DIFFERENCES.get(scenario_file.stem)
    expected = scenario.expected
    satisfiable = expected.satisfiable if difference is None else difference.versions is not None
    versions = dict(expected.versions) if expected.versions is not None else None
    if difference is not None:
        versions = difference.versions

    if not satisfiable:
        with pytest.raises(NoSolutionError) as caught:
            ask(scenario, fake)
        assert caught.value.explanation
        return
    found = _versions(ask(scenario, fake))

    assert versions is None or found == versions


def _versions(resolution: Resolution) -> dict[str, str]:
    return {pin.name: str(pin.version) for pin in resolution.pins}


def test_every_difference_is_about_a_scenario() -> None:
    scenarios = find_scenarios(_FOLDER)

    assert set(_DIFFERENCES) <= set(scenarios)
    assert len(scenarios) > 100
