"""Which interpreters a Requires-Python admits, with and without a patch.

Every row was put to `uv pip compile --python-version` 0.13 as well; where it answers otherwise, the
row says so.
"""

import pytest
from msgspec.structs import replace

from archpip.resolution import admits_python
from archpip.targets import PythonTarget, parse_python


@pytest.mark.parametrize(
    "requires_python",
    [
        ">=3.7,!=3.9.0,!=3.9.1",
        "!=3.9.0",
        "!=3.9",
        ">=3.7,!=3.9.0.*",
        "~=3.7,!=3.9.0",
        ">=3.6,!=3.9.0,<4",
        ">=3.9,!=3.9.1",
        "<=3.9",
        "<3.9.1",
        "~=3.9.0",
        "===3.9.0",
    ],
)
def test_a_python_without_a_patch_is_not_a_single_release(requires_python: str) -> None:
    assert admits_python(requires_python, parse_python("3.9"))


@pytest.mark.parametrize(
    "requires_python",
    [
        ">=3.9.2",
        ">3.9.0",
        ">3.9",
        "~=3.9.2",
        "==3.9.1",
        ">=3.10",
        pytest.param(">=3.9,!=3.9.0,!=3.9.1", id="what begins later, said by an exclusion"),
        "==3.9.*,!=3.9.0",
        "~=3.9.0,!=3.9.0",
        pytest.param("<3.9", id="an end, as for pip; uv passes over it"),
        pytest.param("!=3.9.*", id="every patch, as for pip; uv passes over it"),
    ],
)
def test_a_python_without_a_patch_counts_from_its_first(requires_python: str) -> None:
    assert not admits_python(requires_python, parse_python("3.9"))


@pytest.mark.parametrize(
    ("python", "expected"),
    [("3.9.0", False), ("3.9.1", False), ("3.9.2", True), ("3.9.20", True)],
)
def test_a_patch_that_is_known_counts(python: str, *, expected: bool) -> None:
    assert admits_python(">=3.7,!=3.9.0,!=3.9.1", parse_python(python)) is expected


def test_what_cannot_be_parsed_excludes_nothing() -> None:
    assert admits_python(">=3.6.*.x", parse_python("3.9"))
    assert admits_python(None, parse_python("3.9"))


def test_an_interpreter_between_releases_is_its_release() -> None:
    python = PythonTarget(version=(3, 15, 0), prerelease="b1+")

    assert admits_python(">=3.15.0b1", python)
    assert not admits_python(">=3.15.0", python)
    assert admits_python(">=3.15.0", replace(python, prerelease=""))
