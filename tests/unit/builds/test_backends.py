import pytest

from archpip.builds.backends import Backend, find_backend, makes_native_only


@pytest.mark.parametrize(
    ("table", "backend"),
    [
        (None, Backend.SETUPTOOLS),
        ({"requires": ["setuptools"]}, Backend.SETUPTOOLS),
        ({"requires": [], "build-backend": "setuptools.build_meta"}, Backend.SETUPTOOLS),
        ({"requires": [], "build-backend": "setuptools.build_meta:__legacy__"}, Backend.SETUPTOOLS),
        ({"requires": [], "build-backend": "mesonpy"}, Backend.MESON_PYTHON),
        ({"requires": [], "build-backend": "scikit_build_core.build"}, Backend.SCIKIT_BUILD_CORE),
        ({"requires": [], "build-backend": "py_build_cmake.build"}, Backend.PY_BUILD_CMAKE),
        ({"requires": [], "build-backend": "maturin"}, Backend.MATURIN),
        ({"requires": [], "build-backend": "hatchling.build"}, Backend.PURE),
        ({"requires": ["x"], "build-backend": "own"}, Backend.OTHER),
        (
            {"requires": ["meson_python>=0.15"], "build-backend": "own", "backend-path": ["."]},
            Backend.MESON_PYTHON,
        ),
        # frozenlist wraps setuptools in a backend of its own, and Cython beside it.
        (
            {
                "requires": ["setuptools >= 47", "expandvars"],
                "build-backend": "pep517_backend.hooks",
                "backend-path": ["packaging"],
            },
            Backend.SETUPTOOLS,
        ),
        ({"requires": "not a list", "build-backend": "own"}, Backend.OTHER),
        ({"requires": ["-r evil"], "build-backend": "own"}, Backend.OTHER),
    ],
)
def test_backend(table: dict[str, object] | None, backend: Backend) -> None:
    assert find_backend(table) is backend


def test_only_backends_that_are_there_to_compile_promise_native_code() -> None:
    assert {backend for backend in Backend if makes_native_only(backend)} == {
        Backend.MESON_PYTHON,
        Backend.MATURIN,
        Backend.PY_BUILD_CMAKE,
    }
