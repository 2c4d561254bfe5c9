"""RECORD is read as `csv` reads it, by whatever way is quicker."""

import csv

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archpip.environments.records import Listing, parse_record

ROOT = "lib/site-packages"
FILES = frozenset((f"{ROOT}/a.py", f"{ROOT}/b/c.so", f"{ROOT}/d,e.so", "bin/tool"))


def parse(text: str) -> Listing:
    return parse_record(text, record="RECORD", root=ROOT, members=FILES)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_rows_end_as_lines_do(end: str, last: str) -> None:
    rows = ("a.py,sha256=x,1", "a.pyc,,", "b/c.so", "../../bin/tool,,", "gone.py,,")
    assert parse(end.join(rows) + last) == Listing(
        paths=(f"{ROOT}/a.py", f"{ROOT}/b/c.so", "bin/tool")
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ('"d,e.so"', f"{ROOT}/d,e.so"),
        ("./b//c.so", f"{ROOT}/b/c.so"),
        ("b\\c.so", f"{ROOT}/b/c.so"),
        ("..\\..\\bin\\tool", "bin/tool"),
    ],
)
def test_names_are_read_as_installers_write_them(name: str, path: str) -> None:
    assert parse(f"{name},sha256=x,1\nRECORD,,\n").paths == (path,)


@pytest.mark.parametrize("name", ["/etc/passwd", "C:/a.dll", "../../../../../x", "\\x", "/"])
@pytest.mark.parametrize("end", [",,\n", "\n", ""])
def test_names_that_lead_out_of_any_environment_are_told(name: str, end: str) -> None:
    (problem,) = parse(f"a.py,,\n{name}{end}").problems
    assert repr(name.replace("\\", "/")) in problem.detail


@given(
    st.lists(st.sampled_from(("a.py", "b/c.so", ",", "\n", "\r\n", "x", "\v", "\x85")), max_size=9)
)
@example(["a.py"])
@example(["x", "\n", "a.py", ",", "x"])
def test_rows_are_those_of_csv(pieces: list[str]) -> None:
    text = "".join(pieces)
    rows = csv.reader(text.splitlines())
    names = dict.fromkeys(f"{ROOT}/{row[0]}" for row in rows if row)
    assert parse(text).paths == tuple(name for name in names if name in FILES)
