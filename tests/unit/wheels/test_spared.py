"""A package's source tells which of its libraries are for a small part of it."""

from archpip.wheels import Inspection
from fake_index.binaries import native_binary, write_binary
from tests.unit.wheels.inspections import inspect

_ANY = "demo-1.0-py3-none-any.whl"
_CODE = write_binary(native_binary("linux-x86_64"))
_REST = {f"demo/m{n}.py": b"import os\n" for n in range(50)}
_PATH = "demo/wrapping/wrapper.so"
_LIBRARY = {
    _PATH: _CODE,
    "demo/__init__.py": b"",
    "demo/wrapping/__init__.py": b"PATH = join(here, 'wrapper' + ending)\n",
}


def inspect_any(contents: dict[str, bytes]) -> Inspection:
    return inspect({**_REST, **contents}, filename=_ANY)


def test_a_library_that_few_modules_need_is_spared() -> None:
    assert inspect_any(_LIBRARY).spared == (_PATH,)
    assert inspect(_REST | _LIBRARY).spared == ()  # a wheel for one platform promises it
    assert inspect(_LIBRARY, filename=_ANY).spared == ()  # nothing beside it


def test_a_library_that_nothing_loads_is_not_known() -> None:
    assert inspect_any({_PATH: _CODE, "demo/__init__.py": b""}).spared == ()


def test_a_library_that_many_modules_need_is_what_the_wheel_is_for() -> None:
    many = {f"demo/w{n}.py": b"import demo.wrapping\n" for n in range(6)}
    assert inspect_any(_LIBRARY | many).spared == ()
    above = {"demo/__init__.py": b"from .w1 import run\n", "demo/w1.py": many["demo/w1.py"]}
    assert inspect_any(_LIBRARY | above).spared == ()
    on_demand = {"demo/__init__.py": b"if documenting:\n    import demo.wrapping\n"}
    assert inspect_any(_LIBRARY | on_demand).spared == (_PATH,)


def test_what_lies_below_a_package_depends_on_it() -> None:
    path = "demo/drawing/kernels/raster_op.so"
    kernels = {
        "demo/__init__.py": b"",
        "demo/drawing/__init__.py": b"from demo.drawing.kernels import raster\n",
        "demo/drawing/kernels/__init__.py": b"",
        "demo/drawing/kernels/raster.py": b"load('raster_op.so')\n",
    }
    assert inspect_any({path: _CODE, **kernels}).spared == (path,)
    lines = {f"demo/drawing/m{n}.py": b"import math\n" for n in range(10)}
    assert inspect_any({path: _CODE, **kernels, **lines}).spared == ()


def test_a_library_of_the_packages_name_is_its_purpose() -> None:
    namesake = {"demo/sync/libdemo_ffi.so": _CODE, "demo/sync/client.py": b"'libdemo_ffi.so'\n"}
    assert inspect_any(namesake).spared == ()


def test_a_module_is_no_library() -> None:
    path = "demo/wrapping/_core.so"
    imported = {
        path: _CODE,
        "demo/__init__.py": b"",
        "demo/wrapping/a.py": b"from . import _core\n",
    }
    assert inspect_any(imported).spared == ()


def test_names_that_say_for_which_machine_they_are_need_no_source() -> None:
    loader = {"demo/wrapping/__init__.py": b"'wrapper_amd64.so'\n"}
    assert inspect_any({"demo/wrapping/wrapper_amd64.so": _CODE, **loader}).spared == ()
