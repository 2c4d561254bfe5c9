from pathlib import Path

import pytest

from archpip.index import IndexPin
from archpip.integrations import IndexPinError, read_index_pins
from archpip.settings import OwnTable

URL = "https://ours.example/simple"
FILE = Path("/p/pyproject.toml")


def table(content: object) -> OwnTable:
    return OwnTable(name="index", content=content, file=FILE)


def test_the_file_names_indexes_and_projects() -> None:
    said = table({"ours": {"url": URL, "projects": ["Acme_*", "Torch"]}})
    assert read_index_pins(said) == (IndexPin(url=URL, projects=("acme-*", "torch")),)


def test_the_command_line_goes_first_and_replaces_urls() -> None:
    said = table({"ours": {"url": "https://old.example", "projects": ["torch"]}})
    found = read_index_pins(said, indexes=[f"ours={URL}"], pins=["a,b_c=ours"])
    assert found == (
        IndexPin(url=URL, projects=("a", "b-c")),
        IndexPin(url=URL, projects=("torch",)),
    )


def test_a_pattern_matches_whole_names() -> None:
    pin = IndexPin(url=URL, projects=("acme-*", "torch"))
    served = [pin.serves(name) for name in ("acme-core", "my-acme-core", "torch", "torchvision")]
    assert served == [True, False, True, False]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("x", "not a table"),
        ({"ours": {"url": URL}}, "`url` and `projects`"),
        ({"ours": {"url": URL, "projects": ["a"], "x": 1}}, "and no more"),
        ({"ours": {"url": 3, "projects": ["a"]}}, "`url` is not a text"),
        ({"ours": {"url": URL, "projects": []}}, "`projects` is not a list"),
    ],
    ids=["table", "missing", "unknown", "url", "projects"],
)
def test_a_malformed_table_says_where(content: object, reason: str) -> None:
    with pytest.raises(IndexPinError, match=reason) as caught:
        read_index_pins(table(content))
    assert str(FILE) in str(caught.value)


def test_a_password_in_an_url_is_not_shown() -> None:
    with pytest.raises(IndexPinError) as caught:
        read_index_pins(None, indexes=["https://me:secret@ours.example/simple?x=1"])
    assert "secret" not in str(caught.value)
