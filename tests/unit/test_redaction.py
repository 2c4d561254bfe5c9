import pytest

from archpip.redaction import redact


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
