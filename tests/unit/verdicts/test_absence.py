import pytest

from archpip.verdicts import Status, judge
from archpip.wheels import BinaryMember
from tests.unit.verdicts.builder import World

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


def test_module_for_several_pythons_and_not_for_this_one_gets_a_remark(world: World) -> None:
    def module(python: int, stem: str = "_core") -> BinaryMember:
        path = f"pkg/{stem}.cpython-{python}-x86_64-linux-gnu.so"
        return world.member(path, "linux", "x86_64")

    both = world.any_wheel(module(39), module(310))
    target = world.target("linux", "x86_64")
    assert world.findings(both, target) == {"AP106": Status.OK}
    assert world.findings(both, world.target("linux", "x86_64", python=(3, 10, 0))) == {}
    assert world.findings(both, world.target("windows", "x86_64")) == {}
    assert world.findings(world.any_wheel(module(39)), target) == {}
    beside = world.any_wheel(module(39), module(310), module(311, "_more"))
    assert world.findings(beside, target) == {}


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


def test_module_that_its_package_imports_is_needed_though_its_code_would_run(world: World) -> None:
    path = "pkg/_backend.cp311-win_amd64.pyd"
    wheel = world.wheel(
        world.member(path, "windows", "arm64"), tags=["cp311-cp311-win_arm64"], demanded=[path]
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP103": Status.WRONG}


def test_source_beside_the_module_serves(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_backend.cp311-win_amd64.pyd", "windows", "x86_64"),
        tags=["cp311-cp311-win_arm64"],
        import_roots=["pkg/_backend.py"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP105": Status.OK}


@pytest.mark.parametrize(
    ("more", "status"), [((), Status.DEGRADED), (("arm64",), Status.OK)], ids=["nothing", "some"]
)
def test_source_in_what_was_installed_for_another_machine(
    world: World, more: tuple[str, ...], status: Status
) -> None:
    """Source that only says that it must be compiled (pyzmq's) is not told from other source."""
    wheel = world.wheel(
        world.member("pkg/_backend.cp311-win_amd64.pyd", "windows", "x86_64"),
        *(world.member(f"pkg/_{each}.cp311-win_arm64.pyd", "windows", each) for each in more),
        tags=["cp311-cp311-win_amd64"],
        import_roots=["pkg/_backend.py"],
    )
    (finding,) = judge(wheel, world.target("windows", "arm64"), installed=True).findings
    assert (finding.code, finding.severity) == ("AP105", status)


def test_module_of_another_system_in_a_wheel_for_any_is_missed(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pkg/_core.cpython-311-x86_64-linux-gnu.so", "linux", "x86_64")
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP103": Status.WRONG}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP103": Status.WRONG}


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


def test_another_machines_code_is_missed_whatever_loads_its_suffix(world: World) -> None:
    path = "pkg/_core.cpython-311.so"
    target = world.target("linux", "x86_64")
    other = world.any_wheel(world.member(path, "linux", "arm64"))
    assert world.findings(other, target) == {"AP103": Status.WRONG}
    own = world.any_wheel(world.member(path, "linux", "x86_64"))
    assert world.findings(own, target) == {}


def test_demanded_module_for_another_python_is_missed_though_the_tag_is_for_any(
    world: World,
) -> None:
    path = "cv2/cv2.cpython-36m-x86_64-linux-gnu.so"
    module = world.member(path, "linux", "x86_64")
    beside = world.member("cv2/libplugin.so", "linux", "x86_64")
    wheel = world.any_wheel(module, beside, demanded=[path])
    for system in ("linux", "macos"):
        found = world.findings(wheel, world.target(system, "x86_64"))
        assert found["AP106"] is Status.WRONG
    own = world.target("linux", "x86_64", python=(3, 6, 15))
    assert world.findings(wheel, own) == {}
    assert world.findings(world.any_wheel(module, beside), world.target("linux", "x86_64")) == {}
    other = world.member("cv2/cv2.cpython-311-x86_64-linux-gnu.so", "linux", "x86_64")
    several = world.any_wheel(module, other, demanded=[path, other.path])
    assert world.findings(several, world.target("linux", "x86_64")) == {}
    later = world.target("linux", "x86_64", python=(3, 13, 0))
    assert world.findings(several, later) == {"AP106": Status.OK}


@pytest.mark.parametrize("shared", ["30fcd23745efe32ce681__mypyc", "pkg/md__mypyc"])
def test_what_compiled_modules_share_is_not_needed_where_all_have_source(
    world: World, shared: str
) -> None:
    ending = ".cpython-311-x86_64-linux-gnu.so"
    paths = [f"pkg/__init__{ending}", f"pkg/md{ending}", f"{shared}{ending}"]
    members = [world.member(path, "linux", "x86_64") for path in paths]
    tags = ["cp311-cp311-manylinux_2_28_x86_64"]
    target = world.target("linux", "arm64")
    sources = ["pkg/__init__.py", "pkg/md.py"]
    wheel = world.wheel(*members, tags=tags, import_roots=sources)
    found = judge(wheel, target, installed=True).findings
    assert {(each.code, each.severity) for each in found} == {("AP105", Status.DEGRADED)}
    one_lacks_it = world.wheel(*members, tags=tags, import_roots=sources[:1])
    assert judge(one_lacks_it, target, installed=True).status is Status.WRONG
    assert judge(wheel, world.target("macos", "arm64"), installed=True).status is not Status.OK


def test_what_a_wheel_for_one_python_needs_says_nothing_of_others(world: World) -> None:
    path = "demo/lib.cpython-311-darwin.so"
    wheel = world.wheel(world.member(path, "macos", "x86_64"), demanded=[path])
    assert world.findings(wheel, world.target("macos", "arm64", python=(3, 12, 0))) == {}
