"""A wheel for any platform says in Python which of its modules it does without."""

import pytest

from archpip.wheels import Inspection
from fake_index.binaries import native_binary, write_binary
from tests.unit.wheels.inspections import NAME, inspect

_ANY = "demo-1.0-py3-none-any.whl"
_MODULE = "demo/fast/_core.cpython-311-darwin.so"
_CODE = write_binary(native_binary("macos-arm64"))
_GUARD = "try:\n    {}\nexcept ImportError:\n    pass\n"
_IMPORT = "from demo.fast import _core"


def _inspect(sources: dict[str, str], *, filename: str = _ANY, path: str = _MODULE) -> Inspection:
    written = {f"demo/{name}": text.encode() for name, text in sources.items()}
    return inspect({**written, path: _CODE}, filename=filename)


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param({"fast/__init__.py": _GUARD.format("from ._core import run")}, id="itself"),
        pytest.param(
            {"fast/c.py": _IMPORT, "fast/__init__.py": _GUARD.format("from .c import *")},
            id="a-file-that-imports-it",
        ),
        pytest.param(
            {"fast/__init__.py": _IMPORT, "__init__.py": _GUARD.format("from . import fast")},
            id="its-package",
        ),
        pytest.param(
            {"fast/__init__.py": _GUARD.format(_IMPORT), "extra/_core.py": _IMPORT},
            id="what-only-users-import-elsewhere",
        ),
    ],
)
def test_a_module_is_guarded_by(sources: dict[str, str]) -> None:
    assert _inspect(sources).guarded == (_MODULE,)


_GUARDED = {"fast/__init__.py": _GUARD.format(_IMPORT)}


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param({}, id="nothing-imports-it"),
        pytest.param({"fast/__init__.py": _IMPORT}, id="no-guard"),
        pytest.param({**_GUARDED, "__init__.py": _IMPORT}, id="one-guard-of-two"),
        pytest.param({**_GUARDED, "fast/main.py": _IMPORT}, id="what-users-import-beside-it"),
        pytest.param({**_GUARDED, "other.py": "load('_core')"}, id="called-by-its-bare-name"),
        pytest.param(
            {"fast/a.py": f"{_IMPORT}\nfrom . import b", "fast/b.py": "from . import a"},
            id="files-that-import-each-other",
        ),
    ],
)
def test_a_module_is_not_guarded_where(sources: dict[str, str]) -> None:
    assert _inspect(sources).guarded == ()


def test_each_file_of_a_guarded_module_is_named() -> None:
    other = "demo/fast/_core.cp311-win_amd64.pyd"
    contents = {_MODULE: _CODE, other: write_binary(native_binary("windows-amd64"))}
    source = {"demo/fast/__init__.py": _GUARD.format("from . import _core").encode()}
    assert inspect({**contents, **source}, filename=_ANY).guarded == (_MODULE, other)


def test_data_folders_are_where_they_are_installed() -> None:
    path = f"demo-1.0.data/platlib/{_MODULE}"
    source = {"demo-1.0.data/platlib/demo/fast/__init__.py": _GUARD.format(_IMPORT).encode()}
    assert inspect({**source, path: _CODE}, filename=_ANY).guarded == (path,)


def test_a_wheel_for_one_platform_promises_its_modules() -> None:
    assert _inspect(_GUARDED, filename=NAME).guarded == ()


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param(
            {f"fast/m{n}.py": f"import demo.fast.m{n + 1}, demo.fast._core" for n in range(2000)},
            id="a-long-chain",
        ),
        pytest.param({"fast/__init__.py": "import _core\n" * 75_000}, id="a-long-file"),
        pytest.param(
            {f"fast/m{n}.py": _GUARD.format(_IMPORT) * 2000 for n in range(20)}, id="long-files"
        ),
    ],
)
def test_too_much_source_guards_nothing(sources: dict[str, str]) -> None:
    assert _inspect(sources).guarded == ()
