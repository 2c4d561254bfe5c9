from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


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


def test_modules_of_another_implementation_of_that_version_are_for_another_python(
    world: World,
) -> None:
    wheel = world.wheel(world.member("pkg/_core.pypy311-pp73-darwin.so", "macos", "arm64"))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP106": Status.WRONG}


def test_python_without_a_gil_imports_no_abi3(world: World) -> None:
    stable = world.member("pkg/_core.abi3.so", "macos", "x86_64", "arm64")
    wheel = world.wheel(stable, tags=["cp315-cp315t-macosx_11_0_arm64"])
    target = world.target("macos", "arm64", python=(3, 15, 0), free_threaded=True)
    assert world.findings(wheel, target) == {"AP106": Status.WRONG}


def test_python_without_a_gil_before_3_15_imports_abi3_of_a_wheel_for_it(world: World) -> None:
    fat = world.member("pkg/_core.abi3.so", "macos", "x86_64", "arm64")
    thin = world.member("pkg/_core.abi3.so", "macos", "x86_64")
    target = world.target("macos", "arm64", python=(3, 14, 0), free_threaded=True)
    tags = ["cp314-cp314t-macosx_11_0_arm64"]
    assert world.findings(world.wheel(fat, tags=tags), target) == {}
    assert world.findings(world.wheel(thin, tags=tags), target) == {"AP101": Status.WRONG}
    stable = world.wheel(fat, tags=["cp39-abi3-macosx_11_0_arm64"])
    verdict = judge(stable, target, installed=True)
    assert [finding.code for finding in verdict.findings] == ["AP106"]


def test_python_without_a_gil_imports_a_module_of_no_interpreter_in_particular(
    world: World,
) -> None:
    wheel = world.wheel(
        world.member("pkg/_core.so", "macos", "arm64"), tags=["cp39-abi3-macosx_11_0_arm64"]
    )
    target = world.target("macos", "arm64", python=(3, 14, 0), free_threaded=True)
    assert judge(wheel, target, installed=True).findings == ()


def test_own_loaders_suffix_is_judged_by_content(world: World) -> None:
    wheel = world.wheel(world.member("pkg/_core.cp311-universal2.so", "macos", "arm64", "x86_64"))
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_modules_in_the_data_folder_are_judged_where_they_are_installed(world: World) -> None:
    wheel = world.wheel(
        world.member("p-1.0.data/platlib/pkg/_core.cpython-311-darwin.so", "macos", "x86_64")
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP101": Status.WRONG}


def test_folder_beside_a_module_of_its_name_is_no_package(world: World) -> None:
    members = (
        world.member("pkg/_bindings.cpython-311-darwin.so", "macos", "x86_64", "arm64"),
        world.member("pkg/_bindings/stub.cpython-311-darwin.so", "macos", "x86_64"),
    )
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(*members), target) == {}
    beside = world.wheel(*members, import_roots=["pkg/_bindings/_source.py"])
    assert world.findings(beside, target) == {}
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
