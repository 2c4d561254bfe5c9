"""Checking out, with the git of this machine."""

import shutil
import subprocess
from pathlib import Path

import pytest

from archpip.index import CheckoutError
from archpip.index.repositories import Repositories

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    for text in ("one", "two"):
        (folder / "file").write_text(text)
        git(folder, "add", "file")
        git(folder, "commit", "--quiet", "-m", text)
        git(folder, "tag", text)
    return folder


@pytest.mark.parametrize(("revision", "text"), [("one", "one"), (None, "two")])
def test_revision_is_checked_out_and_its_commit_told(
    repository: Path, tmp_path: Path, revision: str | None, text: str
) -> None:
    folder = tmp_path / "checkout"
    commit = Repositories().checkout(f"git+{repository.as_uri()}", revision, folder)
    assert (folder / "file").read_text() == text
    assert commit == git(repository, "rev-parse", f"{text}^{{commit}}")


@pytest.mark.parametrize(
    ("revision", "reason"),
    [("three", "git finds no revision 'three' there"), ("--upload-pack=x", "is no revision")],
)
def test_revision_that_is_not_there_is_said_and_leaves_nothing(
    repository: Path, tmp_path: Path, revision: str, reason: str
) -> None:
    folder = tmp_path / "checkout"
    with pytest.raises(CheckoutError, match=reason):
        Repositories().checkout(f"git+{repository.as_uri()}", revision, folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    "url", ["git+http://me:secret@127.0.0.1:1/x.git", "cvs+https://me:secret@h/x"]
)
def test_repository_that_cannot_be_had_is_said_without_secrets(url: str, tmp_path: Path) -> None:
    with pytest.raises(CheckoutError) as caught:
        Repositories().checkout(url, None, tmp_path / "checkout")
    assert "secret" not in str(caught.value)
    assert "me:****@" in str(caught.value)


def test_what_is_wrong_is_said_not_gits_advice(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError, match="does not appear to be a git repository") as caught:
        Repositories().checkout(f"git+{(tmp_path / 'none').as_uri()}", None, tmp_path / "checkout")
    assert f"`git ls-remote {(tmp_path / 'none').as_uri()}`" in caught.value.hint
