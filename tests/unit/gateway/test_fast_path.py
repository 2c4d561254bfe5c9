from msgspec.structs import replace
from packaging.utils import NormalizedName
from starlette.testclient import TestClient

from archpip.gateway import Gateway, View, file_key
from tests.unit.gateway.fake_upstream import METADATA, FakeUpstream, make_link

A = NormalizedName("a")
FAT = "a-{}-cp312-cp312-macosx_10_13_universal2.whl"


def peek(gateway: Gateway, view: View, filename: str, *, name: str = "a") -> bytes | None:
    key = file_key(make_link(filename).url)
    return gateway.peek_metadata(view, NormalizedName(name), key, filename)


def test_metadata_of_a_wheel_that_was_opened_for_a_page_waits_for_nobody(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1), FAT.format(2))
    assert peek(gateway, view, FAT.format(2)) is None

    gateway.page(view, A)

    assert peek(gateway, view, FAT.format(2)) == METADATA
    assert peek(gateway, view, FAT.format(2), name="b") is None
    assert peek(gateway, view, FAT.format(1)) is None  # nobody has judged it


def test_metadata_of_a_refused_wheel_is_not_at_hand(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1), FAT.format(2))
    upstream.wrong = {FAT.format(2)}

    gateway.page(view, A)

    assert peek(gateway, view, FAT.format(2)) is None
    assert peek(gateway, view, FAT.format(1)) == METADATA


def test_metadata_that_the_index_offers_itself_is_its_own(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", make_link(FAT.format(1), metadata_hashes=()))

    gateway.page(view, A)

    assert peek(gateway, view, FAT.format(1)) is None


def test_where_a_version_counts_as_a_whole_its_other_wheels_are_looked_at_first(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    universal = replace(view, every_python=True)
    upstream.offer("a", FAT.format(1))

    gateway.page(universal, A)

    assert peek(gateway, universal, FAT.format(1)) is None


def test_metadata_is_the_same_at_hand_and_looked_for(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.offer("a", FAT.format(1))
    wheel = FAT.format(1)
    path = f"/macos-arm64/files/a/{file_key(make_link(wheel).url)}/{wheel}.metadata"

    looked_for = client.get(path)
    at_hand = client.get(path)

    assert at_hand.content == looked_for.content == METADATA
    assert at_hand.headers == looked_for.headers
    assert client.get(path.replace("/a/", "/b/")).status_code == 404
