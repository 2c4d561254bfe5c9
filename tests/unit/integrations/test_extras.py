import sys

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from archpip.integrations import ExtraMissingError, require_extra


def test_extra_that_is_there_is_no_error() -> None:
    require_extra("gateway", find=lambda module: module)


def test_missing_extra_says_how_to_get_it() -> None:
    with pytest.raises(ExtraMissingError, match="gateway") as caught:
        require_extra("gateway", find=lambda module: None if module == "uvicorn" else module)

    assert caught.value.hint == "`pip install 'archpip[gateway]'` brings it."


def test_exec_says_first_that_no_command_was_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "starlette", None)  # as if it were not installed

    assert main(["exec"]) == ExitCode.USAGE
    assert "There is nothing to run" in capsys.readouterr().err
    assert main(["exec", "--", "true"]) == ExitCode.USAGE
    assert "archpip[gateway]" in capsys.readouterr().err
