from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archpip.index import anchors
from archpip.index.anchors import parse_attributes, read_anchors

SIMPLE = """<!DOCTYPE html>
<html>
  <head>
    <meta name="pypi:repository-version" content="1.3">
    <title>Links for six</title>
  </head>
  <body>
    <h1>Links for six</h1>
    <a href="https://h/six-1.0.tar.gz#sha256=ab" data-requires-python="&gt;=3.6">six</a><br />
    <a href="https://h/a&amp;b/six-1.1.tar.gz" data-yanked>six</a><br />
</body>
</html>
<!--SERIAL 123-->"""

SLOW = {
    "comment between": '<a href="x">x</a><!-- <a href="y">y</a> --><a href="z">z</a>',
    "raw greater-than in a value": '<a href="x" data-requires-python=">=3">x</a>',
    "raw less-than in a value": '<a href="x" data-requires-python="<3">x</a>',
    "single quotes": "<a href='x'>x</a>",
    "upper case": '<A HREF="x">x</A>',
    "other attribute first": '<a rel="internal" href="x">x</a>',
    "markup in the text": '<a href="x"><b>x</b></a>',
    "list": '<ul><li><a href="x">x</a></li><li><a href="y">y</a></li></ul>',
    "base": '<head><base href="https://other/"></head><a href="x">x</a>',
    "unclosed": '<a href="x">x<a href="y">y</a>',
    "script": '<script>"<a href=\\"evil\\">"</script><a href="x">x</a>',
    "anchor without href": '<a name="top">t</a><a href="x">x</a>',
    "section that is none": '<![1.tar.gz</a>\n<a href="y">y</a><a href="x">x</a>',
    "section without an end": '<a href="x">x</a><![if',
    "nothing": "",
}


def test_common_shape_is_read_quickly() -> None:
    assert anchors._read_quickly(SIMPLE) is not None


def test_common_shape_gives_unescaped_values() -> None:
    found = read_anchors(SIMPLE)
    assert [href for href, _ in found.anchors] == [
        "https://h/six-1.0.tar.gz#sha256=ab",
        "https://h/a&b/six-1.1.tar.gz",
    ]
    assert [parse_attributes(written) for _, written in found.anchors] == [
        {"data-requires-python": ">=3.6"},
        {"data-yanked": ""},
    ]
    assert (found.statements, found.base_href) == ({"repository-version": ["1.3"]}, None)


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_anything_else_is_left_to_the_html_parser(text: str) -> None:
    assert anchors._read_quickly(text) is None


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        (SLOW["comment between"], ["x", "z"]),
        (SLOW["single quotes"], ["x"]),
        (SLOW["upper case"], ["x"]),
        (SLOW["other attribute first"], ["x"]),
        (SLOW["list"], ["x", "y"]),
        (SLOW["script"], ["x"]),
        (SLOW["anchor without href"], ["x"]),
        (SLOW["section that is none"], ["y", "x"]),
        (SLOW["section without an end"], ["x"]),
        (SLOW["nothing"], []),
    ],
)
def test_html_parser_finds_every_anchor(text: str, hrefs: list[str]) -> None:
    assert [href for href, _ in read_anchors(text).anchors] == hrefs


def test_raw_signs_in_a_value_survive() -> None:
    ((_, written),) = read_anchors(SLOW["raw greater-than in a value"]).anchors
    assert parse_attributes(written)["data-requires-python"] == ">=3"


def test_attributes_in_any_quoting_are_read() -> None:
    written = " DATA-Yanked='broken \"badly\"' data-gpg-sig=true data-core-metadata"
    assert parse_attributes(written) == {
        "data-yanked": 'broken "badly"',
        "data-gpg-sig": "true",
        "data-core-metadata": "",
    }


def test_base_is_the_first_one() -> None:
    text = '<base href="https://a/"><base href="https://b/"><a href="x">x</a>'
    assert read_anchors(text).base_href == "https://a/"


pieces = st.sampled_from(
    [
        '<a href="u">t</a>',
        '<a href="v" data-yanked="&lt;old&gt;">t</a>',
        '<a href="w" data-requires-python=">=3">t</a>',
        "<a href='s'>t</a>",
        '<A HREF="U">t</A>',
        '<a data-x="1" href="y">t</a>',
        "<a>t</a>",
        "<br/>",
        "<br>",
        "<!-- <a href=c>c</a> -->",
        "<!--",
        "-->",
        "<p>",
        "</p>",
        "<title>",
        "</title>",
        "<script>",
        "</script>",
        '"',
        "<",
        ">",
        "text &amp; more",
        "\n",
        '<base href="b">',
        '<meta name="pypi:repository-version" content="1.1">',
    ]
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_quick_answer_is_that_of_the_html_parser(text: str) -> None:
    quick = anchors._read_quickly(text)
    careful = anchors._read_carefully(text)
    if quick is not None:
        assert [href for href, _ in quick.anchors] == [href for href, _ in careful.anchors]
        assert [parse_attributes(written) for _, written in quick.anchors] == [
            {name: value for name, value in parse_attributes(written).items() if name != "href"}
            for _, written in careful.anchors
        ]


@given(st.text())
def test_any_value_survives_escaping(value: str) -> None:
    text = f'<a href="x" data-yanked="{escape(value)}">x</a>'
    ((_, written),) = read_anchors(text).anchors
    assert parse_attributes(written)["data-yanked"] == value
