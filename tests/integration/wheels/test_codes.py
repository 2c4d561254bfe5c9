"""Every code of the catalogue is found in a wheel that holds nothing but its cause.

The wheels are written by `fake_index` and go the whole way: archive, readers, rules.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import Depth
from archpip.targets import PythonTarget, Target
from archpip.verdicts import (
    Policy,
    Status,
    judge,
    judge_against_sibling,
    parse_override,
    read_catalogue,
)
from archpip.wheels import compare_siblings, inspect_wheel, open_wheel
from fake_index.binaries import Description, native_binary, write_binary
from fake_index.elf import Elf, ElfKind, VersionsNeeded
from fake_index.hostile import WHEEL, hostile_wheel
from fake_index.macho import Dylib, FatMachO, MachO, MachOKind, defined, flat
from fake_index.pe import Pe
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel


def _target(
    system: str, *architectures: str, floor: tuple[int, int] = (10, 0), libc: Libc | None = None
) -> Target:
    return Target(
        operating_system=OperatingSystem(system),
        architectures=tuple(map(Architecture, architectures)),
        libc=libc,
        floor=floor,
        python=PythonTarget(version=(3, 11, 0)),
    )


MAC = _target("macos", "arm64", floor=(11, 0))
INTEL_MAC = _target("macos", "x86_64", floor=(11, 0))
GLIBC = _target("linux", "arm64", floor=(2, 28), libc=Libc.GLIBC)
MUSL = _target("linux", "arm64", floor=(1, 2), libc=Libc.MUSL)
WINDOWS = _target("windows", "x86_64")
WINDOWS_ARM = _target("windows", "arm64")

UNIVERSAL = "cp311-cp311-macosx_10_9_universal2"
MAC_MODULE = "pkg/_core.cpython-311-darwin.so"
LINUX_TAG = "cp311-cp311-manylinux_2_17_aarch64"
LINUX_MODULE = "pkg/_core.cpython-311-aarch64-linux-gnu.so"

INTEL_SLICE = MachO(architecture="x86_64", symbols=(defined("_sum"),))
HOLLOW = FatMachO(slices=(INTEL_SLICE, MachO(architecture="arm64", symbols=(flat("_sum"),))))
NUMPYS = FatMachO(
    slices=(
        MachO(architecture="x86_64", symbols=(defined("_npy_half_to_float"),)),
        MachO(architecture="arm64", symbols=(flat("_npy_half_to_float"),)),
    )
)
PROGRAM = MachO(architecture="x86_64", kind=MachOKind.EXECUTE)
NEEDS_A_LIBRARY = (Dylib(name="@loader_path/libz.dylib"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A wheel, and for whom it is judged."""

    tag: str
    files: Mapping[str, Description | bytes]
    target: Target
    declared: tuple[str, ...] | None = None
    override: str | None = None


EXAMPLES = {
    "AP101": Example(tag=UNIVERSAL, files={MAC_MODULE: INTEL_SLICE}, target=MAC),
    "AP102": Example(
        tag="py3-none-any", files={"pkg/_core.so": native_binary("linux-aarch64")}, target=MAC
    ),
    "AP103": Example(
        tag="cp311-cp311-win_arm64",
        files={"pkg/_core.cp311-win_amd64.pyd": native_binary("windows-amd64")},
        target=WINDOWS_ARM,
    ),
    "AP104": Example(tag=LINUX_TAG, files={LINUX_MODULE: Elf(machine=0)}, target=GLIBC),
    "AP105": Example(
        tag="py3-none-any",
        files={
            "pkg/_core.cpython-311-x86_64-linux-gnu.so": native_binary("linux-x86_64"),
            "pkg/_core.py": b"",
        },
        target=GLIBC,
    ),
    "AP106": Example(
        tag=UNIVERSAL,
        files={"pkg/_core.cpython-310-darwin.so": native_binary("macos-universal2")},
        target=MAC,
    ),
    "AP201": Example(tag=UNIVERSAL, files={MAC_MODULE: HOLLOW}, target=MAC),
    "AP203": Example(tag=UNIVERSAL, files={MAC_MODULE: NUMPYS}, target=MAC),
    "AP301": Example(
        tag="cp311-cp311-macosx_11_0_arm64",
        files={
            MAC_MODULE: MachO(architecture="arm64", dylibs=NEEDS_A_LIBRARY),
            "pkg/libz.dylib": MachO(architecture="x86_64", kind=MachOKind.DYLIB),
        },
        target=MAC,
    ),
    "AP302": Example(
        tag="py3-none-macosx_11_0_arm64",
        files={
            "pkg/bin/tool": MachO(
                architecture="arm64", kind=MachOKind.EXECUTE, dylibs=NEEDS_A_LIBRARY
            ),
            "pkg/bin/libz.dylib": MachO(architecture="x86_64", kind=MachOKind.DYLIB),
        },
        target=MAC,
    ),
    "AP303": Example(
        tag="cp311-cp311-macosx_11_0_arm64",
        files={
            MAC_MODULE: MachO(
                architecture="arm64", dylibs=(Dylib(name="/opt/homebrew/lib/libodbc.2.dylib"),)
            )
        },
        target=MAC,
    ),
    "AP304": Example(
        tag="cp311-cp311-macosx_11_0_arm64",
        files={
            MAC_MODULE: MachO(
                architecture="arm64", dylibs=(Dylib(name="/Users/me/lib/liblzo2.2.dylib"),)
            )
        },
        target=MAC,
    ),
    "AP401": Example(
        tag="py3-none-any",
        files={"pkg/sum.dll": Pe(machine="amd64"), "pkg/libsum.so": Elf(machine="x86_64")},
        target=GLIBC,
    ),
    "AP402": Example(
        tag="py3-none-any",
        files={"pkg/attach_linux_amd64.so": Elf(machine="x86_64")},
        target=GLIBC,
    ),
    "AP403": Example(
        tag="py3-none-any", files={"pkg/libsum.so": Elf(machine="x86_64")}, target=WINDOWS
    ),
    "AP404": Example(
        tag=UNIVERSAL,
        files={
            MAC_MODULE: native_binary("macos-universal2"),
            "pkg/plugins/libsql.dylib": MachO(architecture="x86_64", kind=MachOKind.DYLIB),
        },
        target=MAC,
    ),
    "AP501": Example(
        tag="py3-none-macosx_11_0_universal2", files={"pkg/bin/tool": PROGRAM}, target=MAC
    ),
    "AP502": Example(
        tag="py3-none-macosx_11_0_universal2",
        files={"pkg/bin/tool": MachO(architecture="arm64", kind=MachOKind.EXECUTE)},
        target=INTEL_MAC,
    ),
    "AP503": Example(
        tag="py3-none-any",
        files={"pkg/bin/tool": Elf(machine="x86_64", kind=ElfKind.EXECUTABLE)},
        target=GLIBC,
    ),
    "AP601": Example(
        tag="cp311-cp311-macosx_11_0_arm64",
        files={MAC_MODULE: MachO(architecture="arm64", minimum_os=(13, 0, 0))},
        target=MAC,
    ),
    "AP602": Example(
        tag=LINUX_TAG,
        files={
            LINUX_MODULE: Elf(
                machine="aarch64",
                version_needs=(VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.34",)),),
            )
        },
        target=GLIBC,
    ),
    "AP603": Example(
        tag="cp311-cp311-musllinux_1_2_aarch64",
        files={"pkg/_core.cpython-311-aarch64-linux-musl.so": native_binary("linux-aarch64")},
        target=MUSL,
    ),
    "AP701": Example(
        tag=UNIVERSAL,
        files={MAC_MODULE: native_binary("macos-universal2")},
        target=MAC,
        declared=("cp311-cp311-macosx_10_9_x86_64",),
    ),
    "AP703": Example(
        tag="cp311-cp311-win_arm64",
        files={"pkg/core.dll": Pe(machine="arm64"), "pkg/msvcp140.dll": Pe(machine="amd64")},
        target=WINDOWS_ARM,
    ),
    "AP704": Example(
        tag="cp311-cp311-win_amd64",
        files={"pkg/core.dll": Pe(machine="amd64"), "pkg/messages.dll": Pe(machine="x86")},
        target=WINDOWS,
    ),
    "AP705": Example(
        tag=UNIVERSAL,
        files={MAC_MODULE: native_binary("macos-universal2")},
        target=MAC,
        override="deny demo: it phones home",
    ),
}

# The archive itself is at fault.
HOSTILE = {
    "AP901": "wrong-crc",
    "AP903": "bomb",
    "AP904": "overlap",
    "AP905": "no-dist-info",
}
MALFORMED = write_binary(native_binary("linux-aarch64"))[:100]
BESIDE_A_SIBLING = "AP202"


def _write(folder: Path, example: Example) -> Path:
    files = tuple(
        WheelFile(path=path, content=one if isinstance(one, bytes) else write_binary(one))
        for path, one in example.files.items()
    )
    wheel = Wheel(
        metadata=CoreMetadata(name="demo", version="1.0"),
        tag=example.tag,
        files=files,
        declared_tags=example.declared,
    )
    path = folder / wheel.filename
    path.write_bytes(write_wheel(wheel))
    return path


def _judge(path: Path, target: Target, policy: Policy | None = None) -> dict[str, Status]:
    with closing(open_wheel(path)) as wheel:
        inspection, _ = inspect_wheel(wheel, sha256=None, depth=Depth.LINKS)
    return {one.code: one.severity for one in judge(inspection, target, policy).findings}


def test_no_code_goes_without_an_example() -> None:
    assert {*EXAMPLES, *HOSTILE, "AP902", BESIDE_A_SIBLING} == set(read_catalogue())


@pytest.mark.parametrize("code", EXAMPLES)
def test_wheel_has_this_finding_and_no_other(tmp_path: Path, code: str) -> None:
    example = EXAMPLES[code]
    overrides = (parse_override(example.override),) if example.override else ()

    found = _judge(_write(tmp_path, example), example.target, Policy(overrides=overrides))

    assert found == {code: read_catalogue()[code].severity}


@pytest.mark.parametrize(("code", "name"), HOSTILE.items(), ids=HOSTILE)
def test_archive_that_cannot_be_trusted_is_unknown(tmp_path: Path, code: str, name: str) -> None:
    path = tmp_path / WHEEL.filename
    path.write_bytes(hostile_wheel(name).content)

    found = _judge(path, _target("linux", "x86_64", floor=(2, 28), libc=Libc.GLIBC))

    assert found[code] is Status.UNKNOWN


def test_module_cut_short_is_unknown(tmp_path: Path) -> None:
    path = _write(tmp_path, Example(tag=LINUX_TAG, files={LINUX_MODULE: MALFORMED}, target=GLIBC))
    assert _judge(path, GLIBC) == {"AP902": Status.UNKNOWN}


def test_thin_module_is_emptier_than_its_siblings(tmp_path: Path) -> None:
    own, other = (
        _write(tmp_path, Example(tag=f"cp311-cp311-macosx_11_0_{name}", files=files, target=MAC))
        for name, files in (
            ("arm64", {MAC_MODULE: MachO(architecture="arm64", symbols=(flat("_sum"),))}),
            ("x86_64", {MAC_MODULE: INTEL_SLICE}),
        )
    )
    with closing(open_wheel(own)) as wheel, closing(open_wheel(other)) as sibling:
        inspection, _ = inspect_wheel(wheel, sha256=None)
        unbound = compare_siblings(wheel, sibling, [MAC_MODULE])

    (finding,) = judge_against_sibling(inspection, MAC, unbound, sibling=other.name)

    assert (finding.code, finding.severity) == (BESIDE_A_SIBLING, Status.WRONG)
