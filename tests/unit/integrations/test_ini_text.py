from configparser import RawConfigParser

import pytest

from archpip.integrations.ini_text import restore_option, set_option

URL = "https://archpip.example/macos-arm64/simple/"
CONFIG = """\
# Ours.
[global]
timeout = 60
index_url = https://one.example
    ; a mirror
    https://two.example
find-links =
    wheels

[install]
no-binary = a
"""
CHANGED = CONFIG.replace(
    "index_url = https://one.example\n    ; a mirror\n    https://two.example\n",
    f"index-url = {URL}\n",
)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param("", f"[global]\nindex-url = {URL}\n", id="no-file"),
        pytest.param(
            "[install]\npre = yes",
            f"[install]\npre = yes\n\n[global]\nindex-url = {URL}\n",
            id="no-section",
        ),
        pytest.param(
            "[global]\ntimeout = 60\n\n[install]\n",
            f"[global]\ntimeout = 60\nindex-url = {URL}\n\n[install]\n",
            id="no-option",
        ),
        pytest.param("[global]", f"[global]\nindex-url = {URL}\n", id="no-line-end"),
        pytest.param(
            "[install]\npre = yes\n[global]\ntimeout = 60",
            f"[install]\npre = yes\n[global]\ntimeout = 60\nindex-url = {URL}\n",
            id="no-line-end-behind-an-option",
        ),
        pytest.param(
            "[install]\npre = yes\n",
            f"[install]\npre = yes\n\n[global]\nindex-url = {URL}\n",
            id="no-section-behind-a-line-end",
        ),
        pytest.param(
            "[global]\nindex-url = a\n[download]\nindex-url = b\n",
            f"[global]\nindex-url = {URL}\n[download]\nindex-url = b\n",
            id="option-of-another-section",
        ),
        pytest.param(
            "[global]\nindex-url =\n    a\n# not indented\n    b\npre = yes\n",
            f"[global]\nindex-url = {URL}\npre = yes\n",
            id="comment-among-the-lines-of-a-value",
        ),
        pytest.param(CONFIG, CHANGED, id="other-spelling-over-lines"),
        pytest.param(
            "[global]\n  timeout = 3\n  index-url = https://one.example\n  pre = yes\n",
            f"[global]\n  timeout = 3\n  index-url = {URL}\n  pre = yes\n",
            id="indented",
        ),
        pytest.param(
            "  [global]\n  timeout = 3\n  [install]\n  pre = yes\n",
            f"  [global]\n  timeout = 3\n  index-url = {URL}\n  [install]\n  pre = yes\n",
            id="indented-headings",
        ),
        pytest.param(
            "[global]\nfind-links =\n  [global]\n  index-url = no\n",
            f"[global]\nfind-links =\n  [global]\n  index-url = no\nindex-url = {URL}\n",
            id="value-like-a-section",
        ),
    ],
)
def test_option_is_set_and_taken_back_and_all_else_stays(text: str, changed: str) -> None:
    assert set_option(text, "global", "index-url", URL) == changed
    pip_reads = RawConfigParser()
    pip_reads.read_string(changed.replace("index_url", "index-url"))
    assert pip_reads["global"]["index-url"] == URL
    assert restore_option(changed, text, "global", "index-url").rstrip() == text.rstrip()


def test_option_that_is_set_already_stays_as_it_is_written() -> None:
    text = f"[global]\nIndex-URL: {URL}\n"

    assert set_option(text, "global", "index-url", URL) == text


def test_what_was_changed_since_stays() -> None:
    since = CHANGED.replace("timeout = 60", "timeout = 5") + "pre = yes\n"

    assert restore_option(since, CONFIG, "global", "index-url") == (
        CONFIG.replace("timeout = 60", "timeout = 5") + "pre = yes\n"
    )


def test_section_that_the_user_filled_since_stays() -> None:
    text = f"[global]\nindex-url = {URL}\npre = yes\n"

    assert restore_option(text, "", "global", "index-url") == "[global]\npre = yes\n"


def test_value_over_lines_that_is_set_already_stays() -> None:
    text = "[global]\nfind-links =\n    a\n    b\n"

    assert set_option(text, "global", "find-links", "a\nb") == text
    assert set_option(text, "global", "find-links", "a") != text


def test_section_that_was_made_goes_with_the_empty_lines_beneath_it() -> None:
    assert restore_option(f"[global]\nindex-url = {URL}\n\n", "", "global", "index-url") == ""


def test_option_that_the_user_removed_since_stays_away() -> None:
    assert restore_option("[global]\n", CONFIG, "global", "index-url") == "[global]\n"
