"""What a command remembers, and where: pip's flags and settings, as pip means them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ArchpipCommand, FakeWorldFactory

TARGET = ("--target-platform", "macos-x86_64", "--python-version", "3.10")

Lock = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lock(fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path) -> Lock:
    """Lock uamqp with the user's cache and temporary files below the test's folder."""
    fake = fake_world("hollow-universal2")
    for name in ("cache", "temporary"):
        (tmp_path / name).mkdir()

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        variables |= {
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "TMPDIR": str(tmp_path / "temporary"),
        }
        asked = ("lock", "uamqp", "--index-url", fake.index_url(), *TARGET, *arguments)
        finished = archpip_cli(*asked, cwd=tmp_path, **variables)
        assert finished.returncode == 0, finished.stderr
        return finished

    return run


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--no-cache-dir"], {}),
        (["--no-cache"], {}),
        ([], {"PIP_NO_CACHE_DIR": "1"}),
        ([], {"PIP_NO_CACHE_DIR": "0"}),
        ([], {"ARCHPIP_NO_CACHE_DIR": "1"}),
    ],
    ids=["as-pip", "as-uv", "pips-variable", "pips-variable-0", "own-variable"],
)
def test_nothing_is_left_behind(
    lock: Lock, tmp_path: Path, arguments: list[str], variables: dict[str, str]
) -> None:
    lock(*arguments, **variables)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert left == {"cache", "temporary", "pylock.macos-x86_64.toml"}


def test_folder_that_is_named_goes_before_pips_setting(lock: Lock, tmp_path: Path) -> None:
    lock("--cache-dir", tmp_path / "named", PIP_NO_CACHE_DIR="1")
    assert list((tmp_path / "named").iterdir())
    assert not list((tmp_path / "cache").iterdir())


def test_no_cache_can_be_shown(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("cache", "info", PIP_NO_CACHE_DIR="true")
    assert run.returncode == 2
    assert "The cache is disabled" in run.stderr
    assert "archpip config show" in run.stderr


def test_what_is_no_truth_value_is_refused(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("lock", "six", PIP_NO_CACHE_DIR="perhaps")
    assert run.returncode == 2
    assert "PIP_NO_CACHE_DIR" in run.stderr
    assert "Traceback" not in run.stderr


def test_what_was_downloaded_is_not_downloaded_again(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")

    def install(folder: str, *arguments: str | Path) -> int:
        fake.forget()
        run = archpip_cli(
            "install", "uamqp", "--target", tmp_path / folder, *TARGET, *arguments,
            "--index-url", fake.index_url(),
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        return fake.bytes_sent(containing=".whl")

    cache = ("--cache-dir", tmp_path / "cache")
    assert install("first", *cache) > 0
    assert install("second", *cache) == 0
    assert install("third", "--no-cache-dir") > 0

    shown = archpip_cli("cache", "info", "--format", "json", *cache)
    assert json.loads(shown.stdout)["files"] == 1
    archpip_cli("cache", "clear", *cache)
    assert install("fourth", *cache) > 0
