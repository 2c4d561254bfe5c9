import json
from datetime import UTC, datetime

import pytest

from archpip.index import Page
from archpip.index.older import OlderFiles
from archpip.index.page import PageSource
from archpip.index.parsing import parse_page

BEFORE = datetime(2024, 1, 1, tzinfo=UTC)
URL = "https://files.example/"
TIMES = {
    "a-1.tar.gz": "2023-12-31T23:59:59Z",
    "a-2.tar.gz": "2024-01-01T00:00:00Z",
    "a-3.tar.gz": "2024-01-01T00:30:00+01:00",
    "a-4.tar.gz": "2023-12-31T23:59:59",
    "a-5.tar.gz": None,
    "a-6.tar.gz": "soon",
}


def files() -> list[dict[str, object]]:
    return [
        {"filename": name, "url": URL + name, "size": 1}
        | ({"upload-time": time} if time is not None else {})
        for name, time in TIMES.items()
    ]


def read(url: str = URL, content_type: str = "application/vnd.pypi.simple.v1+json") -> Page:
    written = [{**file, "url": str(file["url"]).replace(URL, url)} for file in files()]
    meta = {"api-version": "1.1"}
    body = json.dumps({"meta": meta, "versions": ["0", "1"], "files": written}).encode()
    source = PageSource(url="https://index.example/simple/a/", index_url="https://index.example")
    return parse_page(body, content_type=content_type, source=source)


@pytest.mark.parametrize("url", [URL, "../files/"])
def test_only_what_was_uploaded_before_is_left(url: str) -> None:
    page = OlderFiles(read(url), BEFORE)

    assert page.filenames == ["a-1.tar.gz", "a-3.tar.gz", "a-4.tar.gz"]
    assert page.make_link(1).filename == page.describe(1)["filename"] == "a-3.tar.gz"
    assert page.about == {"meta": {"api-version": "1.1"}}
    assert page.is_sized
    if page.written is not None:
        assert [json.loads(bytes(each))["filename"] for each in page.written] == page.filenames


def test_it_is_another_page_to_who_looks_for_changes() -> None:
    page = read()
    again = OlderFiles(page, BEFORE)
    assert again.fingerprint == OlderFiles(page, BEFORE).fingerprint
    assert again.fingerprint not in {
        page.fingerprint,
        OlderFiles(page, BEFORE.replace(year=2025)).fingerprint,
    }
