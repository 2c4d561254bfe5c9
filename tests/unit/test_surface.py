"""What each package offers: `__all__` is sorted, real, and all that others may use."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import archpip

_MEANS = {"typing", "archpip.on_demand"}
"""What a package that loads on demand is written with."""

PACKAGES = tuple(
    f"archpip.{module.name}" for module in pkgutil.iter_modules(archpip.__path__) if module.ispkg
)


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


def _tree(package: ModuleType) -> ast.Module:
    assert package.__file__ is not None
    return ast.parse(Path(package.__file__).read_text())


def test_package_tells_its_story(package: ModuleType) -> None:
    assert package.__doc__


def test_names_are_sorted_and_do_not_repeat(package: ModuleType) -> None:
    names = list(getattr(package, "__all__", ()))

    assert len(names) == len(set(names))
    # ruff's order (RUF022): constants, then classes, then the rest, each by name.
    assert names == sorted(names, key=lambda name: (_rank(name), name))


def _rank(name: str) -> int:
    return 0 if name.isupper() else 1 if name[0].isupper() else 2


def test_names_are_real_and_public(package: ModuleType) -> None:
    for name in getattr(package, "__all__", ()):
        assert not name.startswith("_")
        assert hasattr(package, name)


def test_names_are_documented_and_from_this_package(package: ModuleType) -> None:
    for name in getattr(package, "__all__", ()):
        offered = getattr(package, name)
        if inspect.isclass(offered) or inspect.isfunction(offered):
            assert offered.__doc__, name
            assert offered.__module__.startswith(f"{package.__name__}."), name


def _statements(package: ModuleType) -> Iterator[ast.stmt]:
    """Yield what stands at the top, and what is loaded on demand."""
    for statement in _tree(package).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            yield from statement.body
            yield from statement.orelse
        else:
            yield statement


def test_init_holds_no_logic(package: ModuleType) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign, ast.AnnAssign)

    assert [
        type(each).__name__ for each in _statements(package) if not isinstance(each, allowed)
    ] == []


def test_what_init_imports_is_offered(package: ModuleType) -> None:
    imported = {
        alias.asname or alias.name
        for node in _statements(package)
        if isinstance(node, ast.ImportFrom) and node.module not in _MEANS
        for alias in node.names
    }

    assert imported == set(getattr(package, "__all__", ()))


def test_the_root_offers_its_version() -> None:
    assert archpip.__all__ == ["__version__"]
    assert archpip.__version__
