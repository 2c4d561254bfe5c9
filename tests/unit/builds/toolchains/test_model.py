from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.builds import InvalidToolchainError, Toolchain
from archpip.builds.toolchains.model import toolchain_from_table, toolchain_to_table
from archpip.targets import Target


def test_a_toolchain_is_read_back_as_it_was_written(toolchain: Toolchain) -> None:
    assert toolchain_from_table("linux-aarch64", toolchain_to_table(toolchain)) == toolchain


def test_a_user_may_name_a_toolchain_of_their_own() -> None:
    table = {
        "operating-system": "linux",
        "architecture": "arm64",
        "libc": "glibc",
        "c": "/opt/x-tools/bin/aarch64-unknown-linux-gnu-gcc",
        "cxx": "/opt/x-tools/bin/aarch64-unknown-linux-gnu-g++",
        "archiver": "/opt/x-tools/bin/aarch64-unknown-linux-gnu-ar",
        "ranlib": "/opt/x-tools/bin/aarch64-unknown-linux-gnu-ranlib",
        "sysroot": "/opt/sysroot",
        "library-folder": "/opt/sysroot/usr/lib64",
        "cmake-toolchain-file": "/opt/toolchain.cmake",
        "pythons": [
            {"version": "3.12", "include-folders": ["/opt/sysroot/usr/include/python3.12"]}
        ],
    }
    toolchain = toolchain_from_table("linux-aarch64", table)
    assert toolchain.cmake_toolchain_file == Path("/opt/toolchain.cmake")
    assert toolchain.libc_version is None
    assert toolchain.floors_folder is None
    python = toolchain.find_python((3, 12))
    assert python is not None
    assert python.executable is None
    assert toolchain.find_python((3, 11)) is None


def test_everything_that_is_wrong_is_said_at_once() -> None:
    table = {"operating-system": 1, "compiler": "gcc", "pythons": [{"version": "three"}]}
    with pytest.raises(InvalidToolchainError) as caught:
        toolchain_from_table("mine", table)
    text = str(caught.value)
    for problem in (
        "`operating-system` must be a text",
        "`c` must be a text",
        "`sysroot` must be a text",
        "'three' is not a version like 3.11",
        "`compiler` is not known",
    ):
        assert problem in text


def test_an_unknown_architecture_is_named(toolchain: Toolchain) -> None:
    table = {**toolchain_to_table(toolchain), "architecture": "aarch65"}
    with pytest.raises(InvalidToolchainError, match="aarch65"):
        toolchain_from_table("linux-aarch64", table)


def test_which_targets_it_serves(toolchain: Toolchain, make_target: Callable[..., Target]) -> None:
    names = ["linux-aarch64", "linux-aarch64-musl", "linux-x86_64", "macos-arm64"]
    assert [name for name in names if toolchain.serves(make_target(name))] == ["linux-aarch64"]
