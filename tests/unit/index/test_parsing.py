import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from archpip.index import IndexUnavailableError, Link
from archpip.index.page import Page, PageSource
from archpip.index.parsing import parse_page

SOURCE = PageSource(
    url="https://index.example/simple/six/", index_url="https://index.example/simple"
)
WHEEL = "six-1.0-py3-none-any.whl"
JSON = "application/vnd.pypi.simple.v1+json"


def links(page: Page) -> list[Link]:
    return [page.make_link(i) for i, name in enumerate(page.filenames) if name]


def html(body: str, source: PageSource = SOURCE) -> list[Link]:
    return links(parse_page(body.encode(), content_type="text/html; charset=utf-8", source=source))


def one_json(**file: object) -> Link:
    content = {"meta": {"api-version": "1.0"}, "files": [{"filename": WHEEL, **file}]}
    (link,) = links(parse_page(json.dumps(content).encode(), content_type=JSON, source=SOURCE))
    return link


def test_html_and_json_give_equal_links() -> None:
    (from_html,) = html(
        f'<a href="../../files/{WHEEL}#sha256=AB" data-requires-python="&gt;=3.8" '
        f'data-core-metadata="sha256=cd" data-yanked="bad &amp; old">{WHEEL}</a>'
    )
    from_json = one_json(
        **{
            "url": f"../../files/{WHEEL}",
            "hashes": {"sha256": "AB"},
            "requires-python": ">=3.8",
            "core-metadata": {"sha256": "cd"},
            "yanked": "bad & old",
        }
    )
    assert from_html == from_json
    assert from_json == Link(
        url=f"https://index.example/files/{WHEEL}",
        filename=WHEEL,
        hashes=(("sha256", "ab"),),
        requires_python=">=3.8",
        yanked="bad & old",
        metadata_hashes=(("sha256", "cd"),),
        index_url="https://index.example/simple",
    )


def test_json_has_size_and_upload_time() -> None:
    link = one_json(**{"url": f"/{WHEEL}", "size": 7, "upload-time": "2024-05-06T07:08:09.5Z"})
    assert link.size_bytes == 7
    assert link.upload_time == datetime(2024, 5, 6, 7, 8, 9, 500000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, None),
        ({"core-metadata": False}, None),
        ({"core-metadata": True}, ()),
        ({"core-metadata": {"sha256": "A"}}, (("sha256", "a"),)),
        ({"dist-info-metadata": {"md5": "b"}}, (("md5", "b"),)),
        ({"core-metadata": False, "dist-info-metadata": True}, None),
    ],
)
def test_json_metadata_prefers_the_new_key(
    keys: Mapping[str, object], expected: tuple[tuple[str, str], ...] | None
) -> None:
    assert one_json(url=WHEEL, **keys).metadata_hashes == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", None),
        ('data-core-metadata="true"', ()),
        ('data-core-metadata="sha256=ab"', (("sha256", "ab"),)),
        ('data-dist-info-metadata="sha256=ab"', (("sha256", "ab"),)),
        ('data-dist-info-metadata="sha256=old" data-core-metadata="true"', ()),
    ],
)
def test_html_metadata_prefers_the_new_attribute(
    attributes: str, expected: tuple[tuple[str, str], ...] | None
) -> None:
    (link,) = html(f'<a href="{WHEEL}" {attributes}>x</a>')
    assert link.metadata_hashes == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(False, None), (True, ""), ("", None), ("broken", "broken"), (1, None)]
)
def test_json_yanked_is_true_or_a_reason(value: object, expected: str | None) -> None:
    assert one_json(url=WHEEL, yanked=value).yanked == expected


def test_html_yanked_without_a_reason_is_yanked() -> None:
    (link,) = html(f'<a href="{WHEEL}" data-yanked="">x</a>')
    assert link.yanked == ""


def test_base_moves_relative_links_and_escapes_survive() -> None:
    found = html(
        '<base href="https://files.example/a/"><a href="b/six-1.0%2Bcpu-py3-none-any.whl">x</a>'
        '<a href="https://h/six-1.0.tar.gz?sig=a%2Fb&amp;t=1#md5=0f">y</a>'
    )
    assert [(link.url, link.filename) for link in found] == [
        (
            "https://files.example/a/b/six-1.0%2Bcpu-py3-none-any.whl",
            "six-1.0+cpu-py3-none-any.whl",
        ),
        ("https://h/six-1.0.tar.gz?sig=a%2Fb&t=1", "six-1.0.tar.gz"),
    ]


@pytest.mark.parametrize(
    "href", ["file:///etc/six-1.0.tar.gz", "javascript:six-1.0.tar.gz", "mailto:a@six-1.0.tar.gz"]
)
def test_remote_page_cannot_point_at_local_files_or_elsewhere(href: str) -> None:
    assert html(f'<a href="{href}">x</a>') == []


@pytest.mark.parametrize("host", ["https://[", "//[", "https://h]", "https://\u2100", "//\uff0f"])
def test_addresses_that_cannot_be_split_are_left_out(host: str) -> None:
    assert html(f'<a href="{host}/{WHEEL}">x</a>') == []
    content = json.dumps({"files": [{"filename": WHEEL, "url": f"{host}/{WHEEL}"}]}).encode()
    assert links(parse_page(content, content_type=JSON, source=SOURCE)) == []


def test_base_that_is_no_url_is_ignored() -> None:
    (link,) = html(f'<base href="https://["><a href="{WHEEL}">x</a>')
    assert link.url == f"https://index.example/simple/six/{WHEEL}"


@pytest.mark.parametrize("address", [f"https://[::1]/{WHEEL}", f"https://h/[x]/\xe9/{WHEEL}"])
def test_brackets_where_they_may_stand_are_kept(address: str) -> None:
    (link,) = html(f'<a href="{address}">x</a>')
    assert link.filename == WHEEL


def test_local_page_may_point_at_local_files() -> None:
    local = PageSource(url="file:///srv/simple/six/index.html", index_url="/srv/simple")
    found = html('<a href="../../six-1.0.tar.gz">x</a>', local)
    assert [link.url for link in found] == ["file:///srv/six-1.0.tar.gz"]


def test_json_filename_with_a_folder_is_not_believed() -> None:
    content = {"files": [{"filename": "../../x.whl", "url": f"https://h/{WHEEL}"}]}
    page = parse_page(json.dumps(content).encode(), content_type=JSON, source=SOURCE)
    assert list(page.filenames) == [WHEEL]


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        ("{}", "application/json", "answers application/json"),
        ("{}", "", "no content type"),
        ("{", JSON, "JSON is broken"),
        ("[" * 100_000, JSON, "JSON is broken"),
        ("[]", JSON, "no list of files"),
        ('{"files": {}}', JSON, "no list of files"),
        ('{"files": [], "meta": {"api-version": "2.0"}}', JSON, "speaks version 2.0"),
        (
            '<meta name="pypi:repository-version" content="2.0"><a href="x">x</a>',
            "text/html",
            "speaks version 2.0",
        ),
    ],
)
def test_page_that_cannot_be_understood_is_an_error(
    body: str, content_type: str, reason: str
) -> None:
    with pytest.raises(IndexUnavailableError, match=reason):
        parse_page(body.encode(), content_type=content_type, source=SOURCE)


def test_newer_minor_version_is_read() -> None:
    body = '{"files": [], "meta": {"api-version": "1.9"}}'
    page = parse_page(body.encode(), content_type=JSON, source=SOURCE)
    assert list(page.filenames) == []


@pytest.mark.parametrize("no_charset", ["x-nope", "idna", "\0"])
def test_declared_charset_is_obeyed_and_an_unknown_one_is_utf_8(no_charset: str) -> None:
    body = '<a href="six-1.0.tar.gz" data-yanked="é">x</a>'
    latin = parse_page(
        body.encode("latin-1"), content_type='text/html; charset="latin-1"', source=SOURCE
    )
    unknown = parse_page(
        body.encode(), content_type=f"text/html; charset={no_charset}", source=SOURCE
    )
    assert links(latin) == links(unknown)


WILD = {
    "filename": WHEEL,
    "url": f"https://files.example/{WHEEL}?signature=a%2Fb",
    "hashes": {"sha256": "ab"},
    "provenance": "https://index.example/provenance",
    "of-the-future": [1, {"x": None}],
}


def page(body: str, kind: str) -> Page:
    return parse_page(body.encode(), content_type=kind, source=SOURCE)


def test_json_page_describes_its_files_whole() -> None:
    described = page(json.dumps({"files": [WILD]}), JSON).describe(0)

    assert described == WILD


def test_described_address_is_absolute_and_its_name_no_folder() -> None:
    file = {"filename": "../evil.whl", "url": f"../../{WHEEL}"}

    assert page(json.dumps({"files": [file]}), JSON).describe(0) == {
        "filename": WHEEL,
        "url": f"https://index.example/{WHEEL}",
    }


def test_html_page_describes_its_files_as_json_would() -> None:
    described = page(
        f'<a href="{WILD["url"]}#sha256=ab" data-provenance="{WILD["provenance"]}"'
        ' data-requires-python="&gt;=3" data-yanked data-gpg-sig="false"'
        f' data-dist-info-metadata="sha256=cd" data-upload-time="2020-01-01">{WHEEL}</a>',
        "text/html",
    ).describe(0)

    assert described == {
        "filename": WHEEL,
        "url": WILD["url"],
        "hashes": {"sha256": "ab"},
        "provenance": WILD["provenance"],
        "requires-python": ">=3",
        "upload-time": "2020-01-01",
        "yanked": True,
        "gpg-sig": False,
        "core-metadata": {"sha256": "cd"},
    }


def test_both_forms_say_the_same_of_the_project() -> None:
    about = {
        "meta": {"api-version": "1.4", "tracks": ["https://a.example/"]},
        "alternate-locations": ["https://b.example/", "https://c.example/"],
        "project-status": {"status": "archived", "reason": "done & dusted"},
    }
    head = (
        '<html><head><meta name="pypi:repository-version" content="1.4">'
        '<meta name="pypi:tracks" content="https://a.example/">'
        '<meta name="pypi:alternate-locations" content="https://b.example/">'
        '<meta name="pypi:alternate-locations" content="https://c.example/">'
        '<meta name="pypi:project-status" content="archived">'
        '<meta name="pypi:project-status-reason" content="done &amp; dusted"></head><body>'
    )
    anchor = f'<a href="{WHEEL}">{WHEEL}</a>'

    assert page(json.dumps({"files": [], "name": "six", **about}), JSON).about == about
    assert page(f"{head}{anchor}</body></html>", "text/html").about == about
    assert page(f"{head}<b>{anchor}</b></body></html>", "text/html").about == about


def test_fingerprint_tells_pages_apart() -> None:
    one, same, other = (page(json.dumps({"files": [], "x": x}), JSON) for x in (1, 1, 2))

    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_json_with_what_is_no_json_is_no_page() -> None:
    with pytest.raises(IndexUnavailableError, match="broken"):
        page('{"files": [], "x": NaN}', JSON)


LOGIN = '<form action="/login"><input name="user"><input name="pw" type="password"></form>'
ELSEWHERE = PageSource(url="https://login.example/sso", index_url="https://index.example/simple")


@pytest.mark.parametrize(
    ("body", "source"),
    [
        pytest.param(LOGIN, SOURCE, id="password"),
        pytest.param("<INPUT id=pw TYPE=password>", SOURCE, id="without-quotes"),
        pytest.param('<script>go()</script><a href="/help">Help</a>', ELSEWHERE, id="elsewhere"),
    ],
)
def test_page_to_log_in_at_is_no_project_without_files(body: str, source: PageSource) -> None:
    with pytest.raises(IndexUnavailableError, match="log in"):
        html(body, source)


@pytest.mark.parametrize("tag", ["<", "<a ", "<input ", "<a href='"])
def test_page_of_tags_without_end_is_refused_in_no_time(tag: str) -> None:
    # Both the parser and a search for a tag would take hours, going on to the end from each.
    with pytest.raises(IndexUnavailableError, match="tags do not end"):
        html(tag * 1_000_000 + ">", SOURCE)


@pytest.mark.parametrize(
    ("body", "source"),
    [
        pytest.param("<h1>Links for six</h1>", SOURCE, id="empty"),
        pytest.param('<form action="refresh"><input type="submit"></form>', SOURCE, id="devpi"),
        pytest.param(f'{LOGIN}<a href="{WHEEL}">six</a>', SOURCE, id="with-a-file"),
        pytest.param(f'<a href="{WHEEL}">six</a>', ELSEWHERE, id="mirror"),
    ],
)
def test_page_of_a_project_may_be_empty_or_elsewhere(body: str, source: PageSource) -> None:
    assert [link.filename for link in html(body, source)] == [WHEEL] * body.count(WHEEL)
