"""Bad input: one message (what, where, what next), a documented status, and nothing left behind."""

import os
import subprocess
from pathlib import Path

import pytest

from fake_index.world import Behaviour, Fault
from tests.conftest import ArchpipCommand, FakeWorldFactory

Finished = subprocess.CompletedProcess[str]


def assert_refused(finished: Finished, status: int, *words: str) -> None:
    """Check for one error, no traceback, and the words that say what and where."""
    assert finished.returncode == status, finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stderr.count("error:") == 1, finished.stderr
    for word in words:
        assert word in finished.stderr


def test_unknown_target_lists_near_matches(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("lock", "six", "--target-platform", "macos-arm46")
    assert_refused(finished, 2, "macos-arm46", "macos-arm64")


def test_targets_with_a_comma_between_them(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("lock", "six", "--target-platform", "macos-arm64,linux-aarch64")
    assert_refused(finished, 2, "--target-platform once for each")


def test_folder_given_as_target_names_the_right_flag(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("install", "six", "--target", "macos-arm64")
    assert_refused(finished, 2, "--target-platform macos-arm64")


@pytest.mark.parametrize(
    ("option", "target"),
    [("--macos=11", "linux-aarch64"), ("--glibc=2.28", "linux-x86_64-musl")],
)
def test_floor_that_no_target_has(archpip_cli: ArchpipCommand, option: str, target: str) -> None:
    finished = archpip_cli("target", target, option)
    assert_refused(finished, 2, option.partition("=")[0], target)
    assert archpip_cli("target", target, "--target-platform=macos-arm64", "--macos=11").stdout


def test_targets_that_would_share_a_lockfile(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    targets = ["--target-platform=lambda-arm64", "--target-platform=linux-aarch64"]
    finished = archpip_cli("lock", "six", "--no-index", "--python-version=3.12", *targets)
    assert_refused(finished, 2, "pylock.linux-aarch64.toml", "glibc 2.34", "glibc 2.28", "-o ")
    assert not list(tmp_path.iterdir())


def test_target_by_two_of_its_names_is_one_target(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("target", "linux-aarch64", "--target-platform=linux/arm64/v8")
    assert finished.stdout.count("architecture ") == 1


@pytest.mark.parametrize("more", [(), ("--python", "python")])
def test_check_of_no_folder(archpip_cli: ArchpipCommand, more: tuple[str, ...]) -> None:
    assert_refused(archpip_cli("check", "missing", *more), 2, "missing is not a folder")


def test_audit_of_requirements_that_leave_versions_open(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("six\n")
    finished = archpip_cli("audit", "requirements.txt")
    assert_refused(finished, 6, "'six'", "`archpip lock -r requirements.txt`")


@pytest.mark.parametrize("more", [(), ("--matrix",)])
def test_inspect_of_what_audit_is_for(
    archpip_cli: ArchpipCommand, tmp_path: Path, more: tuple[str, ...]
) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / "uv.lock").write_text("version = 1\n")
    for path, kind in [(".venv", "folder"), ("./.venv/", "folder"), ("uv.lock", "file")]:
        finished = archpip_cli("inspect", *more, path)
        assert_refused(finished, 2, f"{path} is a {kind}", f"`archpip audit {path}`")


def test_unparsable_requirement(archpip_cli: ArchpipCommand) -> None:
    assert_refused(archpip_cli("lock", "numpy=>2"), 2, "numpy=>2")


def test_nothing_asked(archpip_cli: ArchpipCommand) -> None:
    assert_refused(archpip_cli("lock"), 2, "-r requirements.txt")


def test_missing_requirements_file(archpip_cli: ArchpipCommand) -> None:
    assert_refused(archpip_cli("lock", "-r", "missing.txt"), 2, "missing.txt")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requirements.txt", "# nothing yet\n"),
        ("pyproject.toml", '[project]\nname = "mine"\nversion = "1"\n'),
    ],
)
def test_a_file_that_asks_for_nothing_is_told(
    archpip_cli: ArchpipCommand, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    finished = archpip_cli("lock", "-r", name, "--dry-run", "--no-index")
    assert finished.returncode == 0, finished.stderr
    assert f"warning: nothing is asked for by {name}" in finished.stderr


def test_a_lockfile_is_named_by_its_flag(archpip_cli: ArchpipCommand) -> None:
    assert_refused(archpip_cli("tree", "pylock.toml"), 2, "-l pylock.toml")


def test_a_missing_policy(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("lock", "six", "--policy", "missing.toml")
    assert_refused(finished, 2, "missing.toml: No such file or directory")


def test_a_wheel_of_another_name_is_no_broken_one(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "mine.whl").write_bytes(b"")
    assert_refused(archpip_cli("inspect", "mine.whl"), 1, "rename it")


def test_error_in_a_requirements_file_names_the_line(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("six\n\nnumpy=>2\n")
    finished = archpip_cli("lock", "-r", "requirements.txt")
    assert_refused(finished, 2, "requirements.txt:3")


def test_unknown_command_lists_near_matches(archpip_cli: ArchpipCommand) -> None:
    assert_refused(archpip_cli("instal", "six"), 2, "archpip install")


def test_unknown_option_points_to_help(archpip_cli: ArchpipCommand) -> None:
    assert_refused(archpip_cli("lock", "six", "--zzz", "x"), 2, "archpip lock --help")


def test_unknown_option_lists_near_matches(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("lock", "six", "--target-platfrom=x")
    assert_refused(finished, 2, "Did you mean --target-platform", "archpip lock --help")


def test_how_much_is_said_may_stand_before_the_command(archpip_cli: ArchpipCommand) -> None:
    assert archpip_cli("-v", "target", "linux-x86_64").returncode == 0


@pytest.mark.parametrize("option", ["--index-url", "--extra-index-url", "--find-links"])
def test_address_that_is_none(archpip_cli: ArchpipCommand, option: str) -> None:
    finished = archpip_cli("lock", "six", option, "http://me:secret@[bad/simple")
    assert_refused(finished, 2, "http://me:****@[bad/simple: that is not a URL")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ("lock six -i http://host:99999999/simple", 5, "port out of range"),
        ("lock six --exclude-newer P99999999999D", 2, "is too long a time"),
        ("lock six --exclude-newer 99999999days", 2, "goes back beyond all dates"),
        ("inspect http://[bad/a-1-py3-none-any.whl", 2, "that is not a URL"),
        ("serve --files-size nan", 2, "is no number of gigabytes above 0"),
        ("lock six --python ./text", 2, "it cannot be run (Permission denied)"),
        ("target macos-arm64 --macos 99999999999", 2, "is not a version of macOS"),
        ("audit uv.lock", 6, "its packages are no list"),
    ],
)
def test_what_nobody_would_write(
    archpip_cli: ArchpipCommand, tmp_path: Path, arguments: str, status: int, said: str
) -> None:
    (tmp_path / "text").write_text("six\n")
    (tmp_path / "uv.lock").write_text("version = 1\npackage = 3\n")
    assert_refused(archpip_cli(*arguments.split()), status, said)


def test_index_down(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    finished = archpip_cli(
        *("lock", "six", "--index-url", "http://127.0.0.1:9/simple", "--retries", "0")
    )
    assert_refused(finished, 5, "127.0.0.1:9")
    assert not list(tmp_path.glob("*pylock*"))


@pytest.mark.parametrize("status", [500, 503])
def test_failing_index_is_no_empty_index(
    archpip_cli: ArchpipCommand, fake_world: FakeWorldFactory, status: int
) -> None:
    index = fake_world(
        "azure-eventhub", Behaviour(faults=(Fault(path="*/simple/*", status=status),))
    )
    finished = archpip_cli(
        *("lock", "azure-eventhub", "--index-url", index.index_url(), "--retries", "0")
    )
    assert_refused(finished, 5, str(status))


def test_unknown_project(archpip_cli: ArchpipCommand, fake_world: FakeWorldFactory) -> None:
    index = fake_world("azure-eventhub")
    finished = archpip_cli("lock", "no-such-project", "--index-url", index.index_url())
    assert_refused(finished, 3, "no-such-project")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut short"])
def test_broken_wheel_is_a_finding(
    archpip_cli: ArchpipCommand, tmp_path: Path, content: bytes
) -> None:
    wheel = tmp_path / "broken-1.0-py3-none-any.whl"
    wheel.write_bytes(content)
    finished = archpip_cli("inspect", wheel)
    assert finished.returncode == 1, finished.stderr
    assert "Traceback" not in finished.stderr
    assert "broken-1.0-py3-none-any.whl" in finished.stderr + finished.stdout


def test_output_folder_that_is_a_file_keeps_the_file(
    archpip_cli: ArchpipCommand, fake_world: FakeWorldFactory, tmp_path: Path
) -> None:
    index = fake_world("azure-eventhub")
    (tmp_path / "occupied").write_text("mine")
    finished = archpip_cli(
        *("lock", "azure-eventhub", "--no-deps", "--index-url", index.index_url()),
        *("-o", "occupied"),
    )
    assert_refused(finished, 6, "occupied")
    assert (tmp_path / "occupied").read_text() == "mine"


def test_unknown_own_setting_lists_near_matches(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.archpip]\ntarget-platfrom = ["macos-arm64"]\n')
    assert_refused(archpip_cli("lock", "six"), 2, "pyproject.toml", "target-platform")


def test_several_targets_for_one_file(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli(
        *("lock", "six", "-o", "pylock.toml"),
        *("--target-platform", "macos-arm64", "--target-platform", "linux-aarch64"),
    )
    assert_refused(finished, 2, "pylock.toml")


def test_report_and_lockfile_do_not_share_standard_output(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("lock", "six", "-o", "-", "--format", "json")
    assert_refused(finished, 2, "--format json and -o -")


@pytest.mark.parametrize("name", ["out.toml", "requirements.txt"])
def test_a_name_that_no_lockfile_may_have_is_refused_before_anything_is_asked(
    archpip_cli: ArchpipCommand, fake_world: FakeWorldFactory, name: str
) -> None:
    index = fake_world("azure-eventhub")
    finished = archpip_cli("lock", "six", "-o", name, "--index-url", index.index_url())
    assert_refused(finished, 6, name, "pylock.toml")
    assert not index.requests


def test_installing_for_another_machine_needs_a_folder(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("install", "six", "--target-platform", "windows-arm64")
    assert_refused(finished, 1, "windows-arm64", "--target DIR")


@pytest.mark.parametrize("command", ["download -d", "wheel -w"])
def test_a_folder_for_files_that_is_a_file(
    archpip_cli: ArchpipCommand, fake_world: FakeWorldFactory, tmp_path: Path, command: str
) -> None:
    index = fake_world("azure-eventhub")
    (tmp_path / "occupied").write_text("mine")
    name, option = command.split()
    finished = archpip_cli(
        *(name, "azure-eventhub", "--no-deps", "--index-url", index.index_url()),
        *(option, "occupied"),
    )
    assert_refused(finished, 2, "Cannot write occupied")
    assert (tmp_path / "occupied").read_text() == "mine"


@pytest.mark.parametrize("action", ["doctor", "list"])
def test_toolchain_that_is_not_there(
    archpip_cli: ArchpipCommand, tmp_path: Path, action: str
) -> None:
    finished = archpip_cli("toolchain", action, "linux-s390x", XDG_DATA_HOME=str(tmp_path))
    assert_refused(finished, 4, "There is no toolchain linux-s390x")


def test_toolchains_want_a_folder_of_their_own(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("mine")
    finished = archpip_cli("toolchain", "add", "zig", XDG_DATA_HOME=str(tmp_path / "occupied"))
    assert_refused(finished, 2, "Cannot write", "occupied")


@pytest.mark.parametrize(
    "option", ["--timeout=-1", "--timeout=0", "--retries=-1", "--retries=x", "--build-timeout=nan"]
)
def test_numbers_that_make_no_sense(archpip_cli: ArchpipCommand, option: str) -> None:
    flag, _, value = option.partition("=")
    assert_refused(archpip_cli("lock", "six", option), 2, flag, f"'{value}'")


def test_index_that_is_none(archpip_cli: ArchpipCommand) -> None:
    # What a shell makes of a variable that is not set.
    assert_refused(archpip_cli("lock", "six", "-i", ""), 2, "--index-url", "is empty")
    finished = archpip_cli("lock", "six", "-i", "ftp://index.example/simple")
    assert_refused(finished, 5, "not by ftp", "begins with https://")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read all")
def test_a_wheel_that_may_not_be_read(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    wheel = tmp_path / "mine-1.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    wheel.chmod(0)
    assert_refused(archpip_cli("inspect", wheel), 1, "cannot be read: Permission denied")
