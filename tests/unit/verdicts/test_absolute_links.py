import pytest

from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


@pytest.mark.parametrize(
    ("architecture", "path", "expected"),
    [
        ("arm64", "/usr/lib/libz.1.dylib", {}),
        ("arm64", "/System/Library/Frameworks/Metal.framework/Versions/A/Metal", {}),
        ("arm64", "/opt/homebrew/opt/libomp/lib/libomp.dylib", {"AP303": Status.OK}),
        ("x86_64", "/usr/local/opt/libomp/lib/libomp.dylib", {"AP303": Status.OK}),
        ("arm64", "/usr/local/lib/libmpi.40.dylib", {"AP303": Status.OK}),
        ("arm64", "/Library/Frameworks/R.framework/Resources/lib/libR.dylib", {"AP303": Status.OK}),
        ("arm64", "/usr/local/opt/zstd/lib/libzstd.1.dylib", {"AP304": Status.WRONG}),
        # Homebrew for Intel links it into /usr/local/lib, where dyld looks next.
        ("x86_64", "/opt/homebrew/opt/zstd/lib/libzstd.1.dylib", {"AP303": Status.OK}),
        # macOS has one in /usr/lib, where dyld looks last.
        ("arm64", "/Users/me/miniconda3/lib/libz.1.dylib", {"AP303": Status.OK}),
        ("arm64", "/usr/local/opt/llvm/lib/libc++.1.dylib", {"AP303": Status.OK}),
        ("arm64", "/Users/runner/pkg/build/libcore.dylib", {"AP304": Status.WRONG}),
        ("arm64", "/private/var/folders/a/T/build/libcore.dylib", {"AP304": Status.WRONG}),
    ],
)
def test_library_at_an_absolute_path_is_there_or_is_not(
    world: World, architecture: str, path: str, expected: dict[str, Status]
) -> None:
    module = world.member(MODULE, "macos", world.slice(architecture, needed=[path]))
    assert world.findings(world.wheel(module), world.target("macos", architecture)) == expected


def test_each_slice_is_looked_at_by_itself(world: World) -> None:
    path = "/usr/local/opt/libomp/lib/libomp.dylib"
    parts = (world.slice("x86_64", needed=[path]), world.slice("arm64"))
    wheel = world.wheel(world.member(MODULE, "macos", *parts))
    assert world.findings(wheel, world.target("macos", "arm64")) == {}
    (finding,) = judge(wheel, world.target("macos", "x86_64")).findings
    assert finding.message == f"{MODULE}: links {path}, which macOS does not bring"


def test_weak_library_may_be_absent(world: World) -> None:
    part = world.slice("arm64", weak=["/usr/local/opt/zstd/lib/libzstd.1.dylib"])
    wheel = world.wheel(world.member(MODULE, "macos", part))
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_bundled_library_of_that_install_name_is_loaded_beforehand(world: World) -> None:
    path = "/Users/runner/build/libstubs.dylib"
    stubs = world.member("pkg/libstubs.dylib", "macos", world.slice("arm64", install_name=path))
    module = world.member(MODULE, "macos", world.slice("arm64", needed=[path]))
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(module, stubs), target) == {}
    assert world.findings(world.wheel(module), target) == {"AP304": Status.WRONG}


def test_what_nobody_has_to_load_is_a_remark(world: World) -> None:
    path = "/usr/local/opt/libiodbc/lib/libiodbc.2.dylib"
    part = world.slice("arm64", needed=[path])
    plugin = world.member("Qt/plugins/sqldrivers/libqsqlodbc.dylib", "macos", part)
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(plugin), target) == {"AP303": Status.OK}
    copy = world.member("pkg/.dylibs/libodbc.2.dylib", "macos", part)
    assert world.findings(world.wheel(copy), target) == {"AP303": Status.OK}
    linking = world.slice("arm64", needed=["@loader_path/.dylibs/libodbc.2.dylib"])
    module = world.member(MODULE, "macos", linking)
    assert world.findings(world.wheel(module, copy), target) == {"AP304": Status.WRONG}


def test_other_systems_have_no_such_paths(world: World) -> None:
    part = world.slice("x86_64", needed=["/tmp/build/libcore.so"])
    module = world.member("pkg/_core.cpython-311-x86_64-linux-gnu.so", "linux", part)
    tags = ["cp311-cp311-manylinux_2_28_x86_64"]
    assert world.findings(world.wheel(module, tags=tags), world.target("linux", "x86_64")) == {}
