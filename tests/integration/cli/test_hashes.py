"""Hashes in a requirements file decide which files may be taken, whatever the index says."""

import tomllib
from pathlib import Path

import pytest

from fake_index.server import FakeIndex
from fake_index.world import Behaviour, Fault
from tests.conftest import ArchpipCommand, FakeWorldFactory

WHEEL = "steady-1.0-py3-none-any.whl"
SDIST = "steady-1.0.tar.gz"
TARGET = ("--target-platform", "linux-aarch64", "--python-version", "3.11")


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world("prereleases")


def sha256(fake: FakeIndex, filename: str) -> str:
    file = fake.world.indexes[0].find_file(filename)
    assert file is not None
    return file.sha256


@pytest.mark.parametrize("filename", [WHEEL, SDIST])
def test_only_the_file_with_the_hash_is_taken(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, filename: str
) -> None:
    requirement = f"steady==1.0 --hash=sha256:{sha256(fake, filename)}\n"
    (tmp_path / "requirements.txt").write_text(requirement)

    run = archpip_cli("lock", "-r", "requirements.txt", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    (package,) = tomllib.loads((tmp_path / "pylock.linux-aarch64.toml").read_text())["packages"]
    locked = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
    assert [each["name"] for each in locked] == [filename]


def test_a_hash_that_no_file_has_is_no_solution(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text(f"steady==1.0 --hash=sha256:{'0' * 64}\n")

    run = archpip_cli("lock", "-r", "requirements.txt", *TARGET, "-i", fake.index_url())

    assert run.returncode == 3, run.stderr
    assert "hash" in run.stderr


def test_a_requirement_without_a_hash_is_refused_where_one_has_it(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    lines = f"steady==1.0 --hash=sha256:{sha256(fake, WHEEL)}\neager==1.0\n"
    (tmp_path / "requirements.txt").write_text(lines)

    run = archpip_cli("lock", "-r", "requirements.txt", *TARGET, "-i", fake.index_url())

    assert run.returncode == 2, run.stderr
    assert "eager" in run.stderr


@pytest.mark.parametrize("wanted", ["wheel", "nothing"])
def test_an_index_that_gives_no_hashes_is_checked_by_the_bytes(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path, wanted: str
) -> None:
    fault = Fault(path="*.whl", flip_byte=40)
    fake = fake_world("prereleases", Behaviour(hashes=False, metadata=False, faults=(fault,)))
    digest = sha256(fake, WHEEL) if wanted == "wheel" else "0" * 64
    (tmp_path / "requirements.txt").write_text(f"steady==1.0 --hash=sha256:{digest}\n")

    run = archpip_cli(
        *("download", "-r", "requirements.txt", *TARGET, "-i", fake.index_url(), "-d", "wheels")
    )

    assert run.returncode != 0, run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.rglob("steady*"))


def test_a_hash_of_a_url_asks_for_no_other_hashes(
    fake: FakeIndex, archpip_cli: ArchpipCommand
) -> None:
    url = f"{fake.file_url(WHEEL)}#sha256={sha256(fake, WHEEL)}"

    run = archpip_cli("lock", f"steady @ {url}", "eager", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_a_url_whose_file_has_another_hash_is_not_installed(
    fake: FakeIndex, archpip_cli: ArchpipCommand, algorithm: str
) -> None:
    wanted = f"steady @ {fake.file_url(WHEEL)}#{algorithm}=00"

    run = archpip_cli("install", "--target", "there", wanted, "-i", fake.index_url())

    assert run.returncode == 5, run.stderr
    assert f"has {algorithm}" in run.stderr
    assert "00 was promised" in run.stderr
