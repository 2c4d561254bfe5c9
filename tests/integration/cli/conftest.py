"""Locking in this process: half of what such a test takes is starting another one."""

from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.integration.cli.locks import TARGET, Lock, locked


@pytest.fixture
def lock(
    fake: FakeIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Lock:
    """Lock from the module's own `fake`; `tmp_path` is the current folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> dict[str, str]:
        status = main(["lock", *arguments, *TARGET, "-i", fake.index_url()])
        assert status == ExitCode.OK, capsys.readouterr().err
        return locked()

    return run
