"""What is shown moves no cursor, and every name that a file can have can be shown."""

import pytest

from archpip.printable import spell_bytes, spell_out


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a/b.so", "a/b.so"),
        ("caf\u00e9.so", "caf\u00e9.so"),
        ("caf\udce9.so", "caf\\xe9.so"),
        ("\ud800\udce9.so", "\\ud800\\udce9.so"),
    ],
    ids=["ascii", "utf-8", "no utf-8", "half a character, which Windows allows"],
)
def test_a_name_of_any_bytes_can_be_stored(raw: str, shown: str) -> None:
    assert spell_bytes(raw) == shown
    shown.encode()


def test_control_characters_are_spelled_out_and_lines_where_they_lay_out_nothing() -> None:
    assert spell_out("a\x1b[2Jb\n\u202ec") == "a\\x1b[2Jb\\x0a\\u202ec"
    assert spell_out("a\tb\n\x07", lines=True) == "a\tb\n\\x07"
