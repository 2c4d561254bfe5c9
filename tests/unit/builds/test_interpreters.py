from pathlib import Path

import pytest

from archpip.builds import interpreters
from archpip.builds.interpreters import describe_build_python
from archpip.targets import InterpreterUnusableError, Target


def test_a_python_says_where_its_headers_are(tmp_path: Path, host: Target) -> None:
    python = write_script(tmp_path, "echo /opt/include/python3.11")
    assert describe_build_python(python, host).include_folder == Path("/opt/include/python3.11")


def test_one_that_does_not_answer_is_an_error_and_no_bug(
    tmp_path: Path, host: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "_PATIENCE_SECONDS", 0.1)
    with pytest.raises(InterpreterUnusableError, match="did not answer within"):
        describe_build_python(write_script(tmp_path, "exec sleep 20"), host)


def test_one_that_cannot_be_run_is_an_error_and_no_bug(tmp_path: Path, host: Target) -> None:
    with pytest.raises(InterpreterUnusableError, match="cannot be run"):
        describe_build_python(tmp_path / "gone", host)


def write_script(folder: Path, text: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
