"""The endings of importable modules. Expected values are those of interpreters and real wheels."""

import pytest

from archpip.targets import Target, extension_suffixes, parse_python, parse_target


@pytest.mark.parametrize(
    ("text", "python", "suffixes"),
    [
        (
            "linux-aarch64",
            "3.11",
            (".cpython-311-aarch64-linux-gnu.so", ".abi3.so", ".so"),
        ),
        (
            "linux-x86_64",
            "3.7",
            (".cpython-37m-x86_64-linux-gnu.so", ".abi3.so", ".so"),
        ),
        (
            "linux-x86_64-musl",
            "3.11",
            (".cpython-311-x86_64-linux-musl.so", ".abi3.so", ".so"),
        ),
        (
            # configure took musl for glibc until 3.11.
            "linux-aarch64-musl",
            "3.10",
            (".cpython-310-aarch64-linux-gnu.so", ".abi3.so", ".so"),
        ),
        ("linux-armv7l", "3.12", (".cpython-312-arm-linux-gnueabihf.so", ".abi3.so", ".so")),
        (
            "linux-armv7l-musl",
            "3.14",
            (".cpython-314-arm-linux-musleabihf.so", ".abi3.so", ".so"),
        ),
        ("linux-i686", "3.13", (".cpython-313-i386-linux-gnu.so", ".abi3.so", ".so")),
        ("linux-ppc64le", "3.13", (".cpython-313-powerpc64le-linux-gnu.so", ".abi3.so", ".so")),
        ("linux-s390x", "3.12", (".cpython-312-s390x-linux-gnu.so", ".abi3.so", ".so")),
        ("linux-riscv64", "3.12", (".cpython-312-riscv64-linux-gnu.so", ".abi3.so", ".so")),
        ("macos-arm64", "3.11", (".cpython-311-darwin.so", ".abi3.so", ".so")),
        ("macos-universal2", "3.11", (".cpython-311-darwin.so", ".abi3.so", ".so")),
        ("windows-amd64", "3.11", (".cp311-win_amd64.pyd", ".pyd")),
        ("windows-arm64", "3.13t", (".cp313t-win_arm64.pyd", ".pyd")),
        ("windows-x86", "3.12", (".cp312-win32.pyd", ".pyd")),
        ("windows-amd64", "3.7", (".cp37-win_amd64.pyd", ".pyd")),
        ("linux-x86_64", "3.13t", (".cpython-313t-x86_64-linux-gnu.so", ".abi3.so", ".so")),
        ("macos-arm64", "3.14t", (".cpython-314t-darwin.so", ".abi3.so", ".so")),
        (
            "linux-x86_64",
            "3.15",
            (
                ".cpython-315-x86_64-linux-gnu.so",
                ".abi3-x86_64-linux-gnu.so",
                ".abi3.so",
                ".abi3t-x86_64-linux-gnu.so",
                ".abi3t.so",
                ".so",
            ),
        ),
        (
            "macos-arm64",
            "3.15t",
            (".cpython-315t-darwin.so", ".abi3t-darwin.so", ".abi3t.so", ".so"),
        ),
        ("android-arm64_v8a", "3.13", (".cpython-313-aarch64-linux-android.so", ".abi3.so", ".so")),
        ("ios-arm64", "3.14", (".cpython-314-iphoneos.so", ".abi3.so", ".so")),
        ("ios-arm64-simulator", "3.13", (".cpython-313-iphonesimulator.so", ".abi3.so", ".so")),
        ("linux-x86_64", "pypy3.9", (".pypy39-pp73-x86_64-linux-gnu.so",)),
        ("linux-i686", "pypy3.9", (".pypy39-pp73-x86-linux-gnu.so",)),
        (
            "linux-ppc64le",
            "pypy3.9",
            (".pypy39-pp73-ppc_64-linux-gnu.so", ".pypy39-pp73-powerpc64le-linux-gnu.so"),
        ),
        ("macos-arm64", "pypy3.12", (".pypy312-pp80-darwin.so",)),
        ("windows-amd64", "pypy3.9", (".pypy39-pp73-win_amd64.pyd",)),
        ("linux-x86_64", "2.7", (".so", "module.so")),
        ("windows-amd64", "2.7", (".pyd",)),
    ],
)
def test_suffixes(host: Target, text: str, python: str, suffixes: tuple[str, ...]) -> None:
    target = parse_target(text, host=host, python=parse_python(python))
    assert extension_suffixes(target) == suffixes
