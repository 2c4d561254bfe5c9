import gzip
import json
import sys
from itertools import permutations, product
from typing import Any

import pytest

from archpip.index.entries import Entries, read_usual_page


def entry(filename: str, **more: object) -> dict[str, object]:
    return {
        "filename": filename,
        "hashes": {"sha256": "ab"},
        "url": f"https://files.example/{filename}",
        "yanked": False,
        **more,
    }


def page(*files: object, **more: object) -> dict[str, object]:
    return {"files": [*files], "meta": {"api-version": "1.1"}, "versions": ["1"], **more}


A = entry("a-1-py3-none-any.whl", **{"core-metadata": {"sha256": "cd"}})
B = entry("a-1.tar.gz", yanked="it never worked")


@pytest.mark.parametrize(
    "odd",
    [
        entry("a-1.tar.gz", yanked='"quoted"'),
        entry("a-1.tar.gz", yanked="a [bracket]"),
        entry("a-1.tar.gz", yanked="}, {"),
        entry("a-1.tar.gz", yanked='x", "filename": "b-1.tar.gz'),
        entry("a-1.tar.gz", more={"filename": "b-1.tar.gz"}),
        entry("a-1.tar.gz", more=[{}]),
        entry("a-1.tar.gz", more=[entry("b-1.tar.gz"), entry("c-1.tar.gz")]),
        entry("b-1.tar.gz", more=[entry("b-1.tar.gz")]),
        {**A, "yanked": "stands there twice"},
        dict(reversed(entry("b-1.tar.gz").items())),
        entry("a-1.tar.gz", url="http://files.example/a-1.tar.gz"),
        entry("a-ü.tar.gz", url="https://files.example/a-%C3%BC.tar.gz"),
    ],
    ids=str,
)
@pytest.mark.parametrize("style", [{}, {"separators": (",", ":")}, {"indent": 1}], ids=str)
def test_usual_page_is_read_as_json_reads_it(odd: dict[str, object], style: dict[str, Any]) -> None:
    data = page(A, B, odd)
    body = json.dumps(data, **style).encode()
    found = read_usual_page(body)
    assert found is not None
    for order, packed in product(permutations(range(3)), (None, gzip.compress(body))):
        entries = Entries(body, found.filenames, packed=packed)
        assert [entries[position] for position in order] == [(A, B, odd)[at] for at in order]
        assert entries.fingerprint == found.entries.fingerprint
        assert entries.beside() == found.entries.beside()
    assert [json.loads(bytes(raw)) for raw in found.entries.written] == [A, B, odd]
    assert found.filenames == [A["filename"], B["filename"], odd["filename"]]
    assert found.meta == data["meta"]
    assert found.entries.beside() == {key: data[key] for key in data if key != "files"}


def test_no_more_is_read_than_from_the_entry_that_is_asked_for() -> None:
    files = [entry(f"a-{number}.tar.gz") for number in range(20)]
    body = json.dumps(page(*files)).encode()
    entries = Entries(body.replace(b'"a-0', b'"a-0", oops'), [str(f["filename"]) for f in files])
    asked = (18, 19, 17, 14)
    assert [entries[position] for position in asked] == [files[position] for position in asked]
    with pytest.raises(ValueError, match="malformed"):
        entries[0]


def test_page_that_came_packed_is_kept_so_once_an_entry_is_known() -> None:
    body = json.dumps(page(A, B)).encode()
    references = sys.getrefcount(body)
    entries = Entries(body, ["a-1-py3-none-any.whl", "a-1.tar.gz"], packed=gzip.compress(body))
    assert sys.getrefcount(body) == references + 1
    assert entries[1] == B
    assert sys.getrefcount(body) == references
    assert entries[0] == A


@pytest.mark.parametrize(
    "odd",
    [
        entry("a-ü.tar.gz"),
        entry("folder/a-1.tar.gz"),
        entry(""),
        entry("a-1.tar.gz", url="../files/a-1.tar.gz"),
        entry("a-1.tar.gz", url="file:///a-1.tar.gz"),
        entry("a-1.tar.gz", url="https://[::1]/a-1.tar.gz"),
        entry("a-1.tar.gz", url=None),
        {"url": "https://files.example/a-1.tar.gz"},
        "a string",
    ],
    ids=str,
)
def test_page_of_another_shape_is_left_to_json(odd: object) -> None:
    assert read_usual_page(json.dumps(page(A, odd), ensure_ascii=False).encode()) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        json.dumps(page(A)).encode()[:-1],
        json.dumps(page(A)).encode() + b"}",
        json.dumps(page(A)).encode().replace(b"false", b"fals"),
        json.dumps(page(A)).encode("utf-16"),
        json.dumps([page(A)]).encode(),
        b'{"files": ' + b"[" * 100_000,
    ],
)
def test_what_is_cut_short_or_no_page_is_left_to_json(body: bytes) -> None:
    assert read_usual_page(body) is None


def test_entry_of_broken_text_is_left_to_json() -> None:
    # An entry may be passed on as it stands, so all of the page must be JSON.
    body = json.dumps(page(A, B)).encode()
    assert read_usual_page(body.replace(b"never", b"n\xffver")) is None
    assert read_usual_page(body.replace(b"never", b"n\\xver")) is None


def test_number_that_is_too_large_is_found_when_its_entry_is_asked_for() -> None:
    found = read_usual_page(json.dumps(page(A, B)).encode().replace(b'"it never worked"', b"1e999"))
    assert found is not None
    assert found.entries[0] == A
    with pytest.raises(ValueError, match="out of range"):
        found.entries[1]


@pytest.mark.parametrize(
    ("urls", "origin"),
    [
        (["https://f.example/b", "https://f.example/a/c"], "https://f.example/"),
        (["https://f.example/b"], "https://f.example/"),
        (["https://f.example/b", "https://g.example/b"], None),
        (["https://f.example/b", "http://f.example/b"], None),
        (["https://f.example/b", "https://f.example:8080/b"], None),
        (["https://f.example/b", "https://f.example@evil/b"], None),
        (["https://f.example"], None),
        ([], None),
    ],
)
def test_origin_is_what_all_addresses_begin_with(urls: list[str], origin: str | None) -> None:
    files = [entry(f"a-{number}.tar.gz", url=url) for number, url in enumerate(urls)]
    found = read_usual_page(json.dumps(page(*files)).encode())
    assert found is not None
    assert found.origin == origin


@pytest.mark.parametrize(
    ("size", "sized"), [(1, True), (None, False), ("1", False), (1.5, False), (True, False)]
)
def test_page_is_sized_where_every_entry_says_a_size(size: object, sized: bool) -> None:  # noqa: FBT001
    found = read_usual_page(json.dumps(page(entry("a-1.tar.gz", size=size))).encode())
    assert found is not None
    assert found.is_sized is sized
    assert read_usual_page(json.dumps(page(A)).encode()).is_sized is False  # type: ignore[union-attr]
