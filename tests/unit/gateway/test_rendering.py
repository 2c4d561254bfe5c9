import json

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.gateway.model import OfferedFile, ProjectPage
from archpip.gateway.rendering import SIMPLE_FORMS, render_simple_json

SAID = {
    "filename": "a-1.tar.gz",
    "url": "https://files.example/a-1.tar.gz",
    "hashes": {"sha256": "ab"},
    "size": 5,
}


def page(**more: object) -> ProjectPage:
    return ProjectPage(
        name=canonicalize_name("a"),
        about={"meta": {"api-version": "1.1"}},
        versions=(Version("1"),),
        files=(OfferedFile("a-1.tar.gz", {**SAID, **more}, None),),
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
