"""What `archpip install` takes from pip's own settings, and from pip's way to write options."""

import json
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory
from tests.integration.cli.projects import make_world

TARGET = ("--target-platform", "linux-aarch64", "--python-version", "3.11")


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(
        make_world(
            alpha={"1.0": {"requires": ["beta"]}, "2.0": {"requires": ["beta"]}},
            beta={"1.0": {}, "2.0": {}},
        )
    )


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("work")
    monkeypatch.chdir(folder)
    return folder


def install(fake: FakeIndex, *asked: str, into: Sequence[str] = ("--target", "out")) -> int:
    return main(["install", *asked, *TARGET, "-i", fake.index_url(), *into])


def installed(folder: Path) -> set[str]:
    return {path.name.removesuffix(".dist-info") for path in folder.glob("*.dist-info")}


def test_pips_target_is_the_folder(
    fake: FakeIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_TARGET", "pips")

    assert install(fake, "beta<2", into=()) == ExitCode.OK
    assert installed(folder / "pips") == {"beta-1.0"}


def test_pips_dry_run_changes_nothing(
    fake: FakeIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_DRY_RUN", "1")

    assert install(fake, "beta") == ExitCode.OK
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"alpha-1.0", "beta-1.0"}),
        ({"PIP_UPGRADE": "1"}, {"alpha-2.0", "beta-1.0"}),
        ({"PIP_UPGRADE": "1", "PIP_UPGRADE_STRATEGY": "eager"}, {"alpha-2.0", "beta-2.0"}),
        ({"PIP_FORCE_REINSTALL": "true"}, {"alpha-2.0", "beta-2.0"}),
    ],
    ids=["nothing", "upgrade", "eager", "force-reinstall"],
)
def test_pips_upgrades_are_archpips(
    fake: FakeIndex,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    expected: set[str],
) -> None:
    assert install(fake, "alpha<2", "beta<2") == ExitCode.OK
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert install(fake, "alpha") == ExitCode.OK
    assert installed(folder / "out") == expected


def test_pips_python_is_installed_into(
    fake: FakeIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    venv.create(tmp_path / "other", symlinks=True)
    monkeypatch.setenv("PIP_PYTHON", str(tmp_path / "other"))
    asked = ["install", "beta", "-i", fake.index_url(), "--dry-run", "--format", "json"]

    assert main(asked) == ExitCode.OK
    into = Path(json.loads(capsys.readouterr().out)["into"])
    assert into.is_relative_to(tmp_path / "other")

    monkeypatch.setenv("PIP_PYTHON", str(tmp_path / "missing"))
    assert main(asked) == ExitCode.USAGE
    assert "missing" in capsys.readouterr().err


def test_the_users_site_and_a_folder_exclude_each_other_as_in_pip(
    fake: FakeIndex,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert install(fake, "beta", "--user") == ExitCode.USAGE
    assert "--user and --target" in capsys.readouterr().err
    monkeypatch.setenv("PIP_USER", "1")
    assert install(fake, "beta") == ExitCode.USAGE
    assert "PIP_USER" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_to_install_all_again_is_to_take_the_newest_as_pip_does(
    fake: FakeIndex, folder: Path
) -> None:
    assert install(fake, "alpha<2", "beta<2") == ExitCode.OK
    assert install(fake, "--force-reinstall", "alpha") == ExitCode.OK
    assert installed(folder / "out") == {"alpha-2.0", "beta-2.0"}


def test_a_strategy_that_is_none_is_refused(
    fake: FakeIndex, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_UPGRADE_STRATEGY", "lazy")

    assert install(fake, "alpha") == ExitCode.USAGE
    assert "only-if-needed or eager" in capsys.readouterr().err


def test_what_is_there_is_named(fake: FakeIndex, capsys: pytest.CaptureFixture[str]) -> None:
    assert install(fake, "beta<2") == ExitCode.OK
    capsys.readouterr()

    assert install(fake, "beta") == ExitCode.OK
    assert "Nothing to do in out; beta-1.0 was there already" in capsys.readouterr().err
    assert install(fake, "beta", "--dry-run") == ExitCode.OK
    assert "beta-1.0 there already" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["-C", "--config-settings"])
def test_a_backends_own_option_is_a_value(fake: FakeIndex, option: str) -> None:
    assert install(fake, option, "--build-option=--plat-name=x", "--use-pep517", "beta") == 0


def test_the_home_folder_is_expanded_in_paths(
    fake: FakeIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "home").mkdir()
    monkeypatch.setenv("HOME", str(folder / "home"))

    assert install(fake, "beta", "--report=~/report.json", into=("--target=~/out",)) == ExitCode.OK
    assert installed(folder / "home/out") == {"beta-2.0"}
    assert (folder / "home/report.json").is_file()


def test_a_home_that_cannot_be_reached_is_no_bug(
    fake: FakeIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where a container's HOME is /root and its user is not, which a test that root runs cannot
    # have: the system refuses to look for files there.
    monkeypatch.setenv("HOME", f"/{'x' * 300}")

    assert install(fake, "beta") == ExitCode.OK
    assert installed(folder / "out") == {"beta-2.0"}


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("inspect", "{}"), ExitCode.NO_SOLUTION),
        (("install", "beta", "--python", "{}"), ExitCode.USAGE),
        (("lock", "beta", "-o", "{}"), ExitCode.LOCKFILE),
        (("lock", "beta", "--find-links", "{}"), ExitCode.INDEX),
        (("lock", "beta @ file:///{}"), ExitCode.USAGE),
        (("fuse", "{}", "{}"), ExitCode.USAGE),
        (("check", "{}"), ExitCode.USAGE),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_path_that_cannot_be_looked_at_is_one_message(
    fake: FakeIndex,
    command: tuple[str, ...],
    status: ExitCode,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", fake.index_url())

    assert main([word.format("x" * 300) for word in command]) == status
    assert capsys.readouterr().err.startswith("error: ")


def test_a_device_is_no_folder_for_lockfiles(
    fake: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("lock", "beta", "-o", "/dev/null", *TARGET, "-i", fake.index_url())

    assert main(asked) == ExitCode.LOCKFILE
    assert "/dev/null cannot be a lockfile's name" in capsys.readouterr().err
