"""uv gives packse's own answers to packse's questions, over our telling of its worlds."""

import subprocess
import sys
from pathlib import Path

import pytest

from fake_index.packse import read_packse
from tests.conftest import FakeWorldFactory

pytestmark = pytest.mark.oracle

FOLDER = Path(__file__).parents[2] / "data" / "packse"
SCENARIOS = {path.stem: read_packse(path) for path in sorted(FOLDER.rglob("*.toml"))}

# Written for a uv that took pre-releases more rarely where final ones are there, and more often
# where a specifier names one; uv 0.13 answers these as packaging does, or more carefully.
OTHER_PRERELEASES = {
    "package-only-prereleases-in-range",
    "package-prerelease-specified-mixed-available",
    "package-prereleases-specifier-boundary",
    "transitive-package-only-prereleases-in-range",
    "transitive-prerelease-and-stable-dependency",
    "transitive-prerelease-and-stable-dependency-many-versions",
    "transitive-prerelease-and-stable-dependency-many-versions-holes",
}
ASKED = [
    name
    for name, it in SCENARIOS.items()
    if not it.question.universal and name not in OTHER_PRERELEASES
]


@pytest.mark.parametrize("name", ASKED)
def test_uv_answers_as_packse_expects(fake_world: FakeWorldFactory, name: str) -> None:
    scenario = SCENARIOS[name]
    question, expected = scenario.question, scenario.expected
    fake = fake_world(scenario)
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--no-header"]
    command += ["--no-annotate", "--index-url", fake.index_url()]
    command += ["--python-version", question.python, "--python-platform", "x86_64-manylinux2014"]
    command += [f"--no-binary={name}" for name in question.no_binary]
    command += [f"--only-binary={name}" for name in question.only_binary]
    command += ["--prerelease", "allow"] if question.pre else []

    run = subprocess.run(
        command,
        input="\n".join(question.requirements),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode == 0) is expected.satisfiable, run.stderr
    if expected.versions is not None:
        pins = [tuple(line.split("==")) for line in run.stdout.splitlines()]
        assert pins == list(expected.versions)
