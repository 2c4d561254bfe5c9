"""Names say which members may be native binaries."""

import pytest

from archpip.wheels import Member
from archpip.wheels.candidates import Likelihood, estimate_likelihood


def member(path: str, *, size: int = 100, executable: bool = False) -> Member:
    return Member(path=path, size_bytes=size, compressed_bytes=size, executable_bit=executable)


@pytest.mark.parametrize(
    "path",
    [
        "a/b.so",
        "a/b.cpython-311-x86_64-linux-gnu.so",
        "a.libs/libgomp-24e2ab19.so.1.0.0",
        "a/.dylibs/libz.1.dylib",
        "a/b.cp311-win_amd64.pyd",
        "a/B.DLL",
        "a/tool.exe",
        "a/driver/binding.node",
        "a/lib/libx.a",
    ],
)
def test_native_suffixes_are_likely(path: str) -> None:
    assert estimate_likelihood(member(path)) is Likelihood.LIKELY


@pytest.mark.parametrize(
    ("path", "size", "executable"),
    [
        ("swig/data/bin/swig", 100, False),
        ("clang_format-13.0.1.data/scripts/clang-format", 100, False),
        ("playwright/driver/node", 100, True),
        ("ninja/data/ninja", 1 << 20, False),
        ("a/Qt/lib/QtCore.framework/Versions/A/QtCore", 100, False),
        ("a/tool.app/Contents/MacOS/tool", 100, False),
        ("a/tool.bin", 100, True),
        ("a/tool-1.2", 100, True),
    ],
)
def test_where_programs_lie_or_what_may_be_run_is_possible(
    path: str, size: int, *, executable: bool
) -> None:
    assert (
        estimate_likelihood(member(path, size=size, executable=executable)) is Likelihood.POSSIBLE
    )


@pytest.mark.parametrize(
    ("path", "size", "executable"),
    [
        ("a/__init__.py", 100, True),
        ("a/bin/run.sh", 100, True),
        ("a-1.dist-info/RECORD", 1 << 20, True),
        ("a/data.JSON", 100, True),
        ("a/empty.so", 0, True),
    ],
)
def test_text_and_data_are_not_looked_at(path: str, size: int, *, executable: bool) -> None:
    assert estimate_likelihood(member(path, size=size, executable=executable)) is Likelihood.NONE


@pytest.mark.parametrize("path", ["a/LICENSE", "a/weights.bin", "a/.hidden", "a/x.so.conf.d.q q"])
def test_the_rest_is_unlikely(path: str) -> None:
    assert estimate_likelihood(member(path)) is Likelihood.UNLIKELY
