import pytest

from archpip.binaries import BinaryKind
from archpip.verdicts import Status
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


def test_linux_so_is_tried_on_macos(world: World) -> None:
    wheel = world.any_wheel(world.member("pkg/_core.so", "linux", "x86_64"))
    assert world.findings(wheel, world.target("macos", "x86_64")) == {"AP102": Status.WRONG}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP403": Status.WRONG}


def test_plugin_that_does_not_load_degrades(world: World) -> None:
    wheel = world.wheel(
        world.member(MODULE, "macos", "arm64", "x86_64"),
        world.member("pkg/Qt/plugins/sqldrivers/libqsqlodbc.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP404": Status.DEGRADED}


def test_libraries_for_one_system_in_a_wheel_for_any_are_extras(world: World) -> None:
    lone = world.member("game/lib/libavformat.58.dylib", "macos", "x86_64")
    fitting = world.member("game/lib/libavcodec.58.dylib", "macos", "x86_64", "arm64")
    wheel = world.any_wheel(lone, fitting)
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP404": Status.DEGRADED}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("windows", "arm64")) == {}


def test_library_for_macos_alone_in_a_wheel_for_any_is_an_extra(world: World) -> None:
    codec = world.member("game/lib/libavformat.58.dylib", "macos", "x86_64")
    target = world.target("macos", "arm64")
    assert world.findings(world.any_wheel(codec), target) == {"AP404": Status.DEGRADED}
    beside = world.any_wheel(codec, world.member("game/lib/avformat.dll", "windows", "x86_64"))
    assert world.findings(beside, target) == {"AP404": Status.DEGRADED}
    shared = world.any_wheel(codec, world.member("game/lib/libavformat.so", "linux", "x86_64"))
    assert world.findings(shared, target) == {"AP401": Status.WRONG}
    tagged = world.wheel(codec, tags=["py3-none-macosx_11_0_universal2"])
    assert world.findings(tagged, target) == {"AP401": Status.WRONG}


def test_library_with_the_wheels_name_is_no_extra(world: World) -> None:
    target = world.target("macos", "arm64")
    for name in ("libgame.1.dylib", "libgame-2.0.dylib", "libgame_core.2.1.dylib"):
        wheel = world.any_wheel(world.member(f"game/lib/{name}", "macos", "x86_64"))
        assert world.findings(wheel, target) == {"AP401": Status.WRONG}


def test_library_without_a_version_is_the_projects_own(world: World) -> None:
    wheel = world.any_wheel(world.member("game/lib/libmodel.dylib", "macos", "arm64"))
    assert world.findings(wheel, world.target("macos", "x86_64")) == {"AP401": Status.WRONG}


def test_library_for_windows_alone_is_no_extra_of_windows(world: World) -> None:
    wheel = world.any_wheel(world.member("game/lib/avcodec.dll", "windows", "x86_64"))
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP401": Status.WRONG}


def test_linux_library_beside_the_systems_own_is_foreign(world: World) -> None:
    wheel = world.any_wheel(
        world.member("net/lib/glibc/libnet_2.so", "linux", "x86_64"),
        world.member("net/lib/other/net.dylib", "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_32_bit_library_is_left_over_where_programs_are_64_bit(world: World) -> None:
    old = world.member("pulp/solverdir/CoinMP.dll", "windows", "i686")
    wheel = world.any_wheel(
        old,
        world.program("pulp/solverdir/cbc/win/32/cbc.exe", "windows", "i686"),
        world.program("pulp/solverdir/cbc/win/64/cbc.exe", "windows", "x86_64"),
    )
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP704": Status.OK}
    found = world.findings(wheel, world.target("windows", "arm64"))
    assert found == {"AP501": Status.DEGRADED, "AP704": Status.OK}
    alone = world.any_wheel(old)
    assert world.findings(alone, world.target("windows", "x86_64")) == {"AP401": Status.WRONG}


def test_library_beside_a_program_of_its_machine_is_the_programs(world: World) -> None:
    adb = world.wheel(
        world.program("adbutils/binaries/adb.exe", "windows", "i686"),
        world.member("adbutils/binaries/AdbWinUsbApi.dll", "windows", "i686"),
        tags=["py3-none-win_amd64"],
    )
    assert world.findings(adb, world.target("windows", "x86_64")) == {}
    flutter = world.wheel(
        world.program("app/flet/flet.exe", "windows", "x86_64"),
        world.member("app/flet/battery_plugin.dll", "windows", "x86_64"),
        tags=["py3-none-win32"],
    )
    assert world.findings(flutter, world.target("windows", "i686")) == {"AP501": Status.DEGRADED}


def test_library_under_the_prefix_of_a_program_is_the_programs(world: World) -> None:
    server = (
        world.program("pg/install/bin/postgres.exe", "windows", "x86_64"),
        world.member("pg/install/lib/plpgsql.dll", "windows", "x86_64"),
    )
    tags = ["cp311-cp311-win_arm64"]
    wheel = world.wheel(*server, world.member("pg/_c.pyd", "windows", "arm64"), tags=tags)
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP501": Status.DEGRADED}
    unbuilt = world.wheel(*server, world.member("pg/_c.pyd", "windows", "x86_64"), tags=tags)
    found = world.findings(unbuilt, world.target("windows", "arm64"))
    assert found == {"AP101": Status.WRONG, "AP401": Status.WRONG, "AP501": Status.DEGRADED}


def test_third_partys_copy_under_the_prefix_of_a_program_is_the_programs(world: World) -> None:
    ruby = world.program("pact/ruby/bin.real/ruby", "linux", "x86_64")
    copy = world.member("pact/ruby/lib/libffi.so.6", "linux", "x86_64")
    wheel = world.any_wheel(ruby, copy)
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP503": Status.DEGRADED}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}
    for path in ("pact/ruby/lib/libpact.so.1", "pact/ruby/lib/libffi.so", "pact/lib/libffi.so.6"):
        own = world.any_wheel(ruby, world.member(path, "linux", "x86_64"))
        assert world.findings(own, world.target("linux", "arm64"))["AP401"] is Status.WRONG
        assert world.findings(own, world.target("windows", "x86_64")) == {"AP403": Status.WRONG}
    tagged = world.wheel(ruby, copy, tags=["py3-none-manylinux2014_aarch64"])
    assert world.findings(tagged, world.target("linux", "arm64"))["AP401"] is Status.WRONG


@pytest.mark.parametrize(
    ("layer", "library"), [("cygwin1.dll", "cygz.dll"), ("msys-2.0.dll", "msys-z.dll")]
)
def test_python_loads_no_library_of_cygwin(world: World, layer: str, library: str) -> None:
    tool = world.program("tool/bin/tool.exe", "windows", "x86_64")
    copies = [world.member(f"tool/bin/{name}", "windows", "x86_64") for name in (layer, library)]
    target = world.target("windows", "arm64")
    assert world.findings(world.any_wheel(tool, *copies), target) == {"AP501": Status.DEGRADED}
    without = world.findings(world.any_wheel(tool, copies[1]), target)
    assert without["AP401"] is Status.WRONG


def test_32_bit_module_is_left_over_where_one_beside_it_is_64_bit(world: World) -> None:
    old = world.member("base/wrapper36.pyd", "windows", "i686")
    new = world.member("base/wrapper3x64.pyd", "windows", "x86_64")
    wheel = world.any_wheel(old, new)
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP704": Status.OK}
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP101": Status.WRONG}
    alone = world.any_wheel(old, world.member("base/c4.dll", "windows", "x86_64"))
    assert world.findings(alone, world.target("windows", "x86_64")) == {"AP101": Status.WRONG}
    promised = world.wheel(old, new, tags=["cp311-cp311-win_amd64"])
    assert world.findings(promised, world.target("windows", "x86_64")) == {"AP101": Status.WRONG}


def test_module_of_an_environment_within_the_wheel_is_its_own_systems(world: World) -> None:
    wheel = world.any_wheel(
        world.member("venv312/Lib/site-packages/md.cp312-win_amd64.pyd", "windows", "x86_64"),
        world.member("ctp/api.pyd", "windows", "x86_64"),
    )
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_named_helper_of_a_wheel_without_its_modules_is_an_extra(world: World) -> None:
    target = world.target("macos", "arm64")
    helper = world.member("debug/attach/attach_x86_64.dylib", "macos", "x86_64")
    wheel = world.wheel(helper, tags=["cp312-cp312-macosx_11_0_universal2"])
    assert world.findings(wheel, target) == {"AP402": Status.DEGRADED}
    purpose = world.wheel(helper, tags=["py3-none-macosx_11_0_universal2"])
    assert world.findings(purpose, target) == {"AP401": Status.WRONG}
    own = world.member("project/libproject_x86_64.dylib", "macos", "x86_64")
    named = world.wheel(own, tags=["cp312-cp312-macosx_11_0_universal2"])
    assert world.findings(named, target) == {"AP401": Status.WRONG}


def test_32_bit_library_is_left_over_on_macos(world: World) -> None:
    wheel = world.any_wheel(
        world.member("sound/lib/x64/libbass.dylib", "macos", "x86_64", "arm64"),
        world.member("sound/lib/x86/libbass.dylib", "macos", "i686", "ppc"),
        world.member("sound/lib/x86/libbass_aac.dylib", "macos", "i686", "ppc"),
    )
    for architecture in ("arm64", "x86_64"):
        assert world.findings(wheel, world.target("macos", architecture)) == {}


def test_library_with_a_front_end_is_not_the_programs(world: World) -> None:
    wheel = world.any_wheel(
        world.program("epyt/win/epanet2.exe", "windows", "i686"),
        world.member("epyt/win/epanet2.dll", "windows", "i686"),
    )
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP401": Status.WRONG}
    linked = world.any_wheel(
        world.member(
            "epyt/mac/libepanet2",
            "macos",
            world.slice("arm64", needed=["@rpath/libepanet2.dylib"], kind=BinaryKind.EXECUTABLE),
        ),
        world.member("epyt/mac/libepanet2.dylib", "macos", "arm64"),
    )
    found = world.findings(linked, world.target("macos", "x86_64"))
    assert found == {"AP401": Status.WRONG, "AP503": Status.DEGRADED}


def test_front_end_among_other_programs_leaves_the_library_to_them(world: World) -> None:
    wheel = world.wheel(
        world.member("_pg.pyd", "windows", "arm64"),
        world.program("pg/bin/ecpg.exe", "windows", "x86_64"),
        world.program("pg/bin/postgres.exe", "windows", "x86_64"),
        world.member("pg/bin/libecpg.dll", "windows", "x86_64"),
        tags=["cp311-cp311-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP501": Status.DEGRADED}


def test_library_for_one_system_without_its_like_on_others_is_an_extra(world: World) -> None:
    helper = world.member("vtrace/platforms/darwin/machhelper.dylib", "macos", "x86_64")
    windows = world.member("vtrace/platforms/windll/amd64/dbghelp.dll", "windows", "x86_64")
    target = world.target("macos", "arm64")
    assert world.findings(world.any_wheel(helper, windows), target) == {"AP404": Status.DEGRADED}
    alike = world.member("vtrace/platforms/linux/libmachhelper.so", "linux", "x86_64")
    assert world.findings(world.any_wheel(helper, windows, alike), target) == {
        "AP401": Status.WRONG
    }
    assert world.findings(world.any_wheel(helper), target) == {"AP401": Status.WRONG}


def test_library_copied_beside_built_ones_degrades(world: World) -> None:
    members = (
        world.member("paddle/base/libpaddle.so", "linux", "arm64"),
        world.member("paddle/libs/liblapack.so.3", "linux", "x86_64"),
    )
    built = world.member("paddle/libs/libopenblas.so.0", "linux", "arm64")
    target = world.target("linux", "arm64")
    tags = ["cp311-cp311-manylinux2014_aarch64"]
    wheel = world.wheel(*members, built, tags=tags)
    assert world.findings(wheel, target) == {"AP404": Status.DEGRADED}
    without = world.wheel(*members, tags=tags)
    assert world.findings(without, target) == {"AP401": Status.WRONG}
    pure = world.wheel(*members, built, tags=["py3-none-manylinux2014_aarch64"])
    assert world.findings(pure, target) == {"AP401": Status.WRONG}
    plain = world.wheel(*members, built, tags=["cp311-none-manylinux2014_aarch64"])
    assert world.findings(plain, target) == {"AP404": Status.DEGRADED}


def test_library_copied_below_built_ones_degrades(world: World) -> None:
    qt = world.member("PySide/Qt5Core.dll", "windows", "i686")
    module = world.member("PySide/QtCore.pyd", "windows", "i686")
    target = world.target("windows", "i686")
    tags = ["cp311-none-win32"]
    copied = world.member("PySide/openssl/libeay32.dll", "windows", "x86_64")
    wheel = world.wheel(qt, module, copied, tags=tags)
    assert world.findings(wheel, target) == {"AP404": Status.DEGRADED}
    own = world.member("PySide/openssl/pyside2.dll", "windows", "x86_64")
    assert world.findings(world.wheel(qt, module, own, tags=tags), target) == {
        "AP401": Status.WRONG
    }
    elsewhere = world.member("openssl/libeay32.dll", "windows", "x86_64")
    assert world.findings(world.wheel(qt, module, elsewhere, tags=tags), target) == {
        "AP401": Status.WRONG
    }


def test_module_for_each_of_several_pythons_by_its_name_degrades(world: World) -> None:
    several = [world.member(f"sim/solver_3{n}.so", "linux", "x86_64") for n in (10, 11)]
    target = world.target("linux", "arm64")
    assert world.findings(world.any_wheel(*several), target) == {"AP404": Status.DEGRADED}
    assert world.findings(world.any_wheel(*several), world.target("macos", "arm64")) == {
        "AP404": Status.DEGRADED
    }
    assert world.findings(world.any_wheel(*several), world.target("linux", "x86_64")) == {}
    assert world.findings(world.any_wheel(several[0]), target) == {"AP101": Status.WRONG}
    tagged = world.wheel(*several, tags=["cp311-cp311-manylinux2014_aarch64"])
    assert world.findings(tagged, target) == {"AP101": Status.WRONG}


def test_file_that_cannot_be_imported_is_picked_by_the_python_that_its_name_ends_in(
    world: World,
) -> None:
    wheel = world.any_wheel(world.member("sim/core_2.1.0_37.so", "macos", "x86_64"))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP404": Status.DEGRADED}
    own = world.target("macos", "arm64", python=(3, 7, 17))
    assert world.findings(wheel, own) == {"AP401": Status.WRONG}


def test_version_may_follow_the_ending_of_a_library_for_macos(world: World) -> None:
    wheel = world.any_wheel(world.member("zwo/MacOS/libcamera.dylib.1.37", "macos", "x86_64"))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}
    assert world.findings(wheel, world.target("macos", "x86_64")) == {}


def test_driver_beside_built_modules_and_libraries_is_no_module(world: World) -> None:
    module = world.member("pkg/cpu/_core.cpython-311-aarch64-linux-gnu.so", "linux", "arm64")
    library = world.member("pkg/libc++.so.1", "linux", "arm64")
    driver = world.member("pkg/swrast_dri.so", "linux", "x86_64")
    target = world.target("linux", "arm64")
    tags = ["cp311-cp311-manylinux_2_27_aarch64"]
    wheel = world.wheel(module, library, driver, tags=tags)
    assert world.findings(wheel, target) == {"AP404": Status.DEGRADED}
    alone = world.wheel(module, driver, tags=tags)
    assert world.findings(alone, target) == {"AP101": Status.WRONG}
    unnamed = world.member("pkg/_core.so", "linux", "arm64")
    wheel = world.wheel(unnamed, library, driver, tags=tags)
    assert world.findings(wheel, target) == {"AP101": Status.WRONG}


def test_helper_for_32_bit_processes_is_no_lack_on_64_bit_windows(world: World) -> None:
    wheel = world.wheel(
        world.member("trace/attach_x86.dll", "windows", "i686"),
        world.member("trace/_trace.cp311-win_amd64.pyd", "windows", "x86_64"),
        tags=["cp311-cp311-win_amd64"],
    )
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}


def test_variant_for_cpu_features_is_no_lack_elsewhere(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/libsum.dylib", "macos", "x86_64", "arm64"),
        world.member("pkg/libproduct_avx2.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_variant_for_a_machine_that_is_named_in_the_projects_own_way(world: World) -> None:
    wheel = world.any_wheel(
        world.member("sql/sql.power.so", "linux", "ppc64le"),
        world.member("sql/sql.arm.so", "linux", "arm64"),
        world.member("sql/sql.so", "linux", "x86_64"),
        world.member("sql/sql.arm.fips.so", "linux", "arm64"),
        world.member("sql/sql.fips.so", "linux", "x86_64"),
    )
    for architecture in ("x86_64", "arm64"):
        assert world.findings(wheel, world.target("linux", architecture)) == {}


def test_wheel_for_this_platform_with_nothing_but_other_machines_libraries(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/libsum_x86_64.dylib", "macos", "x86_64"),
        tags=["py3-none-macosx_11_0_arm64"],
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_folders_of_androids_machines_are_for_phones(world: World) -> None:
    wheel = world.any_wheel(
        world.member("air/minicap/arm64-v8a/minicap.so", "linux", "arm64"),
        world.member("air/minicap/armeabi-v7a/minicap.so", "linux", "armv7l"),
        world.program("air/arm64-v8a/minitouch", "linux", "arm64"),
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}
    elsewhere = world.any_wheel(world.member("air/linux/arm64-v8a/air.so", "linux", "arm64"))
    found = world.findings(elsewhere, world.target("linux", "x86_64"))
    assert found == {"AP402": Status.DEGRADED}


def test_compiler_that_runs_has_libraries_for_other_machines(world: World) -> None:
    compiler = world.program("gcc/bin/cc", "linux", "x86_64")
    library = world.member("gcc/aarch64-linux-gnu/lib/libfoo.so.1", "linux", "arm64")
    tag = "py3-none-manylinux2014_x86_64"
    target = world.target("linux", "x86_64")
    both = world.wheel(compiler, library, tags=[tag])
    assert world.findings(both, target) == {"AP402": Status.DEGRADED}
    assert world.findings(world.wheel(library, tags=[tag]), target) == {"AP401": Status.WRONG}


@pytest.mark.parametrize("folder", ["sdk/osx-universal", "sdk/universal2"])
def test_folder_that_promises_every_machine_is_taken_at_its_word(world: World, folder: str) -> None:
    thin = world.any_wheel(world.member(f"{folder}/sdk.dylib", "macos", "arm64"))
    assert world.findings(thin, world.target("macos", "arm64")) == {}
    assert world.findings(thin, world.target("macos", "x86_64")) == {"AP401": Status.WRONG}
    fat = world.any_wheel(world.member(f"{folder}/sdk.dylib", "macos", "arm64", "x86_64"))
    assert world.findings(fat, world.target("macos", "x86_64")) == {}


def test_machine_that_is_named_within_such_a_folder_is_what_counts(world: World) -> None:
    wheel = world.any_wheel(world.member("sdk/universal/arm64/sdk.dylib", "macos", "arm64"))
    assert world.findings(wheel, world.target("macos", "x86_64")) == {"AP402": Status.DEGRADED}


def test_library_of_a_dotnet_program_is_not_pythons(world: World) -> None:
    natives = (
        world.member("engine/bin/runtimes/osx/native/libuv.dylib", "macos", "x86_64"),
        world.member("engine/bin/runtimes/win-x64/native/libuv.dll", "windows", "x86_64"),
    )
    run = world.slice("i686", managed=True, kind=BinaryKind.EXECUTABLE)
    host = world.member("engine/bin/Host.dll", "windows", run)
    wheel = world.any_wheel(*natives, host)
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP404": Status.DEGRADED}
    assert world.findings(wheel, world.target("macos", "x86_64")) == {}
    loaded = world.member("engine/bin/Host.dll", "windows", world.slice("i686", managed=True))
    hosted = world.any_wheel(*natives, loaded)
    assert world.findings(hosted, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_soft_float_libraries_are_not_for_hard_float_processes(world: World) -> None:
    library = world.member("media/RPi/libavutil.so.56", "linux", "armel")
    target = world.target("linux", "armv7l")
    tagged = world.wheel(library, tags=["py3-none-linux_armv7l"])
    assert world.findings(tagged, target) == {"AP401": Status.WRONG}
    for_any = world.any_wheel(library)
    assert world.findings(for_any, target) == {"AP402": Status.DEGRADED}
