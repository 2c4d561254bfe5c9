from pathlib import Path

import pytest

from archpip.integrations import find_metadata_script, read_script_tables

SCRIPT = """\
#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["a"]
# [[tool.uv.index]]
# url = "https://one.example/simple"
# ///
import a
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uv run s.py", "s.py"),
        ("uv run --with b -q s.py --flag", "s.py"),
        ("uv run --script s", "s"),
        ("uv lock --script=s.py", "s.py"),
        ("uv add --script s.py b", "s.py"),
        ("uv run --directory inside s.py", "inside/s.py"),
        ("uv run python s.py", None),
        ("uv run -- s.py", None),
        ("uv run", None),
        ("uv lock", None),
        ("pip install s.py", None),
    ],
)
def test_script_is_found_where_uv_reads_its_metadata(
    tmp_path: Path, command: str, expected: str | None
) -> None:
    found = find_metadata_script(command.split(), tmp_path)

    assert found == (tmp_path / expected if expected else None)


def test_script_has_a_table_of_its_own(tmp_path: Path) -> None:
    script = tmp_path / "s.py"
    script.write_text(SCRIPT)

    (table,) = read_script_tables(script)

    assert table.content == {"index": [{"url": "https://one.example/simple"}]}
    assert str(table.origin) == f"[tool.uv] in {script}"


@pytest.mark.parametrize(
    "text", ["import a\n", "# /// script\n# tool = [\n# ///\n", "# /// script\n# a = 1\n# ///\n"]
)
def test_script_that_says_nothing_to_uv_has_none(tmp_path: Path, text: str) -> None:
    script = tmp_path / "s.py"
    script.write_text(text)

    assert read_script_tables(script) == ()
    assert read_script_tables(tmp_path / "missing.py") == ()
