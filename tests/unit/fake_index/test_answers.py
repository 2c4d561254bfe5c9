import base64
import json
import re
from dataclasses import replace

import pytest

from fake_index.answers import Request, answer, parse_range
from fake_index.pages import HTML_TYPE, JSON_TYPE, LEGACY_TYPE, choose_type
from fake_index.world import Behaviour, Fault, Index, IndexFile, PageFormat, Project, Ranges, World

CONTENT = bytes(range(200))
WHEEL = IndexFile(
    filename="demo-1.0+x-py3-none-any.whl",
    content=CONTENT,
    requires_python=">=3.8,<4",
    yanked='it is "bad"',
    metadata=b"Name: demo\n",
)
INDEX = Index(name="main", projects=(Project(name="demo", files=(WHEEL,)),))
WORLD = World(indexes=(INDEX,))
FILE = "/main/files/demo-1.0%2Bx-py3-none-any.whl"


def headers(world: World, request: Request) -> dict[str, str]:
    return dict(answer(world, request).headers)


def test_html_page_escapes_attributes_and_quotes_names() -> None:
    body = answer(WORLD, Request(path="/main/simple/demo/")).body.decode()

    anchor = re.search("<a .*</a>", body)
    assert anchor is not None
    assert anchor.group() == (
        f'<a href="../../files/demo-1.0%2Bx-py3-none-any.whl#sha256={WHEEL.sha256}"'
        ' data-requires-python="&gt;=3.8,&lt;4" data-yanked="it is &quot;bad&quot;"'
        f' data-core-metadata="sha256={WHEEL.metadata_sha256}"'
        f' data-dist-info-metadata="sha256={WHEEL.metadata_sha256}">'
        "demo-1.0+x-py3-none-any.whl</a>"
    )


def test_json_page_holds_what_pep_691_and_700_ask_for() -> None:
    request = Request(path="/main/simple/demo/", headers={"accept": JSON_TYPE})

    page = json.loads(answer(WORLD, request).body)

    assert page == {
        "meta": {"api-version": "1.1"},
        "name": "demo",
        "versions": ["1.0+x"],
        "files": [
            {
                "filename": "demo-1.0+x-py3-none-any.whl",
                "url": "../../files/demo-1.0%2Bx-py3-none-any.whl",
                "hashes": {"sha256": WHEEL.sha256},
                "requires-python": ">=3.8,<4",
                "size": 200,
                "upload-time": "2024-01-01T00:00:00Z",
                "yanked": 'it is "bad"',
                "core-metadata": {"sha256": WHEEL.metadata_sha256},
                "dist-info-metadata": {"sha256": WHEEL.metadata_sha256},
            }
        ],
    }


PIP = f"{JSON_TYPE}, {HTML_TYPE}; q=0.1, text/html; q=0.01"


@pytest.mark.parametrize(
    ("accept", "pages", "chosen"),
    [
        ("", PageFormat.NEGOTIATED, LEGACY_TYPE),
        ("*/*", PageFormat.NEGOTIATED, LEGACY_TYPE),
        (PIP, PageFormat.NEGOTIATED, JSON_TYPE),
        (PIP, PageFormat.HTML, LEGACY_TYPE),
        ("text/html", PageFormat.JSON, JSON_TYPE),
        (f"{JSON_TYPE};q=0.1, text/html", PageFormat.NEGOTIATED, LEGACY_TYPE),
        ("application/vnd.pypi.simple.latest+json", PageFormat.NEGOTIATED, JSON_TYPE),
        ("image/png", PageFormat.NEGOTIATED, None),
    ],
)
def test_content_negotiation(accept: str, pages: PageFormat, chosen: str | None) -> None:
    assert choose_type(accept, pages) == chosen


@pytest.mark.parametrize("path", ["/main/simple/Demo/", "/main/simple/demo"])
def test_other_spellings_are_redirected(path: str) -> None:
    response = answer(WORLD, Request(path=path))

    assert (response.status, dict(response.headers)["Location"]) == (301, "/main/simple/demo/")


@pytest.mark.parametrize(
    "path", ["/main/simple/other/", "/other/simple/demo/", "/main/files/x.whl", "/main/x", "/"]
)
def test_what_is_not_there_is_404(path: str) -> None:
    assert answer(WORLD, Request(path=path)).status == 404


def test_metadata_stands_beside_the_wheel() -> None:
    assert answer(WORLD, Request(path=f"{FILE}.metadata")).body == b"Name: demo\n"


def test_metadata_can_be_left_out() -> None:
    world = WORLD.with_behaviour(Behaviour(metadata=False))

    assert answer(world, Request(path=f"{FILE}.metadata")).status == 404
    assert b"metadata" not in answer(world, Request(path="/main/simple/demo/")).body


def test_absolute_urls_name_the_origin() -> None:
    world = WORLD.with_behaviour(Behaviour(absolute_urls=True))
    request = Request(path="/main/simple/demo/", origin="http://index.example:8080")

    assert b'href="http://index.example:8080/main/files/demo' in answer(world, request).body


def test_listing_names_every_project() -> None:
    assert b'<a href="demo/">demo</a>' in answer(WORLD, Request(path="/main/simple/")).body


def test_find_links_page_lists_every_file() -> None:
    body = answer(WORLD, Request(path="/main/links/")).body

    assert b'href="../files/demo-1.0%2Bx-py3-none-any.whl#sha256=' in body


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", (0, 10)),
        ("bytes=190-", (190, 200)),
        ("bytes=-10", (190, 200)),
        ("bytes=-500", (0, 200)),
        ("bytes=150-999", (150, 200)),
        ("bytes=200-", (200, 200)),
        ("bytes=5-3", (200, 200)),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("lines=0-9", None),
    ],
)
def test_range_header(header: str, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, 200) == expected


def ranged(ranges: Ranges, header: str = "bytes=100-109") -> tuple[int, str | None, bytes]:
    world = WORLD.with_behaviour(Behaviour(ranges=ranges))
    response = answer(world, Request(path=FILE, headers={"range": header}))
    body = response.body[: response.cut_after]
    return response.status, dict(response.headers).get("Content-Range"), body


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        (Ranges.HONOURED, (206, "bytes 100-109/200", CONTENT[100:110])),
        (Ranges.IGNORED, (200, None, CONTENT)),
        (Ranges.REFUSED, (416, "bytes */200", b"Not that range.")),
        (Ranges.FORBIDDEN, (403, None, b"No ranges here.")),
        (Ranges.NO_SUFFIX, (206, "bytes 100-109/200", CONTENT[100:110])),
        (Ranges.WRONG_RANGE, (206, "bytes 99-108/200", CONTENT[99:109])),
        (Ranges.WRONG_SIZE, (206, "bytes 100-109/1200", CONTENT[100:110])),
        (Ranges.UNSTATED, (206, None, CONTENT[100:110])),
        (Ranges.SHORT, (206, "bytes 100-104/200", CONTENT[100:105])),
        (Ranges.CUT, (206, "bytes 100-109/200", CONTENT[100:105])),
    ],
)
def test_ranges(ranges: Ranges, expected: tuple[int, str | None, bytes]) -> None:
    assert ranged(ranges) == expected


def test_suffix_ranges_can_be_refused_alone() -> None:
    assert ranged(Ranges.NO_SUFFIX, "bytes=-10")[0] == 416


def test_a_range_beyond_the_end_is_416() -> None:
    assert ranged(Ranges.HONOURED, "bytes=200-")[:2] == (416, "bytes */200")


def test_etag_answers_304_without_a_body() -> None:
    request = Request(path="/main/simple/demo/")
    etag = headers(WORLD, request)["ETag"]

    again = answer(WORLD, replace(request, headers={"if-none-match": etag}))

    assert (again.status, again.body, dict(again.headers)["ETag"]) == (304, b"", etag)


def test_pages_in_two_forms_have_two_etags() -> None:
    forms = [
        headers(WORLD, Request(path="/main/simple/demo/", headers={"accept": accept}))["ETag"]
        for accept in (JSON_TYPE, LEGACY_TYPE)
    ]

    assert forms[0] != forms[1]


@pytest.mark.parametrize(
    ("given", "status"), [(None, 401), ("user:wrong", 401), ("user:s3cret", 200)]
)
def test_basic_authentication(given: str | None, status: int) -> None:
    world = WORLD.with_behaviour(Behaviour(credentials=("user", "s3cret")))
    sent = {}
    if given is not None:
        sent["authorization"] = f"Basic {base64.b64encode(given.encode()).decode()}"

    response = answer(world, Request(path="/main/simple/demo/", headers=sent))

    assert response.status == status
    if status == 401:
        assert dict(response.headers)["WWW-Authenticate"] == 'Basic realm="main"'


def spoilt(fault: Fault, *, earlier: int = 0) -> tuple[int, bytes]:
    world = WORLD.with_behaviour(Behaviour(faults=(fault,)))
    response = answer(world, Request(path=FILE), earlier=earlier)
    return response.status, response.body


def test_fault_lasts_as_often_as_it_says() -> None:
    fault = Fault(path="*.whl", status=503, times=2)

    assert [spoilt(fault, earlier=n)[0] for n in range(3)] == [503, 503, 200]


def test_fault_spares_other_paths() -> None:
    assert spoilt(Fault(path="*.tar.gz", status=500))[0] == 200


def test_body_can_be_truncated_unnoticed() -> None:
    assert spoilt(Fault(path="*.whl", truncate_to=50)) == (200, CONTENT[:50])


def test_one_byte_can_be_flipped() -> None:
    assert spoilt(Fault(path="*.whl", flip_byte=3))[1][:5].hex() == "000102fc04"


def test_redirect() -> None:
    fault = Fault(path="*.whl", status=302, location="https://elsewhere.example/x")
    world = WORLD.with_behaviour(Behaviour(faults=(fault,)))

    assert headers(world, Request(path=FILE))["Location"] == "https://elsewhere.example/x"


def test_delay_and_cut_are_told_to_the_adapter() -> None:
    fault = Fault(path="*.whl", delay_seconds=2, cut_after=10)
    world = WORLD.with_behaviour(Behaviour(faults=(fault,)))

    response = answer(world, Request(path=FILE))

    assert (response.delay_seconds, response.cut_after, response.body) == (2, 10, CONTENT)
