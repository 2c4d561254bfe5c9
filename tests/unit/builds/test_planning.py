from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem
from archpip.builds import (
    BuilderChoice,
    BuildPlan,
    Interpreter,
    Strategy,
    Toolchain,
    ToolchainMissingError,
)
from archpip.builds.plan import BuildTools, PlanRequest
from archpip.builds.planning import plan_build
from archpip.targets import Target

MakeTarget = Callable[..., Target]
MakeRequest = Callable[..., PlanRequest]


@pytest.fixture(name="tools_on")
def _tools_on(interpreter: Interpreter) -> Callable[[OperatingSystem, Architecture], BuildTools]:
    """Give the tools of a machine that has a Python and nothing else."""

    def tools(system: OperatingSystem, architecture: Architecture) -> BuildTools:
        target = replace(
            interpreter.target,
            operating_system=system,
            architectures=(architecture,),
            libc=None,
            floor=(14, 0),
        )
        return BuildTools(interpreters=(replace(interpreter, target=target),))

    return tools


@pytest.mark.parametrize(
    ("target", "choice", "strategy"),
    [
        ("linux-x86_64", BuilderChoice.AUTO, Strategy.NATIVE),
        ("linux-aarch64", BuilderChoice.AUTO, Strategy.CROSS),
        ("linux-aarch64", BuilderChoice.CROSS, Strategy.CROSS),
        ("linux-aarch64", BuilderChoice.EMULATED, Strategy.EMULATED),
        ("linux-aarch64", BuilderChoice.ZIG, Strategy.ZIG),
        ("linux-x86_64", BuilderChoice.ZIG, Strategy.ZIG),
        ("linux-aarch64-musl", BuilderChoice.ZIG, Strategy.ZIG),
        ("macos-arm64", BuilderChoice.ZIG, Strategy.ZIG),
        ("windows-arm64", BuilderChoice.ZIG, Strategy.ZIG),
    ],
)
def test_strategy_on_linux(
    make_target: MakeTarget,
    make_request: MakeRequest,
    target: str,
    choice: BuilderChoice,
    strategy: Strategy,
) -> None:
    assert plan_build(make_request(make_target(target)), choice).strategy is strategy


@pytest.mark.parametrize(
    "case",
    [
        ((OperatingSystem.MACOS, Architecture.X86_64), "macos-x86_64", Strategy.NATIVE),
        ((OperatingSystem.MACOS, Architecture.X86_64), "macos-arm64", Strategy.MACOS),
        ((OperatingSystem.MACOS, Architecture.ARM64), "macos-universal2", Strategy.MACOS),
        ((OperatingSystem.WINDOWS, Architecture.X86_64), "windows-amd64", Strategy.NATIVE),
    ],
)
def test_strategy_elsewhere(
    make_target: MakeTarget,
    make_request: MakeRequest,
    tools_on: Callable[[OperatingSystem, Architecture], BuildTools],
    case: tuple[tuple[OperatingSystem, Architecture], str, Strategy],
) -> None:
    here, target, strategy = case
    request = make_request(make_target(target), tools=tools_on(*here))
    assert plan_build(request).strategy is strategy


def refusal(request: PlanRequest, choice: BuilderChoice = BuilderChoice.AUTO) -> str:
    with pytest.raises(ToolchainMissingError) as caught:
        plan_build(request, choice)
    return f"{caught.value} | {caught.value.hint}"


def test_a_missing_toolchain_names_the_command_that_makes_one(
    make_target: MakeTarget, make_request: MakeRequest, interpreter: Interpreter
) -> None:
    tools = BuildTools(interpreters=(interpreter,))
    assert refusal(make_request(make_target("linux-aarch64"), tools=tools)) == (
        "markupsafe-3.0.2 cannot be built for linux-aarch64 here: no toolchain for it is known | "
        "`archpip toolchain add linux-aarch64 --python-version 3.11` makes one."
    )


def test_a_toolchain_for_glibc_is_none_for_musl(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    message = refusal(make_request(make_target("linux-aarch64-musl")), BuilderChoice.CROSS)
    assert "no toolchain" in message


def test_another_system_points_to_zig(make_target: MakeTarget, make_request: MakeRequest) -> None:
    message = refusal(make_request(make_target("macos-arm64")))
    assert "`archpip toolchain add zig`, then `--builder zig`" in message


def test_zig_is_asked_for_by_name_and_must_be_there(
    make_target: MakeTarget, make_request: MakeRequest, interpreter: Interpreter
) -> None:
    tools = BuildTools(interpreters=(interpreter,))
    request = make_request(make_target("macos-arm64"), tools=tools)
    assert "`archpip toolchain add zig` gets it" in refusal(request, BuilderChoice.ZIG)


def test_zig_makes_one_slice_at_a_time(make_target: MakeTarget, make_request: MakeRequest) -> None:
    message = refusal(make_request(make_target("macos-universal2")), BuilderChoice.ZIG)
    assert "one macOS, Windows or Linux machine at a time" in message


def test_headers_of_another_python_do_not_serve(
    make_target: MakeTarget,
    make_request: MakeRequest,
    interpreter: Interpreter,
    toolchain: Toolchain,
) -> None:
    target = make_target("linux-aarch64", (3, 13, 0))
    here = replace(interpreter, target=replace(interpreter.target, python=target.python))
    tools = BuildTools(interpreters=(here,), toolchains=(toolchain,))
    message = refusal(make_request(target, tools=tools))
    assert "toolchain linux-aarch64 has no headers of Python 3.13" in message
    assert "name a sysroot" in message


def test_a_build_runs_on_the_same_python_as_its_target(
    make_target: MakeTarget, make_request: MakeRequest, interpreter: Interpreter
) -> None:
    message = refusal(make_request(make_target("linux-x86_64", (3, 10, 4))))
    assert "needs CPython 3.10 on this machine, which has only 3.11" in message
    assert "`uv python install 3.10`" in message
    older = replace(
        interpreter,
        target=make_target("linux-x86_64", (3, 10, 9)),
        executable=Path("/usr/bin/python3.10"),
    )
    tools = BuildTools(interpreters=(interpreter, older))
    plan = plan_build(make_request(make_target("linux-x86_64", (3, 10, 4)), tools=tools))
    assert plan.interpreter is older


def test_an_emulator_is_needed_for_emulation(
    make_target: MakeTarget,
    make_request: MakeRequest,
    interpreter: Interpreter,
    toolchain: Toolchain,
) -> None:
    tools = BuildTools(interpreters=(interpreter,), toolchains=(replace(toolchain, emulator=()),))
    request = make_request(make_target("linux-aarch64"), tools=tools)
    assert "no emulator" in refusal(request, BuilderChoice.EMULATED)


def test_plans_of_equal_requests_are_equal(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    def plan() -> BuildPlan:
        return plan_build(make_request(make_target("linux-aarch64")))

    assert plan() == plan()
