from archpip.gateway.merging import merge_about


def test_one_page_says_what_it_says() -> None:
    about = {"meta": {"api-version": "1.4", "_last-serial": 3}, "x": 1}

    assert merge_about([about]) == about


def test_places_are_joined_and_the_first_to_speak_counts_elsewhere() -> None:
    pages: list[dict[str, object]] = [
        {"meta": {"api-version": "1.2", "_last-serial": 3, "tracks": ["t"]}},
        {
            "meta": {"api-version": "1.10", "tracks": ["t", "u"]},
            "alternate-locations": ["l"],
            "project-status": {"status": "archived"},
        },
        {"alternate-locations": ["m"], "project-status": {"status": "active"}},
    ]

    assert merge_about(pages[:2]) == {
        "meta": {"api-version": "1.2", "tracks": ["t", "u"]},
        "alternate-locations": ["l"],
        "project-status": {"status": "archived"},
    }
    assert merge_about(pages) == {
        "meta": {"api-version": "1.2", "tracks": ["t", "u"]},
        "alternate-locations": ["l", "m"],
        "project-status": {"status": "archived"},
    }


def test_files_that_nobody_described_promise_the_least() -> None:
    assert merge_about([{}]) == {"meta": {"api-version": "1.0"}}
    nonsense: dict[str, object] = {"meta": {"api-version": "nonsense", "tracks": "x"}}
    assert merge_about([{}, nonsense]) == nonsense
