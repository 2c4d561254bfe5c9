import pytest

from archpip.binaries import BinaryKind, ForeignProcessor, Platform
from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


def test_module_without_the_targets_slice_is_wrong(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "x86_64"))
    verdict = judge(wheel, world.target("macos", "arm64"))
    (finding,) = verdict.findings
    assert verdict.status is Status.WRONG
    assert (finding.code, finding.member, finding.slice) == ("AP101", MODULE, "arm64")
    assert finding.message == (
        f"{MODULE}: holds x86_64 code for macOS; "
        "a Python for macos-arm64 that imports it as a module needs arm64"
    )


def test_both_slices_must_be_there_for_universal2(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "x86_64"))
    verdict = judge(wheel, world.target("macos", "arm64", "x86_64"))
    assert [finding.slice for finding in verdict.findings] == ["arm64"]
    fat = world.wheel(world.member(MODULE, "macos", "x86_64", "arm64"))
    assert judge(fat, world.target("macos", "arm64", "x86_64")).findings == ()


def test_arm64e_alone_does_not_load_into_an_arm64_process(world: World) -> None:
    part = world.slice("arm64", subtype="arm64e")
    wheel = world.wheel(world.member(MODULE, "macos", part))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP101": Status.WRONG}


def test_ios_code_is_not_for_macos(world: World) -> None:
    part = world.slice("arm64", platform=Platform.IOS)
    wheel = world.wheel(world.member(MODULE, "macos", part))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP102": Status.WRONG}


def test_simulator_code_is_not_for_a_device(world: World) -> None:
    part = world.slice("arm64", platform=Platform.IOS_SIMULATOR)
    wheel = world.wheel(world.member("pkg/_core.cpython-311-iphoneos.so", "ios", part))
    assert world.findings(wheel, world.target("ios", "arm64")) == {"AP102": Status.WRONG}


def test_unknown_machine_number_is_wrong(world: World) -> None:
    wheel = world.wheel(world.member("pkg/_core.abi3.so", "linux", world.slice(None)))
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP104": Status.WRONG}


def test_first_suffix_in_the_interpreters_order_decides(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_core.abi3.so", "macos", "arm64"),
        world.member(MODULE, "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP101": Status.WRONG}


def test_shadowed_module_is_never_loaded(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_core.abi3.so", "macos", "x86_64"),
        world.member(MODULE, "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_modules_of_other_pythons_say_nothing(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pkg/_core.cp39-win_amd64.pyd", "windows", "x86_64"),
        world.member("pkg/_core.cpython-39-darwin.so", "macos", "x86_64"),
    )
    for system in ("windows", "macos", "linux"):
        assert world.findings(wheel, world.target(system, "arm64")) == {}


FOR_311 = "cp311-cp311-macosx_11_0_universal2"


def test_wheel_whose_modules_are_all_for_other_pythons_is_wrong(world: World) -> None:
    other = world.member("pkg/_core.cpython-310-darwin.so", "macos", "x86_64", "arm64")
    own = world.member("pkg/_more.cpython-311-darwin.so", "macos", "x86_64", "arm64")
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(other, tags=[FOR_311]), target) == {"AP106": Status.WRONG}
    assert world.findings(world.wheel(other, own, tags=[FOR_311]), target) == {}
    assert world.findings(world.wheel(other, tags=["py3-none-macosx_11_0_arm64"]), target) == {}
    source = world.wheel(other, tags=[FOR_311], import_roots=["pkg/_core.py"])
    assert world.findings(source, target) == {}


def test_python_without_a_gil_imports_no_abi3(world: World) -> None:
    stable = world.member("pkg/_core.abi3.so", "macos", "x86_64", "arm64")
    wheel = world.wheel(stable, tags=["cp313-cp313t-macosx_11_0_arm64"])
    target = world.target("macos", "arm64", python=(3, 13, 0), free_threaded=True)
    assert world.findings(wheel, target) == {"AP106": Status.WRONG}


def test_suffix_of_another_machine_with_its_code_is_a_missing_module(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_backend.cp311-win_amd64.pyd", "windows", "x86_64"),
        tags=["cp311-cp311-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP103": Status.WRONG}


def test_suffix_of_another_machine_with_the_right_code_degrades(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_backend.cp311-win_amd64.pyd", "windows", "arm64"),
        tags=["cp311-cp311-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP103": Status.DEGRADED}


def test_source_beside_the_module_serves(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_backend.cp311-win_amd64.pyd", "windows", "x86_64"),
        tags=["cp311-cp311-win_arm64"],
        import_roots=["pkg/_backend.py"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP105": Status.OK}


def test_own_loaders_suffix_is_judged_by_content(world: World) -> None:
    wheel = world.wheel(world.member("pkg/_core.cp311-universal2.so", "macos", "arm64", "x86_64"))
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_module_of_another_system_in_a_wheel_for_any_is_missed(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pkg/_core.cpython-311-x86_64-linux-gnu.so", "linux", "x86_64")
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP103": Status.WRONG}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP103": Status.WRONG}


def test_linux_so_is_tried_on_macos(world: World) -> None:
    wheel = world.any_wheel(world.member("pkg/_core.so", "linux", "x86_64"))
    assert world.findings(wheel, world.target("macos", "x86_64")) == {"AP102": Status.WRONG}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP403": Status.WRONG}


@pytest.mark.parametrize(
    ("system", "architecture", "expected"),
    [
        ("linux", "x86_64", {}),
        ("linux", "arm64", {"AP401": Status.WRONG}),
        ("macos", "arm64", {"AP401": Status.WRONG}),
        ("macos", "x86_64", {}),
        ("windows", "x86_64", {}),
        ("windows", "arm64", {"AP401": Status.WRONG}),
    ],
)
def test_neutral_family_needs_a_member_for_the_target(
    world: World, system: str, architecture: str, expected: dict[str, Status]
) -> None:
    wheel = world.any_wheel(
        world.member("fire/firedll.dll", "windows", "x86_64"),
        world.member("fire/libfiredll.dylib", "macos", "x86_64"),
        world.member("fire/libfiredll.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target(system, architecture)) == expected


def test_family_named_by_architecture_degrades(world: World) -> None:
    wheel = world.any_wheel(
        world.member("helper/attach_linux_amd64.so", "linux", "x86_64"),
        world.member("helper/attach_linux_x86.so", "linux", "i686"),
        world.member("helper/attach.dylib", "macos", "x86_64", "arm64"),
        world.member("helper/attach_x86_64.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP402": Status.DEGRADED}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_name_that_promises_the_target_and_lies_is_wrong(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pkg/lib_arm64.dylib", "macos", "x86_64"),
        world.member("pkg/lib_x86_64.dylib", "macos", "x86_64"),
        world.member("pkg/lib_linux.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_one_name_for_a_machine_makes_the_family_named(world: World) -> None:
    wheel = world.any_wheel(
        world.member("usb/bin/Win32/usb.dll", "windows", "i686"),
        world.member("usb/bin/x64/usb.dll", "windows", "x86_64"),
        world.member("usb/bin/linux/usb.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP402": Status.DEGRADED}


def test_folders_of_unknown_names_join_a_layout_by_machine(world: World) -> None:
    wheel = world.any_wheel(
        world.member("voice/lib/linux/x86_64/libvoice.so", "linux", "x86_64"),
        world.member("voice/lib/some-board/cortex-a53/libvoice.so", "linux", "armv7l"),
        world.member("voice/lib/mac/arm64/libvoice.dylib", "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_libraries_in_folders_by_architecture_serve_both(world: World) -> None:
    wheel = world.wheel(
        world.member("sql/libs/macos/arm64/lib/libodbc.2.dylib", "macos", "arm64"),
        world.member("sql/libs/macos/x86_64/lib/libodbc.2.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64", "x86_64")) == {}


def test_library_in_a_wheel_whose_modules_fit_is_still_needed(world: World) -> None:
    wheel = world.wheel(
        world.member(MODULE, "macos", "arm64"),
        world.member("pkg/libsort.3.0.1.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_module_for_one_system_in_a_wheel_for_any_is_an_extra(world: World) -> None:
    module = world.member("pkg/_speed.cp311-win_amd64.pyd", "windows", "x86_64")
    helper = world.member("pkg/attach.dylib", "macos", "arm64", "x86_64")
    target = world.target("windows", "arm64")
    assert world.findings(world.any_wheel(module, helper), target) == {"AP103": Status.DEGRADED}
    assert world.findings(world.any_wheel(module), target) == {"AP103": Status.WRONG}


def test_stable_abi_is_promised_to_later_pythons_too(world: World) -> None:
    module = world.member("pkg/_c.cpython-39-x86_64-linux-gnu.so", "linux", "x86_64")
    wheel = world.wheel(module, tags=["cp39-abi3-manylinux_2_28_x86_64"])
    later = world.target("linux", "x86_64", python=(3, 12, 0))
    assert world.findings(wheel, later) == {"AP106": Status.WRONG}
    for python in ((3, 9, 0), (3, 8, 0)):
        assert world.findings(wheel, world.target("linux", "x86_64", python=python)) == {}
    without_gil = world.target("linux", "x86_64", python=(3, 13, 0), free_threaded=True)
    assert world.findings(wheel, without_gil) == {}


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
    mistaken = world.any_wheel(lone)
    assert world.findings(mistaken, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_linux_library_beside_the_systems_own_is_foreign(world: World) -> None:
    wheel = world.any_wheel(
        world.member("net/lib/glibc/libnet_2.so", "linux", "x86_64"),
        world.member("net/lib/other/net.dylib", "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_word_sizes_name_machines_as_a_pair_only(world: World) -> None:
    pair = world.any_wheel(
        world.member("xl/xl32-0.33.dll", "windows", "i686"),
        world.member("xl/xl64-0.33.dll", "windows", "x86_64"),
    )
    assert world.findings(pair, world.target("windows", "x86_64")) == {}
    assert world.findings(pair, world.target("windows", "arm64")) == {"AP402": Status.DEGRADED}
    alone = world.wheel(world.member("pkg/libsort64.dll", "windows", "x86_64"))
    assert world.findings(alone, world.target("windows", "arm64")) == {"AP401": Status.WRONG}


def test_word_sizes_of_other_systems_pair_up_where_the_code_agrees(world: World) -> None:
    lsl = world.any_wheel(
        world.member("lsl/liblsl32.so", "linux", "i686"),
        world.member("lsl/liblsl64.so", "linux", "x86_64"),
        world.member("lsl/liblsl32.dylib", "macos", "i686"),
        world.member("lsl/liblsl64.dylib", "macos", "x86_64"),
    )
    assert world.findings(lsl, world.target("linux", "x86_64")) == {}
    assert world.findings(lsl, world.target("macos", "arm64")) == {"AP402": Status.DEGRADED}
    bare = world.any_wheel(
        world.member("dw/DWDataReaderLib.so", "linux", "i686"),
        world.member("dw/DWDataReaderLib64.so", "linux", "x86_64"),
    )
    assert world.findings(bare, world.target("linux", "x86_64")) == {}
    assert world.findings(bare, world.target("linux", "arm64")) == {"AP402": Status.DEGRADED}
    sizes_of_indexes = world.any_wheel(
        world.member("pkg/libsort.so", "linux", "x86_64"),
        world.member("pkg/libsort64.so", "linux", "x86_64"),
    )
    found = world.findings(sizes_of_indexes, world.target("linux", "arm64"))
    assert found == {"AP401": Status.WRONG}
    indexes = world.any_wheel(
        world.member("pkg/libmetis32.so", "linux", "x86_64"),
        world.member("pkg/libmetis64.so", "linux", "x86_64"),
    )
    assert world.findings(indexes, world.target("linux", "arm64")) == {"AP401": Status.WRONG}


def test_versions_do_not_set_apart_what_folders_name_by_machine(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pco/lnx_amd64/libGenApi_gcc48_v3.so", "linux", "x86_64"),
        world.member("pco/lnx_arm64/libGenApi_gcc49_v3.so", "linux", "arm64"),
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("linux", "arm64")) == {}
    neutral = world.any_wheel(
        world.member("pkg/libcore_v1.so", "linux", "x86_64"),
        world.member("pkg/libcore_v2.so", "linux", "arm64"),
    )
    assert world.findings(neutral, world.target("linux", "x86_64")) == {"AP401": Status.WRONG}


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


def test_word_glued_to_a_name(world: World) -> None:
    wheel = world.wheel(
        world.member("sound/libportaudio32bit.dll", "windows", "i686"),
        world.member("sound/libportaudio64bit.dll", "windows", "x86_64"),
        world.member("sound/libportaudioarm64.dll", "windows", "arm64"),
        tags=["py3-none-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {}


def test_stray_runtime_library_is_a_remark(world: World) -> None:
    wheel = world.wheel(
        world.member("qt/Qt6Core.dll", "windows", "arm64"),
        world.member("qt/msvcp140.dll", "windows", "x86_64"),
        tags=["cp39-abi3-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP703": Status.OK}


def test_copy_of_a_known_dll_is_never_loaded(world: World) -> None:
    wheel = world.any_wheel(world.member("emulator/DLLs/kernel32.dll", "windows", "i686"))
    for architecture in ("x86_64", "arm64"):
        found = world.findings(wheel, world.target("windows", architecture))
        assert found == {"AP703": Status.OK}


def test_managed_assembly_runs_on_any_cpu(world: World) -> None:
    part = world.slice("i686", managed=True)
    wheel = world.any_wheel(world.member("net/runtime/Python.Runtime.dll", "windows", part))
    assert world.findings(wheel, world.target("windows", "arm64")) == {}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


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


def test_code_for_other_processors_is_data(world: World) -> None:
    gpu = world.member("pkg/kernels.so", "linux", "x86_64")
    part = gpu.binary.slices[0]
    cubin = world.slice(None)
    foreign = type(part)(
        architecture=None,
        machine="EM_CUDA",
        foreign=ForeignProcessor.NVIDIA_GPU,
        kind=part.kind,
        bits=64,
    )
    wheel = world.any_wheel(
        world.member("pkg/kernel.cubin", "linux", foreign),
        world.member("pkg/firmware/board.elf", "linux", cubin),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {}


def test_test_data_is_not_loaded(world: World) -> None:
    wheel = world.any_wheel(
        world.member("delocate/tests/data/liba.dylib", "macos", "x86_64"),
        world.member("delocate/tests/data/liba.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_modules_in_the_data_folder_are_judged_where_they_are_installed(world: World) -> None:
    wheel = world.wheel(
        world.member("p-1.0.data/platlib/pkg/_core.cpython-311-darwin.so", "macos", "x86_64")
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP101": Status.WRONG}


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


def test_folder_beside_a_module_of_its_name_is_no_package(world: World) -> None:
    members = (
        world.member("pkg/_bindings.cpython-311-darwin.so", "macos", "x86_64", "arm64"),
        world.member("pkg/_bindings/stub.cpython-311-darwin.so", "macos", "x86_64"),
    )
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(*members), target) == {}
    package = world.wheel(*members, import_roots=["pkg/_bindings/__init__.py"])
    assert world.findings(package, target) == {"AP101": Status.WRONG}


def test_module_in_a_folder_of_a_path_file_is_imported_from_there(world: World) -> None:
    target = world.target("macos", "arm64")
    members = (
        world.member("vendor-libs/_core.cpython-311-darwin.so", "macos", "x86_64"),
        world.member("vendor-libs/_core.cpython-310-darwin.so", "macos", "x86_64", "arm64"),
    )
    added = world.wheel(*members, path_folders=["vendor-libs"])
    assert world.findings(added, target) == {"AP101": Status.WRONG}


def test_module_does_not_hide_the_same_folder_on_the_path(world: World) -> None:
    members = (
        world.member("_bindings.cpython-311-darwin.so", "macos", "x86_64", "arm64"),
        world.member("_bindings/stub.cpython-311-darwin.so", "macos", "x86_64"),
    )
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(*members), target) == {}
    added = world.wheel(*members, path_folders=["_bindings"])
    assert world.findings(added, target) == {"AP101": Status.WRONG}
