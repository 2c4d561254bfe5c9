"""markupsafe by zig, for machines whose code cannot be run here: inspected, and read by LLVM."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat, Platform
from archpip.builds import (
    BuilderChoice,
    BuiltWheel,
    SourceBuilder,
    ToolchainMissingError,
    Zig,
)
from archpip.builds.checking import check_built_wheel
from archpip.index import Link, to_file_url
from archpip.installing import PinBuilder
from archpip.resolution import LinkKind, Pin
from archpip.targets import Target
from archpip.verdicts import Policy

pytestmark = [
    pytest.mark.cross,
    pytest.mark.skipif(sys.platform != "linux", reason="zig's wrappers were tried on Linux"),
]

MakeBuilder = Callable[..., SourceBuilder]
MakeTarget = Callable[..., Target]

_PROJECTS = Path(__file__).with_name("projects")
_TAG = f"cp{sys.version_info[0]}{sys.version_info[1]}"
_ABI = f"cpython-{_TAG[2:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is built, and what must come of it."""

    target: str
    floor: tuple[int, int] | None = None
    format: BinaryFormat
    architecture: Architecture
    suffix: str
    platform: str
    """The wheel's platform tag."""
    llvm: str
    """What `llvm-readobj` calls the file."""


_CASES = (
    Case(
        target="macos-arm64",
        floor=(11, 0),
        format=BinaryFormat.MACHO,
        architecture=Architecture.ARM64,
        suffix=f".{_ABI}-darwin.so",
        platform="macosx_11_0_arm64",
        llvm="Mach-O arm64",
    ),
    Case(
        target="macos-x86_64",
        floor=(10, 13),
        format=BinaryFormat.MACHO,
        architecture=Architecture.X86_64,
        suffix=f".{_ABI}-darwin.so",
        platform="macosx_10_13_x86_64",
        llvm="Mach-O 64-bit x86-64",
    ),
    Case(
        target="windows-arm64",
        format=BinaryFormat.PE,
        architecture=Architecture.ARM64,
        suffix=f".{_TAG}-win_arm64.pyd",
        platform="win_arm64",
        llvm="COFF-ARM64",
    ),
    Case(
        target="linux-aarch64-musl",
        format=BinaryFormat.ELF,
        architecture=Architecture.ARM64,
        suffix=f".{_ABI}-aarch64-linux-musl.so",
        platform="linux_aarch64",
        llvm="elf64-littleaarch64",
    ),
    Case(
        target="linux-aarch64",
        floor=(2, 17),
        format=BinaryFormat.ELF,
        architecture=Architecture.ARM64,
        suffix=f".{_ABI}-aarch64-linux-gnu.so",
        platform="linux_aarch64",
        llvm="elf64-littleaarch64",
    ),
)


@pytest.fixture(name="build")
def _build(
    make_builder: MakeBuilder, make_target: MakeTarget, fetch: Callable[[str], Path], zig: Zig
) -> Callable[[Case], BuiltWheel]:
    def build(case: Case) -> BuiltWheel:
        target = make_target(case.target, case.floor)
        return make_builder(BuilderChoice.ZIG, zig).build(fetch("markupsafe"), target)

    return build


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.target)
def test_format_machine_suffix_tag_and_floor(
    build: Callable[[Case], BuiltWheel], tmp_path: Path, case: Case
) -> None:
    built = build(case)
    assert built.path.name == f"markupsafe-3.0.2-{_TAG}-{_TAG}-{case.platform}.whl"
    assert built.wheel.verdict.findings == ()
    # One native file: zig would leave import libraries and debugging data beside a .pyd.
    [member] = built.wheel.inspection.binaries
    assert member.path == f"markupsafe/_speedups{case.suffix}"
    assert member.binary.format is case.format
    assert member.binary.architectures == {case.architecture}
    [part] = member.binary.slices
    if case.format is BinaryFormat.MACHO:
        assert case.floor is not None
        assert part.platform is Platform.MACOS
        assert part.minimum_os == (*case.floor, 0)
    if case.target == "linux-aarch64":
        assert [need.version for need in part.version_needs] == ["GLIBC_2.17"]
    if case.target == "linux-aarch64-musl":
        assert [library.name for library in part.needed] == ["libc.so"]
    assert read_by_llvm(built.path, member.path, tmp_path) in {case.llvm, None}


def test_both_slices_are_built_one_after_the_other_and_fused(
    make_builder: MakeBuilder,
    make_target: MakeTarget,
    fetch: Callable[[str], Path],
    zig: Zig,
    tmp_path: Path,
) -> None:
    sdist, both = fetch("markupsafe"), make_target("macos-universal2", (10, 13))
    builder = PinBuilder(
        make_builder(BuilderChoice.ZIG, zig),
        download=lambda _, folder: Path(shutil.copy(sdist, folder)),
        checkout=lambda *_: "",
        releases=lambda _: {},
    )
    pin = Pin(
        name=canonicalize_name("markupsafe"),
        version=Version("3.0.2"),
        link=Link(url=to_file_url(sdist), filename=sdist.name),
        kind=LinkKind.SDIST,
    )
    wheel = builder.build(pin, both, tmp_path)
    assert wheel.name == f"markupsafe-3.0.2-{_TAG}-{_TAG}-macosx_10_13_universal2.whl"
    checked = [
        check_built_wheel(wheel, target, policy=Policy(), native_evidence="it is C")
        for target in (both, *both.machines)
    ]
    assert [each.verdict.findings for each in checked] == [(), (), ()]
    [member] = checked[0].inspection.binaries
    words = ["Mach-O 64-bit x86-64", "Mach-O arm64"]
    assert find_formats(wheel, member.path, tmp_path) in (words, [])


def read_by_llvm(wheel: Path, member: str, folder: Path) -> str | None:
    """Return LLVM's word for a file's format, `None` on a machine without LLVM."""
    return next(iter(find_formats(wheel, member, folder)), None)


def find_formats(wheel: Path, member: str, folder: Path) -> list[str]:
    """Return LLVM's words for the format of each slice, none on a machine without LLVM."""
    if shutil.which("llvm-readobj") is None:
        return []
    with zipfile.ZipFile(wheel) as archive:
        path = archive.extract(member, folder)
    command = ["llvm-readobj", "--file-headers", path]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line[8:] for line in text.splitlines() if line.startswith("Format: ")]


def test_apple_frameworks_are_not_there_and_it_says_so(
    make_builder: MakeBuilder, make_target: MakeTarget, zig: Zig
) -> None:
    builder = make_builder(BuilderChoice.ZIG, zig)
    with pytest.raises(ToolchainMissingError, match="it needs Apple's SDK") as caught:
        builder.build(_PROJECTS / "framework", make_target("macos-arm64"))
    assert "on a Mac" in (caught.value.hint or "")
