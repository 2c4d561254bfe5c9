"""A package offers what it imports for type checkers, and loads each name when it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = '''
"""A package."""
from typing import TYPE_CHECKING
from archpip.on_demand import offer
if TYPE_CHECKING:
    from offered.one import ONE
    from offered.two import (
        TWO,  # the second
        TWO_TOO,
    )
else:
    __getattr__ = offer(__name__, __file__)
__all__ = ["ONE", "TWO", "TWO_TOO"]
'''


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "offered"
    folder.mkdir()
    (folder / "__init__.py").write_text(PACKAGE)
    (folder / "one.py").write_text("ONE = 1")
    (folder / "two.py").write_text("TWO = TWO_TOO = 2")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    return folder


def run(code: str) -> str:
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    return process.stdout + process.stderr


@pytest.mark.usefixtures("path")
def test_only_what_is_asked_for_is_loaded() -> None:
    code = "import sys; from offered import ONE; print(ONE, 'offered.two' in sys.modules)"
    assert run(code) == "1 False\n"


@pytest.mark.usefixtures("path")
def test_everything_is_offered() -> None:
    assert run("from offered import *; print(ONE, TWO, TWO_TOO)") == "1 2 2\n"


@pytest.mark.usefixtures("path")
def test_what_is_not_offered_is_an_attribute_error() -> None:
    said = run("import offered; offered.THREE")
    assert "AttributeError: module 'offered' has no attribute 'THREE'" in said
