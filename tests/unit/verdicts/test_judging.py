import sys
from types import FrameType

import pytest

from archpip.architecture import Architecture
from archpip.binaries import Binary, Slice
from archpip.targets import Target
from archpip.verdicts import Status, case, judge
from archpip.verdicts.fitting import find_slice
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


@pytest.mark.parametrize(
    "path", ["pkg/lib{}.so", "pkg/lib_{}_aarch64.so", "pkg/bin/tool{}", "pkg/_{}.abi3.so"]
)
def test_a_wheel_of_thousands_of_binaries_is_judged_in_proportion(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    looked_at = 0

    def counting(binary: Binary, target: Target, architecture: Architecture) -> Slice | None:
        nonlocal looked_at
        looked_at += 1
        return find_slice(binary, target, architecture)

    monkeypatch.setattr(case, "find_slice", counting)
    count = 300
    wheel = world.wheel(
        world.member("pkg/_fits.abi3.so", "linux", "x86_64"),
        *(world.member(path.format(number), "linux", "arm64") for number in range(count)),
    )

    judge(wheel, world.target("linux", "x86_64"))

    assert looked_at <= 10 * count


@pytest.mark.parametrize("tags", [("py3-none-any",), ("cp311-cp311-linux_x86_64",)])
@pytest.mark.parametrize(
    ("machines", "path"),
    [
        ("linux arm64 x86_64", "pkg/m{}.cpython-311-x86_64-linux-gnu.so"),
        ("linux arm64 x86_64", "pkg/lib/libx.so.{}"),
        ("linux arm64 x86_64", "pkg/lib_{}_arm64.so"),
        ("macos x86_64 arm64", "pkg/lib{}.1.dylib"),
        ("windows x86_64 arm64", "pkg/lib{}.dll"),
        ("windows i686 x86_64", "pkg/lib{}.dll"),
    ],
)
def test_a_library_is_not_compared_with_all_the_others_and_all_programs(
    world: World, machines: str, path: str, tags: tuple[str, ...]
) -> None:
    system, held, target = machines.split()
    ending = ".exe" if system == "windows" else ""
    calls = 0

    def count_call(frame: FrameType, event: str, argument: object) -> None:
        del frame, argument
        nonlocal calls
        calls += event.endswith("call")

    def count_calls(number: int) -> int:
        nonlocal calls
        calls = 0
        members = [world.member(path.format(each), system, held) for each in range(number)]
        for folder in ("pkg", "pkg/bin"):
            programs = (f"{folder}/tool{each}{ending}" for each in range(number))
            members += [world.program(each, system, held) for each in programs]
        wheel = world.wheel(*members, tags=tags)
        sys.setprofile(count_call)
        judge(wheel, world.target(system, target))
        sys.setprofile(None)
        return calls

    count_calls(240)  # what is cached is cached
    assert count_calls(240) <= 12 * count_calls(30)
