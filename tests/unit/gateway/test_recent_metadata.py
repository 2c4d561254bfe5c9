from archpip.gateway.recent_metadata import RecentMetadata


def test_what_was_put_first_goes_first_when_there_is_too_much() -> None:
    recent = RecentMetadata(most_bytes=10)
    for url, size in (("a", 4), ("b", 4), ("a", 5), ("c", 4)):
        recent.put(url, b"x" * size)

    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (b"xxxxx", None, b"xxxx")
