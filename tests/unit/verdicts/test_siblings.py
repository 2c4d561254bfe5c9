from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.binaries import UnboundSymbols
from archpip.verdicts import (
    Policy,
    Status,
    add_findings,
    find_suspects,
    judge,
    judge_against_sibling,
    parse_override,
)
from archpip.wheels import BinaryMember
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"
SIBLING = "project-1.0-cp311-cp311-macosx_11_0_x86_64.whl"


def _lacking(*examples: str) -> UnboundSymbols:
    return UnboundSymbols(
        count=12, examples=examples, counterpart=Architecture.X86_64, provider=None
    )


def test_module_emptier_than_its_siblings_is_wrong(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "arm64"))
    target = world.target("macos", "arm64")
    findings = judge_against_sibling(
        wheel, target, {MODULE: _lacking("_sum", "_xor")}, sibling=SIBLING
    )
    assert [(one.code, one.severity) for one in findings] == [("AP202", Status.WRONG)]
    assert findings[0].message == (
        f"{MODULE}: the arm64 code leaves 12 symbols unbound that the x86_64 slice defines "
        f"(_sum, _xor, …), in {SIBLING}"
    )
    verdict = judge(wheel, target)
    assert verdict.status is Status.OK
    assert add_findings(verdict, findings, filename=wheel.filename).status is Status.WRONG
    policy = Policy(overrides=(parse_override("project: loads by design"),))
    allowed = add_findings(verdict, findings, filename=wheel.filename, policy=policy)
    assert (allowed.status, allowed.findings[0].severity) == (Status.OK, Status.WRONG)


def test_what_another_project_exports_is_no_lack(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "arm64"))
    findings = judge_against_sibling(
        wheel,
        world.target("macos", "arm64"),
        {MODULE: _lacking("_npy_copysign"), "pkg/gone.so": _lacking("_sum")},
        sibling=SIBLING,
    )
    assert [(one.code, one.severity) for one in findings] == [("AP203", Status.OK)]


def test_modules_of_other_pythons_and_slices_are_passed_over(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/_core.cpython-39-darwin.so", "macos", "arm64"),
        world.member(MODULE, "macos", "x86_64"),
    )
    unbound = dict.fromkeys(("pkg/_core.cpython-39-darwin.so", MODULE), _lacking("_sum"))
    assert (
        judge_against_sibling(wheel, world.target("macos", "arm64"), unbound, sibling=SIBLING) == ()
    )


def test_suspects_are_much_smaller_or_link_less(world: World) -> None:
    def member(path: str, architecture: str, size: int, *needed: str) -> BinaryMember:
        return replace(
            world.member(path, "macos", world.slice(architecture, needed=needed)), size_bytes=size
        )

    wheel = world.wheel(
        member("pkg/_small.so", "arm64", 700_000, "/usr/lib/libSystem.B.dylib"),
        member("pkg/_less.so", "arm64", 100_000, "/usr/lib/libSystem.B.dylib"),
        member("pkg/_same.so", "arm64", 95_000, "@loader_path/.dylibs/libz.dylib"),
        member("pkg/_alone.so", "arm64", 1000),
        member("pkg/_padded.so", "arm64", 20_000),
    )
    sibling = world.wheel(
        member("pkg/_small.so", "x86_64", 1_000_000),
        member("pkg/_padded.so", "x86_64", 50_000),
        member("pkg/_less.so", "x86_64", 100_000, "@loader_path/../liblzma.5.dylib"),
        member("pkg/_same.so", "x86_64", 100_000, "@rpath/libz.dylib", "/usr/lib/libc++.1.dylib"),
    )
    assert find_suspects(wheel, sibling) == ("pkg/_small.so", "pkg/_less.so")


def test_compiler_run_time_is_the_systems(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "arm64"))
    for symbols, code in ((("___divdc3", "___udivti3"), "AP203"), (("___kmpc_fork",), "AP202")):
        (finding,) = judge_against_sibling(
            wheel, world.target("macos", "arm64"), {MODULE: _lacking(*symbols)}, sibling=SIBLING
        )
        assert finding.code == code
