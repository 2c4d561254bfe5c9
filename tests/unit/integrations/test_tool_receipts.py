import tomllib
from pathlib import Path

import pytest

from archpip.integrations.tool_receipts import expect_receipts, restore_receipt

VIEW = "http://127.0.0.1:20000/x/simple/"
OTHER = "http://127.0.0.1:20001/x/simple/"
HEAD = '[tool]\nrequirements = [{ name = "ruff" }]\n'


def entry(url: str, *, default: bool) -> str:
    return f'{{ url = "{url}", explicit = false, default = {str(default).lower()} }}'


def test_receipt_names_the_indexes_that_stood_behind(tmp_path: Path) -> None:
    receipt = tmp_path / "uv-receipt.toml"
    written = ", ".join([entry(OTHER, default=False), entry(VIEW, default=True)])
    receipt.write_text(f"{HEAD}\n[tool.options]\nindex = [{written}]\n")

    restore_receipt(
        receipt,
        {VIEW: ("https://house.example/simple",), OTHER: ("https://pypi.org/simple",)},
    )

    assert tomllib.loads(receipt.read_text())["tool"] == {
        "requirements": [{"name": "ruff"}],
        "options": {
            "index": [
                {"url": "https://pypi.org/simple", "explicit": False, "default": False},
                {"url": "https://house.example/simple", "explicit": False, "default": True},
            ]
        },
    }


def test_receipt_names_no_index_where_that_is_pypi(tmp_path: Path) -> None:
    receipt = tmp_path / "uv-receipt.toml"
    receipt.write_text(
        f"{HEAD}\n[tool.options]\nindex = [{entry(VIEW, default=True)}]\ncompile = true\n"
    )

    restore_receipt(receipt, {VIEW: ("https://pypi.org/simple",)})

    assert receipt.read_text() == f"{HEAD}\n[tool.options]\ncompile = true\n"


def test_receipt_without_a_view_is_not_touched(tmp_path: Path) -> None:
    receipt = tmp_path / "uv-receipt.toml"
    receipt.write_text(HEAD)
    changed = receipt.stat().st_ino

    restore_receipt(receipt, {VIEW: ("https://pypi.org/simple",)})
    restore_receipt(tmp_path / "none.toml", {VIEW: ()})

    assert (receipt.read_text(), receipt.stat().st_ino) == (HEAD, changed)


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"UV_TOOL_DIR": "tools", "HOME": "/home/me"}, "/here/tools"),
        ({"XDG_DATA_HOME": "/data", "HOME": "/home/me"}, "/data/uv/tools"),
        ({"HOME": "/home/me"}, "/home/me/.local/share/uv/tools"),
    ],
)
def test_receipt_of_a_tool_that_is_installed_is_expected(
    environ: dict[str, str], folder: str
) -> None:
    command = ["uv", "tool", "install", "My_Tool>=1"]

    assert Path(folder, "my-tool", "uv-receipt.toml") in expect_receipts(
        command, environ, Path("/here")
    )
    assert expect_receipts(["uv", "pip", "install", "ruff"], environ, Path("/here")) == ()
