"""A toolchain that the user describes, `[tool.archpip.toolchain.NAME]`, completed.

A ready CMake toolchain file, or a py-build-cmake cross file that names one, already says which
compiler and sysroot there are; what neither says follows from the compiler's name and from what
lies in the sysroot.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from archpip.builds.errors import InvalidToolchainError
from archpip.builds.toolchains.model import Toolchain, toolchain_from_table
from archpip.codec import as_mapping
from archpip.foreign_toml import parse_toml
from archpip.targets import Target

# set(NAME VALUE) and set(NAME "VALUE" …), where VALUE needs no CMake to be understood.
_CMAKE_SET = re.compile(
    r"^\s*set\s*\(\s*(?P<name>\w+)\s+(?P<value>\"[^\"$]+\"|[^\s\"$)]+)",
    re.IGNORECASE | re.MULTILINE,
)
_FROM_CMAKE = {
    "c": "CMAKE_C_COMPILER",
    "cxx": "CMAKE_CXX_COMPILER",
    "archiver": "CMAKE_AR",
    "ranlib": "CMAKE_RANLIB",
    "strip": "CMAKE_STRIP",
    "sysroot": "CMAKE_SYSROOT",
}
# What stands beside a compiler, by the end of the compiler's name.
_COMPANIONS = {
    "gcc": {"cxx": "g++", "archiver": "ar", "ranlib": "ranlib", "strip": "strip"},
    "clang": {
        "cxx": "clang++",
        "archiver": "llvm-ar",
        "ranlib": "llvm-ranlib",
        "strip": "llvm-strip",
    },
    "cc": {"cxx": "c++", "archiver": "ar", "ranlib": "ranlib", "strip": "strip"},
}
_FILES = ("cmake-toolchain-file", "py-build-cmake-cross-file")
_HEADERS = re.compile(r"python3\.(?P<minor>\d+)")


def describe_toolchain(target: Target, table: Mapping[str, object], *, folder: Path) -> Toolchain:
    """Read the description of a toolchain for a target.

    Needed are a compiler and a sysroot, named in the table or in the files that it names; the rest
    may be left out. Relative paths start from `folder`; programs without a folder are on PATH.

    Raises:
        InvalidToolchainError: What is said is not understood, or a file cannot be read.
    """
    found = {key: _place(key, value, folder) for key, value in table.items()}
    found = {**_read_files(target.name, found), **found}
    found.setdefault("operating-system", target.operating_system.value)
    found.setdefault("architecture", target.architectures[0].value)
    if target.libc is not None:
        found.setdefault("libc", target.libc.value)
    _add_companions(found)
    _add_sysroot(found, target)
    return toolchain_from_table(target.name, found)


def _place(key: str, value: object, folder: Path) -> object:
    """Put a path where it belongs; a bare program's name stays, for PATH."""
    if not isinstance(value, str):
        return value
    is_path = key in {"sysroot", "library-folder", *_FILES}
    return str(folder / value) if is_path or "/" in value else value


def _read_files(name: str, table: Mapping[str, object]) -> dict[str, object]:
    """Return what the user's own files say of compiler and sysroot."""
    found: dict[str, object] = {}
    toolchain, cross = (table.get(key) for key in _FILES)
    if isinstance(cross, str):
        named = _read_cross_file(name, Path(cross))
        toolchain = toolchain or named
        if named:
            found["cmake-toolchain-file"] = named
    if isinstance(toolchain, str):
        values = {
            match["name"].upper(): match["value"].strip('"')
            for match in _CMAKE_SET.finditer(_read(name, Path(toolchain)))
        }
        found |= {key: values[word] for key, word in _FROM_CMAKE.items() if word in values}
    return found


def _read_cross_file(name: str, path: Path) -> str | None:
    """Return the CMake toolchain file that a py-build-cmake cross file names."""
    try:
        content = parse_toml(_read(name, path))
    except tomllib.TOMLDecodeError as error:
        raise InvalidToolchainError(name=name, problems=(f"{path}: {error}",)) from error
    tables = (content, as_mapping(content.get("cmake")))
    named = next((table["toolchain_file"] for table in tables if "toolchain_file" in table), None)
    return str(path.parent / named) if isinstance(named, str) else None


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidToolchainError(name=name, problems=(f"{path}: {error}",)) from error


def _add_companions(table: dict[str, object]) -> None:
    """Name the programs that stand beside the compiler: `aarch64-linux-gnu-gcc` has its `-ar`."""
    compiler = table.get("c")
    if not isinstance(compiler, str):
        return
    for end, companions in _COMPANIONS.items():
        # A version may follow: aarch64-linux-gnu-gcc-12 goes with aarch64-linux-gnu-g++-12.
        match = re.fullmatch(rf"(?P<start>.*?){end}(?P<version>-[\d.]+)?", compiler)
        if match is None:
            continue
        for key, word in companions.items():
            version = (match["version"] or "") if key == "cxx" else ""
            table.setdefault(key, f"{match['start']}{word}{version}")
        return


def _add_sysroot(table: dict[str, object], target: Target) -> None:
    """Find libraries and Python's headers in the sysroot."""
    sysroot = table.get("sysroot")
    if not isinstance(sysroot, str):
        return
    includes = Path(sysroot, "usr", "include")
    headers = sorted(path.parent for path in includes.glob("python3.*/Python.h"))
    if headers and "pythons" not in table:
        table["pythons"] = [
            {"version": f"3.{match['minor']}", "include-folders": [str(path)]}
            for path in headers
            if (match := _HEADERS.fullmatch(path.name))
        ]
    # Debian's way, Fedora's, everybody's.
    machine = target.architecture_name
    folders = (f"usr/lib/{machine}-linux-gnu", "usr/lib64", "usr/lib", "lib")
    for folder in folders:
        if Path(sysroot, folder).is_dir():
            table.setdefault("library-folder", str(Path(sysroot, folder)))
