from pathlib import Path
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from starlette.testclient import TestClient

from archpip.gateway import Gateway, file_key
from archpip.gateway.rendering import JSON_TYPE
from archpip.index import Link
from tests.unit.gateway.fake_upstream import METADATA, FakeUpstream, make_link, real_page

FAT = "a-{}-cp312-cp312-macosx_10_13_universal2.whl"
PAGE = "/macos-arm64/simple/a/"
AS_JSON = {"Accept": JSON_TYPE}
LATEST_HTML = "application/vnd.pypi.simple.latest+html"

URL = "https://files.example/a-1%2Bcpu.tar.gz?signature=a%2Fb%3D"
META = {"api-version": "1.4", "_last-serial": 7, "tracks": ["https://public.example/a/"]}
ENTRY = {
    "filename": "a-1+cpu.tar.gz",
    "url": URL,
    "hashes": {"sha256": "ab", "blake2b_256": "cd"},
    "requires-python": ">=3.9",
    "size": 7,
    "upload-time": "2024-01-02T00:00:00.5Z",
    "yanked": "broken",
    "provenance": "https://index.example/a/provenance",
    "not-yet-thought-of": {"by": "anybody"},
}
DOCUMENT = {
    "meta": META,
    "name": "a",
    "alternate-locations": ["https://other.example/a/"],
    "project-status": {"status": "archived", "reason": "done & dusted"},
    "versions": ["1+cpu"],
    "files": [ENTRY],
}


def test_json_page_keeps_all_that_the_index_said(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.pages["a"] = (real_page(DOCUMENT),)

    response = client.get(PAGE, headers=AS_JSON)

    assert response.headers["content-type"] == JSON_TYPE
    assert response.json() == DOCUMENT


def test_html_page_keeps_all_that_has_a_place_in_html(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.pages["a"] = (real_page(DOCUMENT),)

    text = client.get(PAGE).text

    again = real_page(text, "text/html")
    kept = {name: ENTRY[name] for name in ("url", "requires-python", "yanked", "provenance")}
    assert again.describe(0).items() >= kept.items()
    assert again.describe(0)["hashes"] == {"sha256": "ab"}
    assert again.about == {
        "meta": {"api-version": "1.4", "tracks": META["tracks"]},
        "alternate-locations": DOCUMENT["alternate-locations"],
        "project-status": DOCUMENT["project-status"],
    }


def test_page_from_html_promises_in_html_what_the_index_did(
    client: TestClient, upstream: FakeUpstream
) -> None:
    # From 1.1 on a JSON page has sizes, which an HTML page has no place for (PEP 700).
    version = '<meta name="pypi:repository-version" content="1.4">'
    written = f'{version}<a href="../../a-2.tar.gz">a-2.tar.gz</a>'
    upstream.pages["a"] = (real_page(written, "text/html"),)

    assert version in client.get(PAGE).text
    assert client.get(PAGE, headers=AS_JSON).json()["meta"] == {"api-version": "1.0"}


def test_page_of_two_indexes_promises_what_both_do(
    client: TestClient, upstream: FakeUpstream
) -> None:
    plain = '<a href="../../a-2.tar.gz#sha256=ef" data-gpg-sig="true">a-2.tar.gz</a>'
    upstream.pages["a"] = (real_page(DOCUMENT), real_page(plain, "text/html"))

    told = client.get(PAGE, headers=AS_JSON).json()

    assert told["meta"]["api-version"] == "1.0"
    assert "versions" not in told
    assert told["project-status"] == DOCUMENT["project-status"]
    assert told["files"][1] == {
        "filename": "a-2.tar.gz",
        "url": "https://index.example/a-2.tar.gz",
        "hashes": {"sha256": "ef"},
        "gpg-sig": True,
    }


def test_html_page_escapes_and_names_metadata_twice(
    client: TestClient, upstream: FakeUpstream
) -> None:
    link = make_link(
        FAT.format(1), requires_python=">=3.9", metadata_hashes=(("sha256", "cd"),), yanked='"<'
    )
    upstream.offer("a", link)

    text = client.get(PAGE, headers={"Accept": "text/html"}).text

    assert 'data-requires-python="&gt;=3.9"' in text
    assert 'data-yanked="&quot;&lt;"' in text
    assert 'data-core-metadata="sha256=cd" data-dist-info-metadata="sha256=cd"' in text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        (JSON_TYPE, JSON_TYPE),
        (f"{JSON_TYPE}, text/html; q=0.1", JSON_TYPE),
        (f"{JSON_TYPE}; q=0.1, text/html", "text/html"),
        ("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+html"),
        ("application/vnd.pypi.simple.latest+json", JSON_TYPE),
        (f"{JSON_TYPE};q=0.1, {LATEST_HTML}", "application/vnd.pypi.simple.v1+html"),
    ],
)
def test_form_is_what_the_client_likes_best(
    client: TestClient, upstream: FakeUpstream, accept: str, kind: str
) -> None:
    upstream.offer("a", "a-1.tar.gz")

    response = client.get(PAGE, headers={"Accept": accept})

    assert response.headers["content-type"].partition(";")[0] == kind


def test_form_that_nobody_has_is_not_acceptable(client: TestClient) -> None:
    assert client.get(PAGE, headers={"Accept": "image/png"}).status_code == 406


def test_page_is_not_sent_twice(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz")
    plain = client.get(PAGE, headers={"Accept-Encoding": ""}).headers["etag"]

    for known in (plain, f'"x", W/{plain}', plain[:-1] + '-gzip"'):
        response = client.get(PAGE, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
    assert client.get(PAGE, headers={"If-None-Match": '"x"'}).status_code == 200


def test_encodings_have_validators_of_their_own(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer("a", *(f"a-{number}.tar.gz" for number in range(50)))

    etags = [
        client.get(PAGE, headers={"Accept-Encoding": encoding}).headers["etag"]
        for encoding in ("gzip", "gzip;q=0", "*", "")
    ]

    assert etags[0] == etags[2] != etags[1] == etags[3]


@pytest.mark.parametrize("accept", ["text/html", JSON_TYPE])
def test_ready_page_is_sent_without_being_made_again(
    client: TestClient, upstream: FakeUpstream, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    upstream.offer("a", *(f"a-{number}.tar.gz" for number in range(50)))
    made = client.get(PAGE, headers={"Accept": accept})
    monkeypatch.setattr(Gateway, "render", lambda *_, **__: pytest.fail("it was made again"))

    again = client.get(PAGE, headers={"Accept": accept})

    assert again.content == made.content
    assert again.headers == made.headers
    assert client.head(PAGE, headers={"Accept": accept}).content == b""


def test_ready_page_goes_when_a_wheel_on_it_is_refused(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 5)))
    upstream.wrong = {FAT.format(1)}
    before = client.get(PAGE, headers=AS_JSON)
    address = next(f["url"] for f in before.json()["files"] if f["filename"] == FAT.format(1))
    assert client.get(f"{PAGE}{address}").status_code == 403

    after = client.get(PAGE, headers={**AS_JSON, "If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    assert FAT.format(1) not in after.text


def test_large_page_is_compressed(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer("a", *(f"a-{number}.tar.gz" for number in range(50)))

    response = client.get(PAGE, headers={"Accept-Encoding": "gzip"})

    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) < len(response.content)


def test_head_has_no_body(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer("a", "a-1.tar.gz")

    response = client.head(PAGE)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["etag"]


@pytest.mark.parametrize("path", ["A", "A/", "a--b", "a.B/"])
def test_other_spellings_lead_to_the_normalised_name(client: TestClient, path: str) -> None:
    response = client.get(f"/macos-arm64/simple/{path}")

    assert response.status_code in {301, 308}
    assert "//" not in response.headers["location"]


def test_no_redirect_leads_to_another_host(client: TestClient) -> None:
    response = client.get("/macos-arm64/simple/https:elsewhere.example")

    # Behind TLS or not, a browser takes a scheme that is not the page's own for a whole address.
    assert response.headers["location"] == "./https:elsewhere.example/"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/macos-arm64/simple/unheard-of/", 404, "unheard-of"),
        ("/macos-arm64/simple/%2e%2e%2fetc/", 404, ""),
        ("/macos-arm64/simple/a%20b/", 404, "name"),
        ("/amiga/simple/a/", 404, "amiga"),
        ("/macos-arm64/files/a/0000000000000000/b-1.tar.gz", 404, "b-1.tar.gz"),
    ],
)
def test_what_is_not_there_says_what(
    client: TestClient, upstream: FakeUpstream, path: str, status: int, says: str
) -> None:
    upstream.offer("a", "a-1.tar.gz")

    response = client.get(path)

    assert response.status_code == status
    assert says in response.text


def test_failing_index_is_a_bad_gateway_that_tells_no_secret(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.down = {"a": 500}

    response = client.get(PAGE)

    assert response.status_code == 502
    assert response.headers["content-type"] == "application/problem+json"
    assert "it is silent" in response.json()["detail"]
    assert "hunter2" not in response.text


def test_metadata_is_served_where_the_index_has_none(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.offer("a", FAT.format(1))
    (file,) = client.get(PAGE, headers=AS_JSON).json()["files"]

    response = client.get(f"{PAGE}{file['url']}.metadata")

    assert response.content == METADATA
    assert file["core-metadata"] != {}
    # pip 22.3 to 23.0 fail on the older name in JSON (PEP 714).
    assert "dist-info-metadata" not in file


def test_file_is_fetched_from_the_index_itself(client: TestClient, upstream: FakeUpstream) -> None:
    url = "https://files.example/a-1%2Bcpu-py3-none-any.whl?signature=a%2Fb"
    upstream.offer("a", Link(url=url, filename="a-1+cpu-py3-none-any.whl"))
    (file,) = client.get(PAGE, headers=AS_JSON).json()["files"]

    response = client.get(f"{PAGE}{file['url']}")

    assert (response.status_code, response.headers["location"]) == (307, url)


def test_private_file_is_passed_on(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer(
        "a", Link(url="https://user:hunter2@files.example/a-1.tar.gz", filename="a-1.tar.gz")
    )
    page = client.get(PAGE, headers=AS_JSON)

    assert "hunter2" not in page.text
    response = client.get(f"{PAGE}{page.json()['files'][0]['url']}")
    assert response.content == b"bytes of a-1.tar.gz"


def test_file_that_cannot_be_kept_is_to_be_asked_for_again(
    client: TestClient, upstream: FakeUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.offer("a", Link(url="https://u:p@files.example/a-1.tar.gz", filename="a-1.tar.gz"))
    page = client.get(PAGE, headers=AS_JSON).json()
    monkeypatch.setattr(Path, "mkdir", Mock(side_effect=OSError))

    assert client.get(f"{PAGE}{page['files'][0]['url']}").status_code == 503


def test_late_refusal_is_forbidden_and_says_why(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 5)))
    upstream.wrong = {FAT.format(1)}
    path = f"/macos-arm64/files/a/{file_key(make_link(FAT.format(1)).url)}/{FAT.format(1)}.metadata"

    response = client.get(path)

    assert response.status_code == 403
    assert "AP101" in response.json()["detail"]


def test_why_is_told_to_programs_and_people(client: TestClient, upstream: FakeUpstream) -> None:
    upstream.offer("a", FAT.format(1))
    upstream.wrong = {FAT.format(1)}

    told = client.get("/macos-arm64/why/a/", headers={"Accept": "application/json"}).json()
    page = client.get("/macos-arm64/why/a/").text
    assert 'href="../../../?project=a"' in page

    assert told["refused"][0]["findings"][0]["code"] == "AP101"
    assert told["target"] == "macos-arm64"
    assert "AP101" in page
    assert "AP101" in client.get("/").text


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@settings(derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=strategies.lists(
        strategies.sampled_from(["macos-arm64", "simple", "files", "why", "a", ".", "..", ""])
        | strategies.text(max_size=20),
        max_size=6,
    ),
    accept=strategies.text(strategies.characters(codec="ascii", exclude_categories=["Cc"])),
)
def test_no_request_breaks_the_gateway(
    client: TestClient, upstream: FakeUpstream, parts: list[str], accept: str
) -> None:
    upstream.offer("a", FAT.format(1))
    # With the host named: `//a` alone would be read as another host's address.
    url = f"{client.base_url}/" + "/".join(quote(part, safe="") for part in parts)

    assert client.get(url, headers={"Accept": accept}).status_code < 500


def test_people_see_a_projects_versions_by_target(
    client: TestClient, upstream: FakeUpstream
) -> None:
    wheels = (FAT.format(number) for number in range(5))
    upstream.offer("a", *wheels, "a-4.tar.gz", "a-5.tar.gz")
    upstream.wrong = {FAT.format(4)}
    client.get("/macos-arm64/simple/")

    text = client.get("/", params={"project": "A"}).text

    assert '<th scope="row">5<td>sdist</tr>' in text
    assert '<th scope="row">4<td>✗ 1 wheel kept out<br>sdist</tr>' in text
    assert '<th scope="row">3<td>✓ 1 wheel opened</tr>' in text
    assert '<th scope="row">0<td>? 1 wheel not opened yet</tr>' in text
    assert 'href="macos-arm64/why/a/"' in text
    assert "AP101" in text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("unheard-of", "unheard-of"),
        ("<script>", "No project can be named &lt;script&gt;."),
        ("down", "it is silent"),
    ],
)
def test_people_are_told_why_there_is_nothing_to_show(
    client: TestClient, upstream: FakeUpstream, asked: str, says: str
) -> None:
    upstream.down = {"down": 500}
    client.get("/macos-arm64/simple/")

    response = client.get("/", params={"project": asked})

    assert response.status_code == 200
    assert says in response.text
    assert "<script" not in response.text
    assert "hunter2" not in response.text


def test_page_for_people_needs_no_script_and_names_its_field(client: TestClient) -> None:
    text = client.get("/").text

    assert '<label for="project">' in text
    assert "color-scheme: light dark" in text
    assert "<script" not in text
