"""Grids of verdicts, in every format."""

import json
import re
from xml.etree import ElementTree as ET

from msgspec.structs import replace
from rich.console import Console

from archpip.architecture import Architecture, OperatingSystem
from archpip.reports.matrix import Cell, Matrix, render_html, render_json, render_svg, render_text
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Finding, Status, Verdict

HOSTILE = "<script>alert('x')</script>&.so"
ARM = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 0)),
)
INTEL = replace(ARM, architectures=(Architecture.X86_64,))
FINDING = Finding(
    code="AP101", severity=Status.WRONG, member=HOSTILE, slice="arm64", message=f"{HOSTILE}: x86_64"
)
WRONG = Cell(wheel=HOSTILE, verdict=Verdict(target="macos-arm64", findings=(FINDING,)))
NONE = Cell(wheel="", reason="its wheels for this system are for CPython 3.10")
TWO = Matrix(subjects=("a", HOSTILE), targets=(ARM, INTEL), cells=((WRONG, NONE), (WRONG, NONE)))
ONE = Matrix(subjects=("a",), targets=(ARM, INTEL), cells=((WRONG,), (NONE,)))


def draw(matrix: Matrix) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(render_text(matrix))
    return capture.get()


def test_a_drawing_holds_a_word_for_each_cell_and_the_rest_as_tooltips() -> None:
    drawing = ET.fromstring(render_svg(TWO))  # noqa: S314 - our own document

    texts = [element.text for element in drawing.iter() if element.tag.endswith("}text")]
    titles = [element.text or "" for element in drawing.iter() if element.tag.endswith("}title")]
    assert texts[2:5] == ["macos-arm64", "wrong AP101", "no wheel"]
    assert NONE.reason in titles


def test_a_page_escapes_what_wheels_say_and_tells_why_none_fits() -> None:
    page = render_html(TWO)

    assert "<script>" not in page
    assert NONE.reason in page


def test_a_page_shows_verdicts_and_codes_and_folds_what_they_rest_on() -> None:
    table = render_html(ONE).partition("<table>")[2]
    shown = re.sub("<details>.*?</details>", "", table)

    assert ">wrong</span> <b>AP101</b></td>" in shown
    assert ">no wheel</span></td>" in shown
    assert FINDING.message not in shown


def test_json_gives_a_verdict_or_a_reason_for_each_cell() -> None:
    cells = json.loads(render_json(ONE))["cells"]

    assert [(cell["verdict"], cell["reason"]) for cell in cells] == [
        ("wrong", None),
        (None, NONE.reason),
    ]


def test_a_single_column_has_the_reason_beside_it() -> None:
    assert f"no wheel  {NONE.reason}" in draw(ONE)


def test_several_columns_have_each_reason_once_beneath_them() -> None:
    drawn = draw(TWO)

    assert drawn.count(NONE.reason) == 1
    assert f"no wheel fits macos-arm64, macos-x86_64; {NONE.reason}" in drawn
