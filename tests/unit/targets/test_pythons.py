"""The versions of Python that users and tags write."""

import pytest

from archpip.targets import InvalidPythonError, PythonTarget, parse_python


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("3.10", PythonTarget(version=(3, 10, 0))),
        ("3.10.4", PythonTarget(version=(3, 10, 4))),
        ("310", PythonTarget(version=(3, 10, 0))),
        ("39", PythonTarget(version=(3, 9, 0))),
        ("cp312", PythonTarget(version=(3, 12, 0))),
        ("python3.12", PythonTarget(version=(3, 12, 0))),
        ("cpython@3.12.1", PythonTarget(version=(3, 12, 1))),
        ("2.7", PythonTarget(version=(2, 7, 0))),
        ("3.13t", PythonTarget(version=(3, 13, 0), free_threaded=True)),
        ("cp314t", PythonTarget(version=(3, 14, 0), free_threaded=True)),
        ("3.14+freethreaded", PythonTarget(version=(3, 14, 0), free_threaded=True)),
        (
            "pp310",
            PythonTarget(
                implementation="pypy", version=(3, 10, 0), implementation_version=(7, 3, 0)
            ),
        ),
        (
            "pypy3.12",
            PythonTarget(
                implementation="pypy", version=(3, 12, 0), implementation_version=(8, 0, 0)
            ),
        ),
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
