import pytest
from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.gateway import Gateway, View, WheelRefusedError, file_key
from archpip.gateway.html_pages import render_why_html
from archpip.gateway.rendering import render_why_json
from tests.unit.gateway.fake_upstream import FakeUpstream, make_link

A = NormalizedName("a")
FAT = "a-{}-cp312-cp312-macosx_10_13_universal2.whl"


@pytest.fixture
def strict_view(view: View) -> View:
    return replace(view, approved_builds=frozenset({NormalizedName("b")}))


def test_sdists_of_a_project_whose_build_is_not_approved_are_left_out(
    gateway: Gateway, upstream: FakeUpstream, strict_view: View
) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz", "a-2.tar.gz", "a-2.zip")
    upstream.offer("b", "b-1.tar.gz")

    page = gateway.page(strict_view, A)
    approved = gateway.page(strict_view, NormalizedName("b"))

    assert [file.filename for file in page.files] == [FAT.format(1)]
    assert page.versions == ("1",)
    assert page.unapproved == 3
    assert [file.filename for file in approved.files] == ["b-1.tar.gz"]
    assert approved.unapproved == 0


def test_sdists_of_a_universal_lock_are_left_out_as_well(
    gateway: Gateway, upstream: FakeUpstream, strict_view: View
) -> None:
    # Versions not judged yet are listed under the gateway's own addresses, whole.
    upstream.offer("a", FAT.format(2), FAT.format(1), "a-1.tar.gz")

    page = gateway.page(replace(strict_view, every_python=True), A)

    assert [file.filename for file in page.files] == [FAT.format(2), FAT.format(1)]


def test_sdist_that_a_client_would_have_built_is_among_what_was_kept_out(
    gateway: Gateway, upstream: FakeUpstream, strict_view: View
) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz", FAT.format(2), "a-2.tar.gz", "a-3b1.tar.gz")
    upstream.wrong = {FAT.format(2)}

    gateway.page(strict_view, A)

    wheel, sdist = gateway.refusals
    assert wheel.filename == FAT.format(2)
    assert (sdist.filename, sdist.code) == ("a-2.tar.gz", "build-not-approved")
    assert sdist.message == (
        "building a is not approved: require-source-build-approval is set, and "
        "approve-source-build does not name it"
    )


def test_sdist_beside_a_right_wheel_is_missed_by_nobody(
    gateway: Gateway, upstream: FakeUpstream, strict_view: View
) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz", "a-0.1.tar.gz")

    gateway.page(strict_view, A)

    assert gateway.refusals == ()


def test_sdist_is_not_sent_to_a_client_that_has_its_address(
    gateway: Gateway, upstream: FakeUpstream, view: View, strict_view: View
) -> None:
    upstream.offer("a", "a-1.tar.gz")
    key = file_key(make_link("a-1.tar.gz").url)

    assert gateway.find_file(view, A, key, "a-1.tar.gz").filename == "a-1.tar.gz"
    with pytest.raises(WheelRefusedError, match="building a is not approved"):
        gateway.find_file(strict_view, A, key, "a-1.tar.gz")


def test_page_of_reasons_says_that_sdists_are_left_out(
    gateway: Gateway, upstream: FakeUpstream, strict_view: View
) -> None:
    upstream.offer("a", "a-1.tar.gz", "a-2.tar.gz")

    page = gateway.page(strict_view, A)

    assert b"2 sdists are left out: building a is not approved" in render_why_html(
        page, strict_view
    )
    assert b'"unapproved": 2' in render_why_json(page, strict_view)
