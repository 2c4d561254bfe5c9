"""The tree of errors: drawn as it is, with a code and an exit status for every class."""

import ast
import builtins
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archpip import errors
from archpip.errors import ArchpipError, ExitCode

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "archpip"
EXIT_CODES = ROOT / "docs" / "reference" / "exit-codes.md"


def _every_class() -> dict[str, type[ArchpipError]]:
    """Import every module that defines an error, and return the classes by their full names."""
    for path in SOURCE.rglob("*.py"):
        if re.search(r"^class \w+Error\(", path.read_text(), re.MULTILINE):
            parts = path.relative_to(SOURCE.parent).with_suffix("").parts
            importlib.import_module(".".join(parts))
    found, pending = {}, [ArchpipError]
    while pending:
        error = pending.pop()
        if error.__module__.startswith("archpip"):
            found[f"{error.__module__}.{error.__name__}"] = error
            pending.extend(error.__subclasses__())
    return dict(sorted(found.items()))


CLASSES = _every_class()
FAMILIES = [
    each
    for each in vars(errors).values()
    if inspect.isclass(each) and issubclass(each, ArchpipError) and each is not ArchpipError
]

every_class = pytest.mark.parametrize("error", CLASSES.values(), ids=CLASSES)


def test_the_drawing_shows_every_family_in_order() -> None:
    drawn = re.findall(r"^[├└]─ (\w+)$", errors.__doc__ or "", re.MULTILINE)

    assert drawn == [family.__name__ for family in FAMILIES]
    assert all(family.__bases__ == (ArchpipError,) for family in FAMILIES)


@every_class
def test_leaves_descend_from_one_family(error: type[ArchpipError]) -> None:
    if error is ArchpipError or error in FAMILIES:
        return

    assert sum(issubclass(error, family) for family in FAMILIES) == 1


@every_class
def test_leaves_stand_in_their_packages_errors_module(error: type[ArchpipError]) -> None:
    # A command has one module, which holds its own complaints as well.
    assert error.__module__.rpartition(".")[2] == "errors" or ".cli." in error.__module__


@every_class
def test_code_is_its_own_and_kebab_case(error: type[ArchpipError]) -> None:
    assert "code" in vars(error)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", error.code)


def test_codes_are_unique() -> None:
    codes = [error.code for error in CLASSES.values()]

    assert sorted(codes) == sorted(set(codes))


@every_class
def test_exit_status_is_documented(error: type[ArchpipError]) -> None:
    if error is not ArchpipError:
        assert error.exit_code not in {ExitCode.OK, ExitCode.BUG}
    assert f"| {int(error.exit_code)} |" in EXIT_CODES.read_text()


@every_class
def test_name_ends_in_error_and_shadows_nothing(error: type[ArchpipError]) -> None:
    assert error.__name__.endswith("Error")
    assert not hasattr(builtins, error.__name__)


@every_class
def test_facts_are_keyword_only(error: type[ArchpipError]) -> None:
    if "__init__" not in vars(error):
        return
    parameters = list(inspect.signature(error.__init__).parameters.values())[1:]

    assert {each.kind for each in parameters} <= {inspect.Parameter.KEYWORD_ONLY}


def _iter_returned(name: str) -> Iterator[str]:
    """Yield what every error's method of this name returns; `…` stands for what is put in."""
    for path in SOURCE.rglob("*.py"):
        for error in ast.walk(ast.parse(path.read_text())):
            if not isinstance(error, ast.ClassDef) or not error.name.endswith("Error"):
                continue
            for function in error.body:
                if not isinstance(function, ast.FunctionDef) or function.name != name:
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Return):
                        yield from _iter_texts(node.value)


def _iter_texts(node: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(each.value) if isinstance(each, ast.Constant) else "…" for each in parts
            )
        case ast.IfExp(body=body, orelse=orelse):
            yield from _iter_texts(body)
            yield from _iter_texts(orelse)
        case _:
            pass  # told elsewhere: by a value that the error carries


@pytest.mark.parametrize("hint", sorted(_iter_returned("hint")))
def test_hint_is_a_sentence(hint: str) -> None:
    # It may begin with an option or a command, and end with what another sentence is put in.
    assert re.fullmatch(r"[A-Z`\-…].*[.?…]", hint, re.DOTALL)


@pytest.mark.parametrize("message", sorted(_iter_returned("__str__")))
def test_message_is_a_sentence_without_a_full_stop(message: str) -> None:
    # It may begin with a name, a path, an option or a table of a file.
    assert re.fullmatch(r"[A-Z`\[\-…].*[^.?]", message, re.DOTALL)


@every_class
def test_leaves_write_their_own_sentence(error: type[ArchpipError]) -> None:
    if error is ArchpipError or error in FAMILIES:
        return

    assert any("__str__" in vars(base) for base in error.__mro__ if issubclass(base, ArchpipError))


def test_every_exit_code_is_documented() -> None:
    documented = re.findall(r"^\| (\d+) \|", EXIT_CODES.read_text(), re.MULTILINE)

    assert [int(each) for each in documented] == sorted(ExitCode)
