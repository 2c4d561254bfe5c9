"""The gate runs every test that is off by default, though each step collects few folders."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GATE = (ROOT / ".ci" / "run").read_text("utf-8").replace("\\\n", " ")
STEPS = re.findall(r"pytest [^&\n]*-m (\"[^\"]*\"|\S+)([^&\n]*)", GATE)


@pytest.mark.parametrize("mark", ["pypi", "oracle", "cross", "postgres"])
def test_a_step_looks_where_the_marked_tests_are(mark: str) -> None:
    folders = [
        ROOT / word
        for marks, rest in STEPS
        if mark in marks.strip('"').split()
        for word in rest.split()
        if word.startswith("tests/")
    ]
    marked = [path for path in (ROOT / "tests").rglob("*.py") if f"mark.{mark}" in path.read_text()]
    assert marked
    assert [path for path in marked if not any(path.is_relative_to(each) for each in folders)] == []
