"""The versions of Python that users and tags write."""

import pytest
from msgspec.structs import replace

from archpip.targets import InvalidPythonError, PythonTarget, parse_python


def _any_patch(major: int, minor: int, *, free_threaded: bool = False) -> PythonTarget:
    return PythonTarget(version=(major, minor, 0), patch_known=False, free_threaded=free_threaded)


def _pypy(major: int, minor: int, own_version: tuple[int, int, int]) -> PythonTarget:
    python = _any_patch(major, minor)
    return replace(python, implementation="pypy", implementation_version=own_version)


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("3.10", _any_patch(3, 10)),
        ("3.10.4", PythonTarget(version=(3, 10, 4))),
        ("3.10.0", PythonTarget(version=(3, 10, 0))),
        ("310", _any_patch(3, 10)),
        ("39", _any_patch(3, 9)),
        ("cp312", _any_patch(3, 12)),
        ("python3.12", _any_patch(3, 12)),
        ("cpython@3.12.1", PythonTarget(version=(3, 12, 1))),
        ("2.7", _any_patch(2, 7)),
        ("3.13t", _any_patch(3, 13, free_threaded=True)),
        ("3.13.2t", PythonTarget(version=(3, 13, 2), free_threaded=True)),
        ("cp314t", _any_patch(3, 14, free_threaded=True)),
        ("3.14+freethreaded", _any_patch(3, 14, free_threaded=True)),
        ("pp310", _pypy(3, 10, (7, 3, 0))),
        ("pypy3.12", _pypy(3, 12, (8, 0, 0))),
    ],
)
def test_version(text: str, python: PythonTarget) -> None:
    assert parse_python(text) == python


@pytest.mark.parametrize("text", ["", "3", "three", "4.0", "3.10.x", ">=3.10", "3.10rc1", "310.4"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InvalidPythonError) as caught:
        parse_python(text)
    assert "3.12.4" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["2.6", "3.0", "3.5.9"])
def test_too_old_is_said(text: str) -> None:
    with pytest.raises(InvalidPythonError, match=r"2\.7 and 3\.6"):
        parse_python(text)


@pytest.mark.parametrize("text", ["3.12t", "pypy3.13t"])
def test_free_threading_begins_with_cpython_313(text: str) -> None:
    with pytest.raises(InvalidPythonError, match="free-threaded"):
        parse_python(text)
