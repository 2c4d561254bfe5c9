"""WHEEL files say tags, and which folder a wheel is for; what is invalid in them is left out."""

import pytest

from archpip.wheels.wheel_files import MAX_TAGS, WheelFile, parse_wheel_file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", WheelFile(tags=(), root_is_purelib=False)),
        (
            "Root-Is-Purelib: TRUE\r\nTag: py2-none-any\r\nTag: py3-none-any\r\n",
            WheelFile(tags=("py2-none-any", "py3-none-any"), root_is_purelib=True),
        ),
        (
            "Tag: cp311-cp311-macosx_11_0_arm64.macosx_10_9_x86_64\nRoot-Is-Purelib: false\n",
            WheelFile(
                tags=("cp311-cp311-macosx_10_9_x86_64", "cp311-cp311-macosx_11_0_arm64"),
                root_is_purelib=False,
            ),
        ),
        ("Generator: me\n Tag: py2-none-any\n", WheelFile(tags=(), root_is_purelib=False)),
        ("tag: PY3-None-Any\n", WheelFile(tags=("py3-none-any",), root_is_purelib=False)),
        (
            "Tag: nonsense\nTag: \ufffd-x-y\nTag: py3-none-\nTag: py3-none-any\n",
            WheelFile(tags=("py3-none-any",), root_is_purelib=False),
        ),
        ("no header\nTag: py3-none-any\n", WheelFile(tags=(), root_is_purelib=False)),
    ],
    ids=[
        "empty",
        "several lines",
        "a compressed set",
        "a line that goes on",
        "upper case",
        "invalid tags",
        "what follows the headers",
    ],
)
def test_what_a_wheel_file_says(text: str, expected: WheelFile) -> None:
    assert parse_wheel_file(text) == expected


def test_lines_of_absurdly_many_tags_are_left_out() -> None:
    # Of the allowed 16 MiB such lines would expand to a hundred million tags.
    ten = ".".join(f"linux_{number}" for number in range(10))
    lines = "".join(f"Tag: py{number}.cp{number}-none-{ten}\n" for number in range(MAX_TAGS))

    assert len(parse_wheel_file(f"Root-Is-Purelib: true\n{lines}").tags) == MAX_TAGS


def test_a_set_of_absurdly_many_tags_is_invalid() -> None:
    many = ".".join(f"linux_{number}" for number in range(MAX_TAGS + 1))

    assert parse_wheel_file(f"Tag: py3-none-{many}\n").tags == ()
