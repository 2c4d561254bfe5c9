"""Who imports a module is found in files that mention it, within limits for all of them."""

import time

import pytest

from archpip.wheels.imports import Imports, module_of


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("demo/_core.cpython-311-darwin.so", "demo._core"),
        ("demo/__init__.py", "demo"),
        ("demo-1.0.data/platlib/demo/a.py", "demo.a"),
        ("demo.data/a.py", "demo.data.a"),
    ],
)
def test_names_are_those_of_installed_files(path: str, module: str) -> None:
    assert module_of(path) == module


def test_importers_of_a_package_import_it_or_what_it_holds() -> None:
    imports = Imports(
        {
            "demo/a.py": "from .sub.core import run",
            "demo/b.py": "import demo.sub_more",
            "demo/c.py": "import demo.sub",
        }
    )
    assert [one.path for one in imports.find_importers("demo.sub")] == ["demo/a.py", "demo/c.py"]
    assert [one.path for one in imports.find_importers("demo.sub.core")] == ["demo/a.py"]


def test_dependents_are_searched_up_to_a_limit() -> None:
    texts = {f"demo/m{n}.py": f"from . import m{n + 1}" for n in range(1000)}
    imports = Imports({"demo/__init__.py": "", **texts})
    assert len(imports.find_dependents({"demo.m999"}, limit=2000)) == 1000
    assert len(imports.find_dependents({"demo.m999"}, limit=9)) == 10


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(
            {f"p{n}/__init__.py": "from . import m\n" * 60_000 for n in range(100)}, id="long"
        ),
        pytest.param(
            {f"p/m{n}.py": f"import p.m{n + 1}\n" + "x" * 2000 for n in range(3000)}, id="many"
        ),
    ],
)
def test_more_than_can_be_searched_is_said(texts: dict[str, str]) -> None:
    imports = Imports(texts)
    began = time.process_time()
    for path in texts:
        imports.find_importers(f"{module_of(path)}.m")
        imports.find_importers(module_of(path))
    assert not imports.is_complete
    assert time.process_time() - began < 20
