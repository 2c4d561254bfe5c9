import pytest

from archpip.builds.logs import (
    excerpt,
    find_first_error,
    iter_native_extensions,
)


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        pytest.param(
            "error in A setup command: bad; Expected comma\n    b>=1<2\n     ~~~^",
            "error in A setup command: bad; Expected comma",
            id="setuptools-metadata",
        ),
        pytest.param("    b>=1<2\n     ~~~^", "b>=1<2", id="pointer"),
        pytest.param(
            """
            running build_ext
            gcc -c a.c
            a.c:1:10: fatal error: openssl/ssl.h: No such file or directory
            compilation terminated.
            error: command '/usr/bin/gcc' failed with exit code 1
            """,
            "openssl/ssl.h: No such file or directory",
            id="missing-header",
        ),
        pytest.param(
            """
            src/x.cpp:7:3: warning: unused
            src/x.cpp:9:3: error: 'foo' was not declared in this scope
            src/x.cpp:12:3: error: expected ';'
            Traceback (most recent call last):
            subprocess.CalledProcessError: Command 'cmake' returned non-zero exit status 2.
            """,
            "src/x.cpp:9:3: error: 'foo' was not declared in this scope",
            id="first-compiler-error",
        ),
        pytest.param(
            """
            CMake Error at CMakeLists.txt:5 (find_package):

              Could NOT find OpenSSL, try to set the path

            subprocess.CalledProcessError: Command failed
            """,
            "CMake Error at CMakeLists.txt:5 (find_package): "
            "Could NOT find OpenSSL, try to set the path",
            id="cmake-says-where-and-then-what",
        ),
        pytest.param(
            """
            ../meson.build:41:0: ERROR: Dependency "openblas" not found
            """,
            '../meson.build:41:0: ERROR: Dependency "openblas" not found',
            id="meson",
        ),
        pytest.param(
            """
               Compiling pyo3 v0.22
            error[E0433]: failed to resolve: use of undeclared crate
            error: could not compile `x`
            """,
            "error[E0433]: failed to resolve: use of undeclared crate",
            id="rust",
        ),
        pytest.param(
            """
            Traceback (most recent call last):
              File "setup.py", line 1, in <module>
                import numpy
            ModuleNotFoundError: No module named 'numpy'
            """,
            "ModuleNotFoundError: No module named 'numpy'",
            id="exception",
        ),
        pytest.param(
            """
            ar: error while loading shared libraries: libbfd.so: cannot open shared object file
            gmake[2]: *** [x.a] Error 127
            CalledProcessError: cmake
            """,
            "ar: error while loading shared libraries: libbfd.so: cannot open shared object file",
            id="a-tool-that-does-not-start",
        ),
        pytest.param("\nthis ends\n\n", "this ends", id="the-last-line-where-nothing-is-known"),
    ],
)
def test_the_first_real_error_is_found(log: str, reason: str) -> None:
    assert find_first_error(log.splitlines()) == reason


def test_an_empty_log_has_no_error() -> None:
    assert find_first_error([]) is None


def test_extension_modules_are_known_by_what_setuptools_announces() -> None:
    log = ["running build_ext", "building 'markupsafe._speedups' extension", "gcc …"]
    assert list(iter_native_extensions(log)) == ["markupsafe._speedups"]


def test_an_excerpt_shows_what_stands_around_the_first_error() -> None:
    lines = [f"before {number}" for number in range(100)]
    lines += ["a.c:1:10: fatal error: x.h: No such file or directory", "", "    1 | #include <x.h>"]
    lines += [f"after {number}" for number in range(100)]
    shown = excerpt(lines)
    assert shown[0] == "before 94"
    assert shown[5:8] == ("before 99", lines[100], lines[102])
    assert shown[-1] == "after 3"


def test_an_excerpt_of_a_log_without_an_error_is_its_end() -> None:
    assert excerpt([str(number) for number in range(100)]) == ("94", "95", "96", "97", "98", "99")
    assert excerpt([]) == ()
    assert excerpt(["error: " + "x" * 5000]) == ("error: " + "x" * 193,)
