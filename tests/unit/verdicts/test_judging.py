from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World


def test_wheel_without_native_code_is_ok(world: World) -> None:
    verdict = judge(world.any_wheel(), world.target("linux", "x86_64"))
    assert (verdict.status, verdict.findings, verdict.target) == (Status.OK, (), "linux-x86_64")


def test_worst_finding_stands_first_and_decides(world: World) -> None:
    wheel = world.wheel(
        world.program("pkg/tool", "macos", "x86_64"),
        world.member("pkg/_core.cpython-311-darwin.so", "macos", "x86_64"),
        declared=["py3-none-any"],
    )
    verdict = judge(wheel, world.target("macos", "arm64"))
    assert [finding.code for finding in verdict.findings] == ["AP101", "AP501", "AP701"]
    assert verdict.status is Status.WRONG
