import json

import pytest

from archpip.index.entries import Entries, cut_page


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


@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")], ids=["blanks", "compact"])
def test_usual_page_is_cut_into_what_json_reads(separators: tuple[str, str]) -> None:
    data = page(A, B)
    found = cut_page(json.dumps(data, separators=separators).encode())
    assert found is not None
    assert [found.entries[0], found.entries[1]] == [A, B]
    assert found.entries[-1:] == [B]
    assert isinstance(found.entries, Entries)
    assert found.entries.decode() == [A, B]
    assert [json.loads(written) for written in found.entries.written()] == [A, B]
    assert found.filenames == [A["filename"], B["filename"]]
    assert found.rest == {**data, "files": []}


@pytest.mark.parametrize(
    "odd",
    [
        entry("a-1.tar.gz", yanked='"quoted"'),
        entry("a-1.tar.gz", yanked="a [bracket]"),
        entry("a-1.tar.gz", yanked="}, {"),
        entry("a-1.tar.gz", yanked='x", "filename": "b-1.tar.gz'),
        entry("a-ü.tar.gz"),
        entry("folder/a-1.tar.gz"),
        entry(""),
        entry("a-1.tar.gz", url="../files/a-1.tar.gz"),
        entry("a-1.tar.gz", url="file:///a-1.tar.gz"),
        entry("a-1.tar.gz", url="https://[::1]/a-1.tar.gz"),
        entry("a-1.tar.gz", url=None),
        entry("a-1.tar.gz", more={"filename": "b-1.tar.gz"}),
        entry("a-1.tar.gz", more=[{}]),
        {"url": "https://files.example/a-1.tar.gz"},
        "a string",
    ],
    ids=str,
)
def test_page_of_another_shape_is_left_to_json(odd: object) -> None:
    assert cut_page(json.dumps(page(A, odd)).encode()) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"files": []}',
        json.dumps(page(A)).encode()[:-1],
        json.dumps(page(A)).encode() + b"}",
        json.dumps(page(A), indent=1).encode(),
        json.dumps([page(A)]).encode(),
    ],
)
def test_what_is_cut_short_or_no_page_is_left_to_json(body: bytes) -> None:
    assert cut_page(body) is None


def test_broken_entry_is_found_when_it_is_asked_for() -> None:
    found = cut_page(json.dumps(page(A, B)).encode().replace(b"false", b"fals"))
    assert found is not None
    with pytest.raises(ValueError, match="Expecting value"):
        found.entries[0]
    assert isinstance(found.entries, Entries)
    with pytest.raises(ValueError, match="Expecting value"):
        found.entries.decode()
