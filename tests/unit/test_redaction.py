import pytest

from archpip.redaction import redact, redact_userinfo


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:secret@host/simple", "https://user:****@host/simple"),
        ("https://token@host/simple", "https://****@host/simple"),
        ("https://:secret@host/", "https://:****@host/"),
        ("git+ssh://git@host/x.git", "git+ssh://****@host/x.git"),
        ("https://host/a@b", "https://host/a@b"),
        (
            "tried https://u:p@a/ and https://v:q@b/",
            "tried https://u:****@a/ and https://v:****@b/",
        ),
        ("name @ https://u:p@a/x.whl", "name @ https://u:****@a/x.whl"),
        ("https://user:se@cret@host/", "https://user:****@host/"),
        ("no url at all", "no url at all"),
    ],
)
def test_redact_masks_what_is_secret_and_nothing_else(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://token:x-oauth-basic@host/simple", "https://****@host/simple"),
        ("name @ git+ssh://git@host/x.git@main", "name @ git+ssh://****@host/x.git@main"),
        ("https://user:se@cret@host/", "https://****@host/"),
        ('\'https://u:p@h/\' and "https://h/","a@b"', '\'https://****@h/\' and "https://h/","a@b"'),
        ("see https://host/a@b, // @param, a@b.c", "see https://host/a@b, // @param, a@b.c"),
    ],
)
def test_what_is_written_down_has_no_userinfo(text: str, written: str) -> None:
    assert redact_userinfo(text) == written
