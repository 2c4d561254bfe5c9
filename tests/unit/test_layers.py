"""Who may import whom: every import statement is read, wherever it stands.

The table is the one in `docs/explanation/architecture.md`. Rows count from the top; a package
imports only from rows above its own.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "archpip"
ARCHITECTURE = ROOT / "docs" / "explanation" / "architecture.md"

ROWS = {
    "early_interrupts": 0,
    "errors": 0,
    "on_demand": 0,
    "owned_folders": 0,
    "foreign_archives": 0,
    "foreign_toml": 0,
    "printable": 0,
    "reachable": 0,
    "redaction": 0,
    "architecture": 0,
    "codec": 0,
    "whole_files": 0,
    "targets": 1,
    "settings": 1,
    "binaries": 1,
    "wheels": 2,
    "verdicts": 3,
    "store": 4,
    "index": 4,
    "builds": 4,
    "fusing": 4,
    "resolution": 5,
    "locking": 6,
    "environments": 6,
    "gateway": 6,
    "wheelhouses": 7,
    "failures": 7,
    "installing": 7,
    "integrations": 7,
    "reports": 8,
    "app": 9,
    "cli": 10,
}

# Modules that `app` and `cli` import by their own names, because what they need is slow to import
# and `archpip --version` must not pay for it. Everywhere else a package is its `__init__`.
OPEN_MODULES = {
    "archpip.gateway.operations",  # prometheus_client: 40 ms
    "archpip.index.client",  # the HTTP client: 50 ms
    "archpip.index.repositories",  # unearth: 100 ms
    "archpip.integrations.gateway_run",  # tomlkit: 20 ms
    "archpip.integrations.setup",  # likewise
    "archpip.store.postgres",  # an optional dependency
}
# A command loads the one module that it prints with, or calls.
OPEN_PACKAGES = {"reports", "app"}

LATE = {"", "app", "cli"}
"""Where imports may stand in functions or under TYPE_CHECKING: where start-up is decided. The empty
name is `archpip` itself."""
LATE_MODULES = {
    "archpip.foreign_archives",  # a Python may have been built without lzma
    "archpip.environments.shapes",  # loads tarfile and zipfile only where an archive stands
    "archpip.index.parsing",  # loads an HTML parser only for pages in HTML
    "archpip.index.credentials",  # made to load unearth only where somebody asks who we are
}

# What takes milliseconds to load, and what few runs need: functions may load it where they need it.
# A clean audit of a small environment takes 100 ms in all.
SLOW_MODULES = {
    "configparser",
    "csv",
    "difflib",
    "email",  # its dates bring sockets
    "json",
    "mimetypes",
    "packaging",  # its tags bring logging and subprocess
    "plistlib",
    "ssl",
    "subprocess",
    "threading",
    "tomllib",
    "xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import of something of archpip's."""

    importer: str
    """The module that imports, with dots."""
    imported: str
    line: int

    @property
    def source(self) -> str:
        """The importing package, or top-level module."""
        return _package(self.importer)

    @property
    def destination(self) -> str:
        """The imported package, or top-level module; empty for `archpip` itself."""
        return _package(self.imported)

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def _package(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _read_modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        yield name, ast.parse(path.read_text(), filename=str(path))


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module by its name, parsed when the first test asks."""
    return dict(_read_modules())


def _imported_names(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a statement may import; `from archpip import x` may mean a module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module == "archpip":
        yield from (f"archpip.{a.name}" if a.name in ROWS else "archpip" for a in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        yield node.module


def _read_imports() -> Iterator[Import]:
    for importer, tree in modules().items():
        for node in ast.walk(tree):
            for imported in _imported_names(node):
                if imported.split(".")[0] == "archpip":
                    yield Import(
                        importer=importer, imported=imported, line=getattr(node, "lineno", 0)
                    )


@cache
def imports() -> tuple[Import, ...]:
    return tuple(_read_imports())


def test_every_package_has_a_row() -> None:
    found = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert found - {"__init__", "__main__", "__pycache__", "py"} == ROWS.keys()


def test_open_modules_exist() -> None:
    assert modules().keys() >= OPEN_MODULES
    assert ROWS.keys() >= OPEN_PACKAGES


def test_the_table_is_the_one_that_is_drawn() -> None:
    lines = re.findall(r"^\| (\d+) \| ([^|]*) \|", ARCHITECTURE.read_text(), re.MULTILINE)

    drawn = {
        re.sub(r"(/|\.py)$", "", name): int(row)
        for row, names in lines
        for name in re.findall("`([^`]*)`", names)
    }
    assert drawn == ROWS


def test_imports_point_to_rows_above() -> None:
    wrong = [
        str(each)
        for each in imports()
        if each.source in ROWS
        and each.destination in ROWS
        and each.source != each.destination
        and ROWS[each.destination] >= ROWS[each.source]
    ]

    assert wrong == []


def test_packages_are_imported_by_their_own_names_only() -> None:
    wrong = [
        str(each)
        for each in imports()
        if each.source != each.destination
        and each.imported.count(".") > 1
        and each.source != "__main__"
        and not (
            each.source in LATE
            and (each.imported in OPEN_MODULES or each.destination in OPEN_PACKAGES)
        )
    ]

    assert wrong == []


def test_private_names_stay_where_they_are() -> None:
    wrong = [
        f"{importer}:{node.lineno} imports {alias.name} from {node.module}"
        for importer, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and alias.name != "__version__"
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "module",
    [
        name
        for name in modules()
        if _package(name) not in {*LATE, "__main__"} and name not in LATE_MODULES
    ],
)
def test_imports_stand_at_the_top(module: str) -> None:
    tree = modules()[module]
    top = {id(statement) for statement in tree.body}
    is_package = (SOURCE.parent / module.replace(".", "/") / "__init__.py").exists()
    for statement in tree.body:
        for each in statement.body if isinstance(statement, ast.If) else ():
            # A package may load what it offers on demand: `archpip.on_demand`.
            if is_package or _is_slow(each):
                top.add(id(each))
        if isinstance(statement, ast.Try):  # not every system has the module
            top.update(map(id, statement.body))

    late = [
        f"line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and not (id(node) in top or _is_slow(node))
    ]

    assert late == []


def _is_slow(node: ast.AST) -> bool:
    names = {name.split(".")[0] for name in _imported_names(node)}
    return bool(names) and names <= SLOW_MODULES


def test_pip_is_never_imported() -> None:
    wrong = [
        f"{importer}:{getattr(node, 'lineno', 0)}"
        for importer, tree in modules().items()
        for node in ast.walk(tree)
        for name in _imported_names(node)
        if name.split(".")[0] == "pip"
    ]

    assert wrong == []


def test_fake_index_knows_nothing_of_archpip() -> None:
    trees = {
        path: ast.parse(path.read_text()) for path in sorted((ROOT / "fake_index").rglob("*.py"))
    }

    wrong = [
        path.name
        for path, tree in trees.items()
        for node in ast.walk(tree)
        for name in _imported_names(node)
        if name.split(".")[0] == "archpip"
    ]

    assert len(trees) > 10
    assert wrong == []
