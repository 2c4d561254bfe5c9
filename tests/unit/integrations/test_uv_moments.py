"""What an entry of uv's indexes says: above all the upload cutoffs, its own and uv's for all."""

from datetime import UTC, datetime

import pytest

from archpip.index import Authenticate, IndexTerms
from tests.unit.integrations.uv_sorting import Sort

DATED = """\
[[index]]
name = "dated"
url = "https://dated.example/simple"
authenticate = "always"
cache-control = { api = "max-age=600" }
exclude-newer = "2024-01-01T00:00:00Z"
ignore-error-codes = [403]
"""
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)


def test_a_gateway_does_what_an_entry_says(sort: Sort) -> None:
    found = sort({"work/uv.toml": DATED})

    [index] = found.apart
    assert index.terms == IndexTerms(
        authenticate=Authenticate.ALWAYS,
        ignored_statuses=frozenset({403}),
        uploaded_before=NEW_YEAR,
    )
    assert found.unheeded == ()
    default = sort({"work/uv.toml": DATED + "default = true"})
    assert (default.apart, default.default_terms) == ((), index.terms)
    assert sort({"work/uv.toml": DATED}, UV_INDEX="dated=https://a.example").apart[0].terms == (
        IndexTerms()
    )


@pytest.mark.parametrize(
    ("more", "variables", "exempt"),
    [
        ("exclude-newer-package = { Foo_Bar = '2025-01-01' }", {}, {"foo-bar"}),
        ("", {"UV_EXCLUDE_NEWER_PACKAGE": "a=2025-01-01 b=30 days c=false"}, {"a", "b", "c"}),
    ],
)
def test_moment_of_a_project_counts_before_its_indexes(
    sort: Sort, more: str, variables: dict[str, str], exempt: set[str]
) -> None:
    [index] = sort({"work/uv.toml": f"{more}\n{DATED}"}, **variables).apart
    assert index.terms.exempt == exempt


@pytest.mark.parametrize(
    ("for_all", "is_carried"), [("2023-12-01", True), ("2024-02-01", False), ("nonsense", False)]
)
def test_gateway_has_the_moment_of_its_index_where_that_for_all_is_earlier(
    sort: Sort, for_all: str, *, is_carried: bool
) -> None:
    in_file = sort({"work/uv.toml": f"exclude-newer = '{for_all}'\n{DATED}"})
    by_variable = sort({"work/uv.toml": DATED}, UV_EXCLUDE_NEWER=for_all)

    for found in (in_file, by_variable):
        [index] = found.apart
        entry = {"name": "dated", "exclude-newer": False} if is_carried else None
        assert (index.entry, found.unheeded) == (entry, ())
        assert index.terms.uploaded_before == NEW_YEAR
        assert (found.overlay is None) is not is_carried


UNDATED = """\
[[index]]
name = "a"
url = "https://a.example/simple"
exclude-newer = false
"""


@pytest.mark.parametrize(
    ("settings", "variables", "is_carried"),
    [
        ("", {}, False),
        ("exclude-newer = '2024-01-01'", {}, True),
        ("", {"UV_EXCLUDE_NEWER": "7 days"}, True),
        ("exclude-newer = '2024-01-01'", {"UV_EXCLUDE_NEWER": "false"}, False),
        ("exclude-newer = false", {}, False),
    ],
)
def test_index_that_wants_no_moment_has_none_where_uv_has_one_for_all(
    sort: Sort, settings: str, variables: dict[str, str], *, is_carried: bool
) -> None:
    found = sort({"work/uv.toml": f"{settings}\n{UNDATED}"}, **variables)
    entry = {"name": "a", "exclude-newer": False} if is_carried else None
    assert [index.entry for index in found.apart] == [entry]
    assert found.unheeded == ()


def test_page_of_files_has_no_moments(sort: Sort) -> None:
    settings = f"exclude-newer = '2020-01-01'\n{UNDATED}format = 'flat'"
    found = sort({"work/uv.toml": settings})
    assert found.apart[0].entry == {"name": "a", "exclude-newer": False}
    assert found.unheeded == ()


@pytest.mark.parametrize(
    "links", ["find-links = ['https://files.example']", f"{UNDATED}format = 'flat'\ndefault = true"]
)
def test_files_beside_a_default_index_are_told_to_have_no_moments(sort: Sort, links: str) -> None:
    [told] = sort({"work/uv.toml": f"exclude-newer = '2020-01-01'\n{links}"}).unheeded
    assert "leaves out the files of find-links" in told
    assert sort({"work/uv.toml": links}).unheeded == ()
