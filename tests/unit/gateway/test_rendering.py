import json

import pytest
from packaging.utils import canonicalize_name

from archpip.gateway.model import IndexListing, OfferedFile, ProjectPage
from archpip.gateway.rendering import JSON_TYPE, SIMPLE_FORMS, render_simple_json
from archpip.index.page import PageSource
from archpip.index.parsing import parse_page

SAID = {
    "filename": "a-1.tar.gz",
    "url": "https://files.example/a-1.tar.gz",
    "hashes": {"sha256": "ab"},
    "size": 5,
}


SOURCE = PageSource(url="https://index.example/a/", index_url="https://index.example/")


def page(**more: object) -> ProjectPage:
    document = {"files": [{**SAID, **more}], "meta": {"api-version": "1.1"}}
    return page_of(json.dumps(document).encode())


def page_of(body: bytes, **changed: OfferedFile | None) -> ProjectPage:
    """Return the page of a document in which files, by their position, are changed."""
    listed = parse_page(body, content_type=JSON_TYPE, source=SOURCE)
    changes = {int(position): file for position, file in changed.items()}
    return ProjectPage(
        name=canonicalize_name("a"),
        about={"meta": {"api-version": "1.1"}},
        versions=("1",),
        listings=(IndexListing(listed, changes),),
        refusals=(),
        undecided=0,
        standings=(),
    )


@pytest.mark.parametrize("strange", ["\ud800 half a pair", 10**30, -(10**30), [None, {"a": 1.5}]])
def test_whatever_json_can_say_is_passed_on(strange: object) -> None:
    document = json.loads(render_simple_json(page(yanked=strange, odd=strange)))
    assert document["files"] == [{**SAID, "yanked": strange, "odd": strange}]


@pytest.mark.parametrize("form", SIMPLE_FORMS)
def test_half_a_surrogate_pair_breaks_no_form(form: str) -> None:
    assert b"a-1.tar.gz" in SIMPLE_FORMS[form](
        page(yanked="\ud800", **{"requires-python": "\ud800"})
    )


def test_entry_that_is_not_changed_is_passed_on_byte_for_byte() -> None:
    plain = b'{"filename" : "a-1.tar.gz",  "url":"https://files.example/a-1.tar.gz", "of": 1.50}'
    other = plain.replace(b"a-1", b"a-2")
    body = b'{"files": [%b ,\n%b]}' % (plain, other)

    assert b'"files":[%b,%b]' % (plain, other) in render_simple_json(page_of(body))
    assert b'"files":[%b]' % other in render_simple_json(page_of(body, **{"0": None}))
