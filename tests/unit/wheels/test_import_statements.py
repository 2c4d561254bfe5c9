"""Statements that import are found by lines, with what becomes of a failure."""

import pytest

from archpip.wheels.import_statements import find_imports


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c as d", {"a.b", "c"}),
        ("import a; print(a)", {"a"}),
        ("from a import b", {"a", "a.b"}),
        ("from . import b", {"demo.sub", "demo.sub.b"}),
        ("from ..other.x import *", {"demo.other.x"}),
        ("from .... import b", {"", "b"}),
        ("from .a import (  # as one\n    b,  # first\n    c as d,\n)", {"demo.sub.a"}),
        ("from a import b, \\\n    c", {"a", "a.b"}),
        ("import_module('._core', __package__)", {"demo.sub._core"}),
        ('_c = lazy.LazyLoader("a.b")', {"a.b"}),
        ("importlib.import_module(name)", set()),
        ("# import a", set()),
        ("important = 'a'", set()),
    ],
)
def test_names_are_absolute(source: str, names: set[str]) -> None:
    found = find_imports(source, "demo.sub")
    assert {name for each in found for name in each.names} >= names
    assert bool(found) is bool(names)


def test_parentheses_end_where_they_are_closed() -> None:
    first, second = find_imports("from a import (\n    b,\n    c,\n)\nimport d", "")
    assert first.names == {"a", "a.b", "a.c"}
    assert second.names == {"d"}


_GUARDED = [
    "try:\n    import a\nexcept ImportError:\n    a = None",
    "try:\n    import a\nexcept (AttributeError, ModuleNotFoundError) as error:\n    pass",
    "try:\n    import a\nexcept:\n    a = None",
    "try: import a\nexcept Exception: pass",
    "if fast:\n  try:\n    import os\n    import a\n  except ImportError:\n    pass\nraise E",
    "try:\n    try:\n        import a\n    finally:\n        f()\nexcept ImportError:\n    pass",
    "with contextlib.suppress(ImportError):\n    import a",
    "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    raise ValueError",
]
_BARE = [
    "import a",
    "if fast:\n    import a",
    "def f():\n    import a",
    "try:\n    import a\nfinally:\n    f()",
    "try:\n    import a\nexcept OSError:\n    pass",
    "try:\n    import a\nexcept ImportError as error:\n    raise Broken from error",
    "try:\n    import a\nexcept ImportError:\n    if not quiet:\n        sys.exit(1)",
    "try:\n    import a\nexcept ImportError: raise",
    "try:\n    import b\nexcept ImportError:\n    import a",
    "try:\n    pass\nexcept ImportError:\n    pass\nimport a",
    "with suppress(OSError):\n    import a",
    "if platform == 'win32':\n    try:\n        import a\n    except ImportError:\n        pass",
]


@pytest.mark.parametrize("source", _GUARDED)
def test_a_try_that_goes_on_guards(source: str) -> None:
    (statement,) = (each for each in find_imports(source, "") if "a" in each.names)
    assert statement.is_guarded
    assert statement.is_nested


@pytest.mark.parametrize("source", _BARE)
def test_nothing_else_does(source: str) -> None:
    (statement,) = (each for each in find_imports(source, "") if "a" in each.names)
    assert not statement.is_guarded
