"""Installed trees for the tests: distributions laid out as an installer leaves them."""

from collections.abc import Mapping
from pathlib import Path

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.environments import AuditedPart, audit_tree
from archpip.environments.folders import FolderTree
from archpip.environments.partition import Scope
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Policy
from fake_index.elf import Elf, write_elf
from fake_index.macho import Dylib, FatMachO, MachO, MachOKind, write_fat, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, wheel_entries

SITE = "lib/python3.11/site-packages"

MAC = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 0)),
)
LINUX = Target(
    operating_system=OperatingSystem.LINUX,
    architectures=(Architecture.ARM64,),
    libc=Libc.GLIBC,
    floor=(2, 28),
    python=PythonTarget(version=(3, 11, 0)),
)

ARM64_MODULE = write_macho(MachO(architecture="arm64"))
X86_64_MODULE = write_macho(MachO(architecture="x86_64"))
FAT_MODULE = write_fat(FatMachO(slices=(MachO(architecture="x86_64"), MachO(architecture="arm64"))))
ARM64_PROGRAM = write_macho(MachO(architecture="arm64", kind=MachOKind.EXECUTE))
AARCH64_MODULE = write_elf(Elf(machine="aarch64"))
ELF_X86_64_MODULE = write_elf(Elf(machine="x86_64"))
ELF_X86_64_PROGRAM = write_elf(Elf(machine="x86_64", interpreter="/lib64/ld-linux-x86-64.so.2"))


def linking(library: str, *, architecture: str = "arm64") -> bytes:
    """Return a module that links a library beside it."""
    return write_macho(MachO(architecture=architecture, dylibs=(Dylib(name=library),)))


def distribution(
    name: str, files: Mapping[str, bytes], *, tag: str = "cp311-cp311-macosx_11_0_arm64"
) -> dict[str, bytes]:
    """Return a distribution's files as they are installed in site-packages, RECORD included."""
    wheel = Wheel(
        metadata=CoreMetadata(name=name, version="1.0"),
        tag=tag,
        files=tuple(WheelFile(path=path, content=content) for path, content in files.items()),
    )
    return {entry.name: entry.content for entry in wheel_entries(wheel)}


def lay_out(folder: Path, files: Mapping[str, bytes], *, within: str = "") -> Path:
    """Write files beneath a folder; returns the folder."""
    for name, content in files.items():
        path = folder / within / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def audited(root: Path, target: Target = MAC, scope: Scope | None = None) -> list[AuditedPart]:
    """Return the parts of a tree, judged by the default policy."""
    return list(audit_tree(FolderTree(root), target, Policy(), scope=scope))
