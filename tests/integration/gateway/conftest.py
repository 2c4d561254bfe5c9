"""`archpip exec` in this process: half of what such a test takes is starting another one."""

import subprocess
from pathlib import Path

import pytest

from archpip.cli.main import main
from tests.conftest import ArchpipCommand


@pytest.fixture
def archpip_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> ArchpipCommand:
    """Run archpip's command line as `archpip_cli` does; clients are processes all the same."""

    def run(
        *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(cwd or tmp_path)
            for name, value in environment.items():
                patch.setenv(name, value)
            words = list(map(str, arguments))
            status = main(words)
        printed = capfd.readouterr()
        return subprocess.CompletedProcess(words, status, printed.out, printed.err)

    return run
