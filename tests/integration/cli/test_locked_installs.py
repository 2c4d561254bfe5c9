"""`archpip install -r pylock.toml`: exactly what is locked, on the machine that it is for."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli_w

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory
from tests.integration.cli.projects import make_project, make_repository, make_world

TARGET = ("--target-platform", "linux-aarch64", "--python-version", "3.11")
MAC = ("--target-platform", "macos-arm64", "--python-version", "3.10")
LOCKFILE = "pylock.linux-aarch64.toml"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder of its own; gives its status and what it said to people."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        status = main([*arguments])
        return status, capsys.readouterr().err

    return run


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(
        make_world(alpha={"1.0": {"requires": ["gamma"]}, "2.0": {}}, gamma={"1.0": {}})
    )


def installed(folder: Path) -> set[str]:
    return {path.name.removesuffix(".dist-info") for path in folder.glob("*.dist-info")}


def edit(path: Path, change: Callable[[dict[str, dict[str, object]]], None]) -> None:
    """Change a lockfile's packages, by name."""
    document = tomllib.loads(path.read_text())
    change({package["name"]: package for package in document["packages"]})
    path.write_text(tomli_w.dumps(document))


def test_what_is_locked_is_installed_and_no_page_is_asked_for(
    fake: FakeIndex, run: Run, tmp_path: Path
) -> None:
    assert run("lock", "alpha<2", *TARGET, "-i", fake.index_url())[0] == ExitCode.OK
    fake.forget()

    status, said = run(
        "install", "-r", LOCKFILE, *TARGET, "--target", "out", "-i", fake.index_url()
    )

    assert status == ExitCode.OK, said
    assert installed(tmp_path / "out") == {"alpha-1.0", "gamma-1.0"}
    assert fake.paths(containing="/simple/") == ()


def test_what_is_there_is_kept(fake: FakeIndex, run: Run) -> None:
    run("lock", "alpha<2", *TARGET, "-i", fake.index_url())
    asked = ("install", "-r", LOCKFILE, *TARGET, "--target", "out")
    assert run(*asked)[0] == ExitCode.OK

    assert "Nothing to do in out; alpha-1.0 gamma-1.0 were there already" in run(*asked)[1]


def test_another_machines_lockfile_is_refused(fake: FakeIndex, run: Run, tmp_path: Path) -> None:
    run("lock", "alpha", *TARGET, "-i", fake.index_url())

    status, said = run("install", "-r", LOCKFILE, *MAC, "--target", "out")

    assert status == ExitCode.LOCKFILE
    assert f"{LOCKFILE} does not fit macos-arm64 (it is locked for linux-aarch64)" in said
    assert not (tmp_path / "out").exists()


def test_other_bytes_are_refused(fake: FakeIndex, run: Run, tmp_path: Path) -> None:
    run("lock", "alpha", *TARGET, "-i", fake.index_url())

    def spoil(packages: dict[str, dict[str, object]]) -> None:
        wheels = packages["alpha"]["wheels"]
        assert isinstance(wheels, list)
        wheels[0]["hashes"]["sha256"] = "0" * 64

    edit(tmp_path / LOCKFILE, spoil)
    status, said = run("install", "-r", LOCKFILE, *TARGET, "--target", "out")

    assert status == ExitCode.INDEX
    assert "sha256" in said
    assert not (tmp_path / "out").exists()


def test_a_wrong_wheel_is_refused_whoever_locked_it(
    fake_world: FakeWorldFactory, run: Run, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    locking = ("lock", "uamqp==1.6.1", "--only-binary", ":all:", *MAC, "-i", fake.index_url())
    assert run(*locking, "--inspect", "none")[0] == ExitCode.OK

    status, said = run("install", "-r", "pylock.macos-arm64.toml", *MAC, "--target", "out")

    assert status != ExitCode.OK
    assert "error: uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl" in said
    assert "symbols unbound" in said
    assert not installed(tmp_path / "out")


def test_a_locked_pair_is_fused(fake_world: FakeWorldFactory, run: Run, tmp_path: Path) -> None:
    both = ("--target-platform", "macos-universal2", "--python-version", "3.11")
    fake = fake_world("universal2-fused")
    run("lock", "halved", *both, "-i", fake.index_url())

    status, said = run("install", "-r", "pylock.macos-universal2.toml", *both, "--target", "out")

    assert status == ExitCode.OK, said
    module = tmp_path / "out" / "halved" / "core.cpython-311-darwin.so"
    assert module.read_bytes()[:8] == bytes.fromhex("cafebabe00000002")


def test_sources_are_built_from_where_they_were_locked(
    fake: FakeIndex, run: Run, tmp_path: Path
) -> None:
    make_project(tmp_path, "plain", version="0.5")
    repository = tmp_path / "repository"
    repository.mkdir()
    make_project(repository, "versioned")
    commit = make_repository(repository)
    url = f"git+{repository.as_uri()}@v1#egg=versioned&subdirectory=versioned"
    at = ("-i", fake.index_url())
    assert run("lock", "./plain", url, *at, "-o", "pylock.toml")[0] == ExitCode.OK

    status, said = run("install", "-r", "pylock.toml", *at, "--target", "out")

    assert status == ExitCode.OK, said
    assert installed(tmp_path / "out") == {"plain-0.5", "versioned-1.0"}
    (recorded,) = tmp_path.glob("out/versioned-*/direct_url.json")
    assert commit in recorded.read_text()


@pytest.mark.parametrize("beside", ["alpha", "-c=constraints.txt", "-r=more.txt", "--only-deps"])
def test_nothing_stands_beside_a_lockfile(run: Run, beside: str) -> None:
    status, said = run("install", "-r", LOCKFILE, *beside.split("="), *TARGET, "--target", "out")

    assert status == ExitCode.USAGE
    assert f"{LOCKFILE} is a lockfile, whose versions are already chosen" in said


@pytest.mark.parametrize("command", ["lock", "download"])
def test_who_resolves_takes_no_lockfile_and_says_who_does(run: Run, command: str) -> None:
    status, said = run(command, "-r", LOCKFILE, *TARGET)

    assert status == ExitCode.USAGE
    assert f"`archpip install -r {LOCKFILE}`, and nothing else, installs it" in said
