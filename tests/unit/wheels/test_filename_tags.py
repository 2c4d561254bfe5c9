"""A wheel's file name says its tags; what names none is no wheel's."""

import pytest

from archpip.wheels import InvalidWheelError
from archpip.wheels.inspecting import parse_filename_tags


@pytest.mark.parametrize(
    ("filename", "tags"),
    [
        ("a-1-py2.py3-none-any.whl", {"py2-none-any", "py3-none-any"}),
        ("a-1-0post1-cp311-abi3-win_amd64.whl", {"cp311-abi3-win_amd64"}),
        (
            "a.b-1.0.dev1+local-cp39-cp39-macosx_12_0_universal2.macosx_10_9_x86_64.whl",
            {"cp39-cp39-macosx_12_0_universal2", "cp39-cp39-macosx_10_9_x86_64"},
        ),
        ("A_odd-2004d-py3-none-any.WHL", {"py3-none-any"}),
    ],
)
def test_tags_are_read_from_any_files_name(filename: str, tags: set[str]) -> None:
    assert set(map(str, parse_filename_tags(filename))) == tags


@pytest.mark.parametrize(
    "filename",
    [
        "a-1.tar.gz",
        "a-1-py3-none.whl",
        "a-1-2-3-py3-none-any.whl",
        "-1-py3-none-any.whl",
        "a-1-py3-none-.whl",
        "a-1-py3..py2-none-any.whl",
        f"a-1-{'.'.join(f'cp{n}' for n in range(60))}-{'.'.join('abcdefghijklmnopqrst')}-any.whl",
        "a.whl",
        "",
    ],
)
def test_other_names_are_no_wheels(filename: str) -> None:
    with pytest.raises(InvalidWheelError, match="is not a wheel"):
        parse_filename_tags(filename)
