import re
from importlib.resources import files

from archpip.targets import KNOWN_NAMES
from archpip.verdicts import Status, find_entry, read_catalogue
from archpip.wheels.inspecting import parse_filename_tags


def test_codes_have_their_form_and_pages_are_unique() -> None:
    entries = read_catalogue()
    assert all(re.fullmatch(r"AP[1-79]\d\d", code) for code in entries)
    assert len({entry.page for entry in entries.values()}) == len(entries)
    assert find_entry(" ap201 ") is entries["AP201"]
    assert find_entry("AP000") is None
    assert entries["AP201"].page == "ap201-hollow-slice"


def test_every_entry_tells_users_and_publishers_what_to_do() -> None:
    for entry in read_catalogue().values():
        assert all((entry.title, entry.summary, entry.why, entry.users, entry.publishers))
        assert not entry.title.endswith(".")


def test_examples_are_wheels_for_known_targets() -> None:
    for entry in read_catalogue().values():
        if entry.example is not None:
            assert parse_filename_tags(entry.example.wheel)
            assert entry.example.target in KNOWN_NAMES
            assert re.fullmatch(r"3\.\d+", entry.example.python)


def test_every_code_in_the_rules_stands_in_the_catalogue() -> None:
    package = files("archpip.verdicts")
    sources = [one.read_text() for one in package.iterdir() if one.name.endswith(".py")]
    used = {code for text in sources for code in re.findall(r'"(AP\d{3})"', text)}
    assert used <= set(read_catalogue())
    assert set(read_catalogue()) == used


def test_unreadable_is_unknown() -> None:
    for code, entry in read_catalogue().items():
        assert (entry.severity is Status.UNKNOWN) is code.startswith("AP9")
