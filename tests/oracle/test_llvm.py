"""LLVM's tools read the same of every file."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archpip.binaries import (
    BinaryFormat,
    BinaryKind,
    Depth,
    FileSource,
    Slice,
    read_binary,
    read_symbols,
)

READOBJ, NM = shutil.which("llvm-readobj"), shutil.which("llvm-nm")

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(READOBJ is None or NM is None, reason="LLVM's tools are not installed"),
]

# What llvm-readobj calls an architecture, where archpip has another word.
ARCHITECTURES = {
    "aarch64": "arm64",
    "i386": "i686",
    "arm": "armv7l",
    "thumb": "armv7l",
    "powerpc": "ppc",
    "powerpc64le": "ppc64le",
    "systemz": "s390x",
    "aarch64_32": "arm64_32",
}
LOADED = {BinaryKind.EXECUTABLE, BinaryKind.LIBRARY, BinaryKind.BUNDLE}


def run(*command: str | Path | None) -> str:
    finished = subprocess.run(
        [str(part) for part in command], capture_output=True, check=False, timeout=120
    )
    return finished.stdout.decode("utf-8", "backslashreplace")


def test_llvm_says_the_same(binaries: tuple[Path, ...]) -> None:
    compared = 0
    for path in binaries:
        with FileSource(path) as source:
            binary = read_binary(source, depth=Depth.LINKS)
            assert binary is not None
            if not all(one.kind in LOADED and one.architecture for one in binary.slices):
                continue
            compared += 1
            if binary.format is BinaryFormat.PE:
                _compare_pe(path, binary.slices[0])
                continue
            tables = [read_symbols(source, one) for one in binary.slices]
        _compare_headers(path, binary.slices)
        flat = [table.flat if table else frozenset() for table in tables]
        assert flat == _read_flat(path, binary.format), path
    assert compared >= len(binaries) // 2


def _sections(text: str) -> list[str]:
    """Split what is said of a file by slice."""
    return re.split(r"^File: .*$", text, flags=re.MULTILINE)[1:]


def _compare_headers(path: Path, slices: tuple[Slice, ...]) -> None:
    sections = _sections(run(READOBJ, "--needed-libs", "--macho-version-min", path))
    assert len(sections) == len(slices), path
    for said, one in zip(sections, slices, strict=True):
        assert _architecture(said) == str(one.architecture), path
        assert f"AddressSize: {one.bits}bit" in said, path
        own = [one.install_name] if "Mach-O" in said and one.install_name else []
        needed = re.search(r"NeededLibraries \[\n(.*?)^\]", said, re.DOTALL | re.MULTILINE)
        assert needed is not None, path
        listed = sorted(line[2:] for line in needed[1].splitlines())
        assert listed == sorted([*own, *(library.name for library in one.needed)]), path
        version = re.search(r"^  Version: ([\d.]+)$", said, re.MULTILINE)
        if version is not None and one.minimum_os is not None:
            parts = [*map(int, version[1].split(".")), 0][:3]
            assert tuple(parts) == one.minimum_os, path


def _architecture(said: str) -> str:
    found = re.search(r"^Arch: (\S+)$", said, re.MULTILINE)
    assert found is not None
    return ARCHITECTURES.get(found[1], found[1])


def _compare_pe(path: Path, one: Slice) -> None:
    (said,) = _sections(run(READOBJ, "--coff-imports", path))
    if one.subtype != "arm64ec":
        assert _architecture(said) == str(one.architecture), path
    names = re.findall(r"^(Delay)?Import {\n  Name: (.*)$", said, re.MULTILINE)
    assert [(name, bool(delayed)) for delayed, name in names] == [
        (library.name, library.weak) for library in one.needed
    ], path


def _read_flat(path: Path, form: BinaryFormat) -> list[frozenset[bytes]]:
    """Return, for each slice, the undefined symbols that are not weak and are looked up flat."""
    if form is BinaryFormat.ELF:
        # Unlike llvm-nm, it reads the symbols of files without sections.
        return [frozenset(_iter_elf_names(run(READOBJ, "--dyn-symbols", path)))]
    said = run(NM, "-m", "-u", "--arch=all", path)
    headings = "^.*\\(for architecture .*\\):$"
    parts = re.split(headings, said, flags=re.MULTILINE)
    return [frozenset(_iter_macho_names(part)) for part in parts[1:] or parts]


def _iter_elf_names(said: str) -> Iterator[bytes]:
    for symbol in re.findall(r"^  Symbol {\n(.*?)^  }", said, re.DOTALL | re.MULTILINE):
        fields = dict(line.strip().split(": ", 1) for line in symbol.splitlines() if ": " in line)
        if fields["Binding"].startswith("Global") and fields["Section"].startswith("Undefined"):
            name, _, _ = fields["Name"].rpartition(" (")
            yield name.partition("@")[0].encode()


def _iter_macho_names(said: str) -> Iterator[bytes]:
    for line in said.splitlines():
        found = re.match(r"\s*\(undefined\) external (\S+) \(dynamically looked up\)$", line)
        if found:
            yield found[1].encode()
