import pytest

from archpip.architecture import Architecture
from archpip.verdicts.naming import Scheme, read_name

X86, ARM = Architecture.X86_64, Architecture.ARM64


@pytest.mark.parametrize(
    ("path", "architectures", "systems"),
    [
        ("a/attach_linux_amd64.so", {X86}, {"linux"}),
        ("a/libebm_mac_arm.dylib", {ARM, Architecture.ARMV7L, Architecture.ARMEL}, {"macos"}),
        ("runtimes/win-x64/native/a.dll", {X86}, {"windows"}),
        ("runtimes/osx.11.0-arm64/a.dylib", {ARM}, {"macos"}),
        ("a/Win32/b.dll", set(), {"windows"}),
        ("a/lib64/b.dll", {X86}, set()),
        ("a/linux_armv7l/b.so", {Architecture.ARMV7L}, {"linux"}),
        ("a/jniLibs/arm64-v8a/libb.so", {ARM}, {"android"}),
        ("a/x86_64-apple-darwin/libb.dylib", {X86}, {"macos"}),
        ("fmu/binaries/darwin64/b.dylib", {X86}, {"macos"}),
        ("bin/maci64/b.dylib", {X86}, {"macos"}),
        ("bin/maca64/b.dylib", {ARM}, {"macos"}),
        ("bin/glnxa64/b.so", {X86}, {"linux"}),
        ("native/linux-aarch_64/b.so", {ARM}, {"linux"}),
        ("native/libb_osx_aarch_64.jnilib", {ARM}, {"macos"}),
        ("bootloader/Linux-64bit-arm/run", {ARM}, {"linux"}),
        ("bootloader/Linux-64bit-intel/run", {X86}, {"linux"}),
        ("libs/mac_m1/b.dylib", {ARM}, {"macos"}),
        ("libs/macos-silicon/b.dylib", {ARM}, {"macos"}),
        ("prebuilds/linuxmusl-x64/b.node", {X86}, {"linux"}),
        ("cam/libs/xarm32/b.so", {Architecture.ARMV7L}, set()),
        ("a/motion-lib-windows-386.dll", {Architecture.I686}, {"windows"}),
        ("a/machine.so", set(), set()),
        ("a/winner.so", set(), set()),
        ("numpy.libs/libopenblas64_p.so", set(), set()),
        ("a/_core.cpython-311-x86_64-linux-gnu.so", set(), set()),
    ],
)
def test_words_that_stand_alone_name_machines(
    path: str, architectures: set[Architecture], systems: set[str]
) -> None:
    name = read_name(path)
    assert (set(name.architectures), {str(one) for one in name.systems}) == (architectures, systems)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/libfire.so", "a/fire.dll"),
        ("a/attach_linux_amd64.so", "a/attach.dylib"),
        ("a/linux-x86_64/libb.so", "a/darwin-arm64/libb.dylib"),
        ("a/libs/macos/arm64/lib/b.2.dylib", "a/libs/macos/x86_64/lib/b.2.dylib"),
        ("a/b_x64.dll", "a/b_arm64.dll"),
        ("a/libb_osx_aarch_64.jnilib", "a/libb_osx_x86_64.jnilib"),
        ("a/mac/b.dylib", "a/mac_m1/b.dylib"),
        ("a/MacOS/libb.dylib.1.37", "a/linux/libb.so.1.37"),
        ("a/cli-64.exe", "a/cli.exe"),
        ("x86_64.so", "arm64.dylib"),
        ("a/x64.node", "a/arm64.node"),
    ],
)
def test_families_differ_by_words_only(one: str, other: str) -> None:
    assert read_name(one).family == read_name(other).family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/_core.abi3.so", "a/core.abi3.so"),
        ("a/b.so", "c/b.so"),
        ("a/libb1.so", "a/libb2.so"),
        ("a/x_win_y.so", "a/xy.so"),
    ],
)
def test_names_that_differ_otherwise_are_no_family(one: str, other: str) -> None:
    assert read_name(one).family != read_name(other).family


@pytest.mark.parametrize(
    ("path", "importable", "suffix"),
    [
        ("pkg/_core.cpython-311-darwin.so", True, ".cpython-311-darwin.so"),
        ("pkg/_core.abi3.so", True, ".abi3.so"),
        ("pkg/_core.abi3-x86_64-linux-gnu.so", True, ".abi3-x86_64-linux-gnu.so"),
        ("pkg/_core.so", True, ".so"),
        ("pkg/_core.cp311-win_amd64.pyd", True, ".cp311-win_amd64.pyd"),
        ("pkg/_core.pypy311-pp80-darwin.so", True, ".pypy311-pp80-darwin.so"),
        ("pkg/_core.1.so", False, ""),
        ("pkg/libcore.so.1.2", False, ""),
        ("pkg-dash/_core.so", False, ".so"),
        ("pkg/class/_core.so", False, ".so"),
        ("pkg.libs/libcore.so", False, ".so"),
        ("p-1.0.data/platlib/pkg/_core.so", True, ".so"),
        ("p-1.0.data/data/lib/_core.so", False, ".so"),
    ],
)
def test_what_importlib_would_import(path: str, importable: bool, suffix: str) -> None:  # noqa: FBT001 - a table's column
    name = read_name(path)
    assert (name.importable, name.suffix) == (importable, suffix)


def test_data_folders_are_taken_apart() -> None:
    name = read_name("p-1.0.data/scripts/ninja")
    assert (name.scheme, name.folders, name.basename) == (Scheme.SCRIPTS, (), "ninja")
    assert read_name("p-1.0.data/purelib/a/b.so").module == "a.b"


def test_features_are_not_architectures() -> None:
    name = read_name("a/libsum_avx2.so")
    assert not name.architectures
    assert set(name.features) == {X86, Architecture.I686}
