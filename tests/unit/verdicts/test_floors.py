import pytest
from msgspec.structs import replace

from archpip.architecture import Libc
from archpip.binaries import BinaryKind, VersionNeed
from archpip.verdicts import Status, judge
from archpip.wheels import BinaryMember, Inspection
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


def test_newer_minos_than_the_floor_is_a_remark(world: World) -> None:
    part = world.slice("arm64", minimum_os=(15, 0, 0))
    wheel = world.wheel(world.member(MODULE, "macos", part))
    (finding,) = judge(wheel, world.target("macos", "arm64", floor=(13, 0))).findings
    assert (finding.code, finding.severity) == ("AP601", Status.OK)
    assert finding.message == f"{MODULE}: needs macOS 15.0, the target's floor is macOS 13.0"
    assert world.findings(wheel, world.target("macos", "arm64", floor=(15, 0))) == {}


def test_macos_11_is_no_floor_for_apple_silicon(world: World) -> None:
    codes = {}
    for machine in ("arm64", "x86_64"):
        part = world.slice(machine, minimum_os=(11, 0, 0))
        tag = "cp311-cp311-macosx_10_9_universal2"
        wheel = world.wheel(world.member(MODULE, "macos", part), tags=[tag])
        found = judge(wheel, world.target("macos", machine, floor=(10, 13))).findings
        codes[machine] = [finding.code for finding in found]
    assert codes == {"arm64": [], "x86_64": ["AP601"]}


def test_tag_that_asks_for_the_newer_system_is_honest(world: World) -> None:
    part = world.slice("arm64", minimum_os=(15, 0, 0))
    wheel = world.wheel(world.member(MODULE, "macos", part), tags=["cp311-cp311-macosx_15_0_arm64"])
    assert world.findings(wheel, world.target("macos", "arm64", floor=(13, 0))) == {}


def _needing(
    world: World, version: str, *, weak: bool = False, tag: str = "manylinux2014"
) -> Inspection:
    part = replace(
        world.slice("x86_64"),
        version_needs=(VersionNeed(library="libc.so.6", version=version, weak=weak),),
    )
    return world.wheel(
        world.member("pkg/_core.abi3.so", "linux", part), tags=[f"cp311-abi3-{tag}_x86_64"]
    )


def test_newer_glibc_symbols_than_the_floor_are_wrong(world: World) -> None:
    wheel = _needing(world, "GLIBC_2.34")
    assert world.findings(wheel, world.target("linux", "x86_64")) == {"AP602": Status.WRONG}
    newer = world.target("linux", "x86_64", floor=(2, 34))
    assert world.findings(wheel, newer) == {}


def test_newer_glibc_degrades_where_a_helper_program_alone_needs_it(world: World) -> None:
    def needing(path: str, version: str, kind: BinaryKind = BinaryKind.LIBRARY) -> BinaryMember:
        needs = (VersionNeed(library="libc.so.6", version=version, weak=False),)
        return world.member(
            path, "linux", replace(world.slice("x86_64", kind=kind), version_needs=needs)
        )

    target = world.target("linux", "x86_64")
    tags = ["cp311-abi3-manylinux_2_17_x86_64"]
    helper = needing("pkg/bin/tool", "GLIBC_2.34", BinaryKind.EXECUTABLE)
    beside = world.wheel(needing("pkg/_core.abi3.so", "GLIBC_2.17"), helper, tags=tags)
    assert world.findings(beside, target) == {"AP602": Status.DEGRADED}
    both = world.wheel(needing("pkg/_core.abi3.so", "GLIBC_2.29"), helper, tags=tags)
    assert world.findings(both, target) == {"AP602": Status.WRONG}
    alone = world.wheel(helper, tags=["py3-none-manylinux_2_17_x86_64"])
    assert world.findings(alone, target) == {"AP602": Status.WRONG}


def test_a_tag_with_a_number_without_end_claims_nothing(world: World) -> None:
    wheel = _needing(world, "GLIBC_2.34", tag=f"manylinux_{'9' * 5000}_1")
    assert world.findings(wheel, world.target("linux", "x86_64")) == {"AP602": Status.OK}


@pytest.mark.parametrize("tag", ["manylinux_2_34", "manylinux_2_17", "linux"])
def test_what_is_to_run_on_the_target_must_suit_its_floor_whatever_its_tag(
    world: World, tag: str
) -> None:
    wheel = _needing(world, "GLIBC_2.34", tag=tag)
    (finding,) = judge(wheel, world.target("linux", "x86_64"), is_to_run=True).findings
    assert (finding.code, finding.severity) == ("AP602", Status.WRONG)


def test_weak_or_claimed_glibc_versions_are_fine(world: World) -> None:
    target = world.target("linux", "x86_64")
    assert world.findings(_needing(world, "GLIBC_2.34", weak=True), target) == {}
    assert world.findings(_needing(world, "GLIBC_2.34", tag="manylinux_2_34"), target) == {}
    assert world.findings(_needing(world, "GLIBC_PRIVATE"), target) == {}


def test_glibc_code_does_not_run_on_musl(world: World) -> None:
    part = world.slice("x86_64", needed=["libm.so.6", "libc.so.6"])
    wheel = world.any_wheel(world.member("pkg/libcore.so", "linux", part))
    musl = world.target("linux", "x86_64", libc=Libc.MUSL, floor=(1, 2))
    assert world.findings(wheel, musl) == {"AP603": Status.WRONG}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


def test_symbol_versions_of_gccs_own_library_say_nothing_of_glibc(world: World) -> None:
    part = replace(
        world.slice("arm64", needed=["libgcc_s-0bf60adc.so.1", "libc.so"]),
        version_needs=(VersionNeed(library="libgcc_s-0bf60adc.so.1", version="GLIBC_2.0"),),
    )
    module = world.member("pkg/_core.cpython-311-aarch64-linux-musl.so", "linux", part)
    wheel = world.wheel(module, tags=["cp311-cp311-musllinux_1_2_aarch64"])
    musl = world.target("linux", "arm64", libc=Libc.MUSL, floor=(1, 2))
    assert world.findings(wheel, musl) == {}


def test_musl_code_does_not_run_on_glibc(world: World) -> None:
    part = world.slice("x86_64", needed=["libc.musl-x86_64.so.1"])
    wheel = world.any_wheel(world.member("pkg/libcore.so", "linux", part))
    assert world.findings(wheel, world.target("linux", "x86_64")) == {"AP603": Status.WRONG}


def test_newer_glibc_degrades_where_a_program_loads_the_library_on_request(world: World) -> None:
    def wheel(*needed: str) -> Inspection:
        part = world.slice("x86_64", kind=BinaryKind.EXECUTABLE, needed=needed)
        newer = (VersionNeed(library="libm.so.6", version="GLIBC_2.29", weak=False),)
        library = replace(world.slice("x86_64"), version_needs=newer)
        return world.wheel(
            world.member("show/executable/bin/show", "linux", part, executable_bit=True),
            world.member("show/executable/lib/libsqlite3.so.0", "linux", library),
            tags=["py3-none-manylinux_2_17_x86_64"],
        )

    target = world.target("linux", "x86_64")
    assert world.findings(wheel(), target) == {"AP602": Status.DEGRADED}
    assert world.findings(wheel("libsqlite3.so.0"), target) == {"AP602": Status.WRONG}


def test_program_for_the_other_c_library_is_a_lack_where_nothing_else_is_there(
    world: World,
) -> None:
    loader = "/lib64/ld-linux-x86-64.so.2"
    part = world.slice("x86_64", kind=BinaryKind.EXECUTABLE, interpreter=loader)
    program = world.member("tool/bin/tool", "linux", part, executable_bit=True)
    musl = world.target("linux", "x86_64", libc=Libc.MUSL, floor=(1, 2))
    tagged = world.wheel(program, tags=["py3-none-musllinux_1_2_x86_64"])
    assert world.findings(tagged, musl) == {"AP603": Status.WRONG}
    assert world.findings(world.any_wheel(program), musl) == {"AP603": Status.DEGRADED}


def test_code_for_phones_is_no_lack_of_a_c_library(world: World) -> None:
    part = world.slice("x86_64", needed=["libc.so"])
    wheel = world.any_wheel(world.member("air/x86_64/lib/android-29/minicap.so", "linux", part))
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


def test_sibling_for_the_targets_c_library_serves(world: World) -> None:
    gnu, musl = (
        world.slice("x86_64", kind=BinaryKind.EXECUTABLE, interpreter=loader)
        for loader in ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1")
    )
    wheel = world.any_wheel(
        world.member("tool/linux-gnu/tool", "linux", gnu, executable_bit=True),
        world.member("tool/linux-musl/tool", "linux", musl, executable_bit=True),
    )
    for libc in Libc:
        target = world.target("linux", "x86_64", libc=libc, floor=(2, 28))
        assert world.findings(wheel, target) == {}


def test_wheel_without_a_claim_about_glibc_gets_a_remark(world: World) -> None:
    tags = ("cp311-cp311-linux_x86_64",)
    wheel = replace(_needing(world, "GLIBC_2.34"), tags=tags, declared_tags=tags)
    assert world.findings(wheel, world.target("linux", "x86_64")) == {"AP602": Status.OK}
