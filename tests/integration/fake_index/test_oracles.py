"""What `fake_index` writes is what LIEF and LLVM's tools read."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import lief
import pytest

from fake_index import elf, macho
from fake_index.binaries import Description, native_binary, write_binary
from fake_index.elf import Elf, ElfKind, ElfSymbol, VersionsNeeded
from fake_index.macho import MACHINES, Dylib, DylibKind, FatMachO, MachO, MachOKind
from fake_index.pe import Clr, Pe, PeImport, PeKind

pytestmark = pytest.mark.oracle

MACHO_VARIANTS = {
    f"{machine}-{kind}": MachO(
        architecture=machine,
        kind=kind,
        platform="macos",
        dylibs=tuple(Dylib(name=f"/usr/lib/{each}.dylib", kind=each) for each in DylibKind),
        run_paths=("@loader_path", "@executable_path/../lib"),
        symbols=(
            macho.defined("_PyInit_x"),
            macho.undefined("_malloc", ordinal=1),
            macho.undefined("_maybe", ordinal=2, weak=True),
            macho.flat("_PyList_New"),
        ),
    )
    for machine in MACHINES
    for kind in (MachOKind.BUNDLE, MachOKind.DYLIB, MachOKind.EXECUTE)
}

ELF_VARIANTS = {
    f"{name}{'' if sections else '-no-sections'}": Elf(
        machine=machine,
        bits=bits,
        big_endian=big,
        needed=("libc.so.6", "libm.so.6"),
        soname="libx.so.1",
        runpath="$ORIGIN/../x.libs",
        version_needs=(
            VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.17", "GLIBC_2.28")),
            VersionsNeeded(library="libm.so.6", versions=("GLIBC_2.29",), weak=True),
        ),
        symbols=(
            ElfSymbol(name="PyInit_x", defined=True),
            ElfSymbol(name="malloc", defined=False),
        ),
        load_address=0x10000,
        sections=sections,
    )
    for name, machine, bits, big in (
        ("x86_64", "x86_64", 64, False),
        ("aarch64", "aarch64", 64, False),
        ("i386", "i386", 32, False),
        ("arm", "arm", 32, False),
        ("s390x", "s390", 64, True),
        ("ppc", "ppc", 32, True),
        ("ppc64", "ppc64", 64, True),
        ("riscv64", "riscv", 64, False),
    )
    for sections in (True, False)
    # Without sections only DT_HASH says how many symbols there are, and neither oracle knows that
    # its words are eight bytes on s390x; test_elf.py has those bytes.
    if sections or name != "s390x"
}

PE_VARIANTS = {
    machine: Pe(
        machine=machine,
        imports=(PeImport(dll="KERNEL32.dll"), PeImport(dll="python311.dll", names=("a", "b"))),
        delay_imports=(PeImport(dll="cuda.dll", names=("cuInit",)),),
        export_name="x.pyd",
        exports=("PyInit_x", "another"),
    )
    for machine in ("x86", "amd64", "arm64", "arm64ec", "arm64x")
}

OTHERS: dict[str, Description] = {
    "fat": native_binary("macos-universal2", init="x"),
    "fat64": FatMachO(
        slices=(MachO(architecture="x86_64"), MachO(architecture="arm64")), wide=True
    ),
    "macho-object": MachO(
        architecture="arm64", kind=MachOKind.OBJECT, symbols=(macho.defined("_a"),)
    ),
    "macho-empty": MachO(architecture="x86_64", platform=None, code_bytes=0),
    "elf-executable": Elf(
        machine="x86_64",
        kind=ElfKind.EXECUTABLE,
        interpreter="/lib64/ld-linux-x86-64.so.2",
        load_address=0x400000,
    ),
    "elf-object": Elf(machine="aarch64", kind=ElfKind.OBJECT),
    "elf-arm-hard": Elf(machine="arm", bits=32, flags=elf.EF_ARM_EABI_VER5, arm_hard_float=True),
    "elf-android": Elf(machine="aarch64", notes=(elf.android_note(24),)),
    "pe-exe": Pe(machine="amd64", kind=PeKind.EXE, code_bytes=0x3000),
    "pe-any-cpu": Pe(machine="x86", clr=Clr.ANY_CPU),
}


LIBRARIES = [f"/usr/lib/{each}.dylib" for each in DylibKind]


def ask_llvm(tool: str, path: Path, *options: str) -> str:
    """Run one of LLVM's tools, which must find nothing to complain about."""
    program = shutil.which(tool) or shutil.which(tool, path="/usr/lib/llvm-14/bin")
    if program is None:
        pytest.skip(f"{tool} is not installed")
    run = subprocess.run([program, *options, path], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return run.stdout


def fields(output: str, name: str) -> list[str]:
    """Return what stands behind `name` on every line that begins with it."""
    return re.findall(rf"^ *{name} (.*)$", output, re.MULTILINE)


@pytest.fixture
def written(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Write the description that is the parameter."""
    path = tmp_path / "binary"
    path.write_bytes(write_binary(request.param))
    return path


def written_of(variants: Mapping[str, Description]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("written", variants.values(), ids=variants.keys(), indirect=True)


@written_of(MACHO_VARIANTS)
def test_llvm_reads_macho(written: Path) -> None:
    output = ask_llvm("llvm-objdump", written, "--private-headers")

    libraries = [name.split(" (")[0] for name in fields(output, "name")]
    assert [name for name in libraries if name in LIBRARIES] == LIBRARIES
    assert [path.split(" (")[0] for path in fields(output, "path")] == [
        "@loader_path",
        "@executable_path/../lib",
    ]
    assert fields(output, "minos") == ["11.0"]
    assert fields(output, "platform") == ["macos"]
    ask_llvm("llvm-readobj", written, "--symbols", "--sections", "--needed-libs")


@written_of(MACHO_VARIANTS)
def test_lief_reads_macho(written: Path) -> None:
    parsed = lief.MachO.parse(written)

    assert parsed is not None
    (binary,) = parsed
    names = [str(library.name) for library in binary.libraries]
    assert [name for name in names if name in LIBRARIES] == LIBRARIES
    symbols = {str(symbol.name): symbol for symbol in binary.symbols}
    assert {name: symbol.numberof_sections for name, symbol in symbols.items()} == {
        "_PyInit_x": 1,
        "_malloc": 0,
        "_maybe": 0,
        "_PyList_New": 0,
    }
    assert [symbols[name].library_ordinal for name in ("_malloc", "_maybe")] == [1, 2]
    assert symbols["_PyList_New"].description == 0xFE00


@pytest.mark.parametrize("wide", [False, True], ids=["fat", "fat64"])
def test_llvm_and_lief_read_fat_files(tmp_path: Path, *, wide: bool) -> None:
    names = ("x86_64", "arm64", "arm64e", "i386")
    path = tmp_path / "fat"
    slices = tuple(MachO(architecture=name) for name in names)
    path.write_bytes(write_binary(FatMachO(slices=slices, wide=wide)))

    assert ask_llvm("llvm-lipo", path, "-archs").split() == list(names)
    if wide:  # LIEF does not know these
        return
    parsed = lief.MachO.parse(path)
    assert parsed is not None
    assert [each.header.cpu_type.name for each in parsed] == ["X86_64", "ARM64", "ARM64", "X86"]


def test_fat_files_are_those_of_lipo(tmp_path: Path) -> None:
    thin = []
    for name in ("x86_64", "arm64"):
        thin.append(tmp_path / name)
        thin[-1].write_bytes(write_binary(MachO(architecture=name)))
    ours = write_binary(
        FatMachO(slices=(MachO(architecture="x86_64"), MachO(architecture="arm64")))
    )

    ask_llvm("llvm-lipo", thin[0], str(thin[1]), "-create", "-output", str(tmp_path / "fat"))

    assert ours == (tmp_path / "fat").read_bytes()


@written_of(ELF_VARIANTS)
def test_llvm_reads_elf(written: Path) -> None:
    output = ask_llvm("llvm-readobj", written, "--dynamic-table", "--dyn-symbols", "--sections")

    assert re.findall(r"NEEDED +Shared library: \[(.*)\]", output) == ["libc.so.6", "libm.so.6"]
    assert re.findall(r"SONAME .*\[(.*)\]", output) == ["libx.so.1"]
    assert re.findall(r"RUNPATH .*\[(.*)\]", output) == ["$ORIGIN/../x.libs"]
    assert "Name: PyInit_x" in output


@written_of({name: it for name, it in ELF_VARIANTS.items() if it.sections})
def test_llvm_reads_version_needs(written: Path) -> None:
    output = ask_llvm("llvm-readobj", written, "--version-info")

    assert fields(output, "Name:")[-3:] == ["GLIBC_2.17", "GLIBC_2.28", "GLIBC_2.29"]
    assert fields(output, "FileName:") == ["libc.so.6", "libm.so.6"]


@written_of(ELF_VARIANTS)
def test_lief_reads_elf(written: Path) -> None:
    binary = lief.ELF.parse(written)

    assert binary is not None
    assert list(binary.libraries) == ["libc.so.6", "libm.so.6"]
    assert [str(symbol.name) for symbol in binary.dynamic_symbols] == ["", "PyInit_x", "malloc"]
    needs = [
        (str(need.name), [str(each.name) for each in need.get_auxiliary_symbols()])
        for need in binary.symbols_version_requirement
    ]
    assert needs == [
        ("libc.so.6", ["GLIBC_2.17", "GLIBC_2.28"]),
        ("libm.so.6", ["GLIBC_2.29"]),
    ]


@written_of(PE_VARIANTS)
def test_llvm_reads_pe(written: Path) -> None:
    output = ask_llvm("llvm-readobj", written, "--coff-imports", "--coff-exports", "--file-headers")

    assert [name for name in fields(output, "Name:") if name.endswith(".dll")] == [
        "KERNEL32.dll",
        "python311.dll",
        "cuda.dll",
    ]
    assert {"another", "PyInit_x"} <= set(fields(output, "Name:"))


@written_of(PE_VARIANTS)
def test_lief_reads_pe(written: Path) -> None:
    binary = lief.PE.parse(written)

    assert binary is not None
    assert [(each.name, [str(e.name) for e in each.entries]) for each in binary.imports] == [
        ("KERNEL32.dll", ["DllMain"]),
        ("python311.dll", ["a", "b"]),
    ]
    assert [each.name for each in binary.delay_imports] == ["cuda.dll"]
    exported = binary.get_export()
    assert exported is not None
    assert (exported.name, [entry.name for entry in exported.entries]) == (
        "x.pyd",
        ["PyInit_x", "another"],
    )


@pytest.mark.parametrize(
    ("machine", "kinds"), [("arm64ec", {"ARM64EC"}), ("arm64x", {"ARM64", "ARM64EC"})]
)
def test_lief_reads_hybrid_metadata(tmp_path: Path, machine: str, kinds: set[str]) -> None:
    path = tmp_path / "hybrid.dll"
    path.write_bytes(write_binary(PE_VARIANTS[machine]))

    binary = lief.PE.parse(path)

    assert binary is not None
    assert binary.load_configuration is not None
    metadata = binary.load_configuration.chpe_metadata
    assert isinstance(metadata, lief.PE.CHPEMetadataARM64)
    assert {each.type.name for each in metadata.code_ranges} == kinds


@written_of(OTHERS)
def test_llvm_has_no_complaint(written: Path) -> None:
    ask_llvm("llvm-readobj", written, "--file-headers", "--sections", "--symbols", "--needed-libs")


# LIEF does not know fat files with 64-bit offsets.
@written_of({name: it for name, it in OTHERS.items() if name != "fat64"})
def test_lief_opens_it(written: Path) -> None:
    assert lief.parse(written) is not None
