"""`archpip config` as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ArchpipCommand

TEAM = "https://user:hunter2@archpip.example"
VIEW = "https://user:hunter2@archpip.example/linux-aarch64/simple/"
OWN_FILES = ""
"""For PIP_CONFIG_FILE: let pip's own files count, which the other tests turn off."""
INIT = ("config", "init", "--team", TEAM, "--target-platform", "linux-aarch64")


def test_pip_and_uv_use_the_gateway_that_was_set_up(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    written = archpip_cli(*INIT, "--yes", PIP_CONFIG_FILE=OWN_FILES)
    again = archpip_cli(*INIT, "--yes", PIP_CONFIG_FILE=OWN_FILES)
    doctor = archpip_cli("config", "doctor", PIP_CONFIG_FILE=OWN_FILES)
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        env={**os.environ, "PIP_CONFIG_FILE": OWN_FILES},
        capture_output=True,
        text=True,
        check=False,
    )

    assert written.returncode == 0, written.stderr
    assert "+index-url = https://user:****@archpip.example/linux-aarch64/simple/" in written.stdout
    assert "hunter2" not in written.stdout + written.stderr + doctor.stdout + doctor.stderr
    assert "All of it is set already." in again.stderr
    assert doctor.returncode == 0, doctor.stdout
    assert pip.stdout.strip() == VIEW
    assert not list(tmp_path.iterdir())


def test_what_has_precedence_over_the_gateway_is_warned_of(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    more = "https://more.example/simple"
    (tmp_path / "requirements-gpu.txt").write_text(
        "-i https://u:hunter2@gpu.example/simple\ntorch\n"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return archpip_cli(*arguments, PIP_CONFIG_FILE=OWN_FILES, PIP_EXTRA_INDEX_URL=more)

    shown = run(*INIT, "--dry-run")
    written = run(*INIT, "--yes")
    again = run(*INIT, "--yes")
    doctor = run("config", "doctor")

    warning = "pip asks https://more.example/simple itself: extra-index-url, PIP_EXTRA_INDEX_URL"
    assert warning not in shown.stderr
    assert warning in written.stderr
    assert warning in again.stderr
    assert doctor.returncode == 1
    assert "pip asks https://u:****@gpu.example/simple itself: --index-url" in doctor.stdout
    assert "requirements-gpu.txt" in doctor.stdout


def test_nothing_is_written_without_a_yes(archpip_cli: ArchpipCommand) -> None:
    shown = archpip_cli(*INIT, "--dry-run", PIP_CONFIG_FILE=OWN_FILES)
    refused = archpip_cli(*INIT, PIP_CONFIG_FILE=OWN_FILES)
    again = archpip_cli(*INIT, "--dry-run", PIP_CONFIG_FILE=OWN_FILES)

    assert shown.returncode == 0
    assert refused.returncode == 2
    assert "--yes writes without asking" in refused.stderr
    assert again.stdout == shown.stdout


def test_undo_leaves_nothing_behind(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('# Ours.\n[project]\nname = "a"  # this one\nversion = "1"\n')
    before = project.read_text()

    done = archpip_cli(*INIT, "--scope", "project", "--yes")
    changed = project.read_text()
    undone = archpip_cli("config", "init", "--scope", "project", "--undo", "--yes")

    assert (done.returncode, undone.returncode) == (0, 0), done.stderr + undone.stderr
    assert VIEW in changed
    assert changed.startswith(before)
    assert project.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_a_gateway_that_is_no_address_is_not_written_down(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("config", "init", "--team", "archpip.example", "--dry-run")

    assert run.returncode == 2
    assert "'archpip.example' is no address" in run.stderr


def test_nothing_to_set_is_said(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("config", "init")

    assert run.returncode == 2
    assert "--team" in run.stderr
