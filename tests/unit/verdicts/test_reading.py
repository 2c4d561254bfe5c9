import pytest
from msgspec.structs import replace

from archpip.verdicts import Status
from archpip.wheels import Problem, ProblemKind
from tests.unit.verdicts.builder import World


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_every_problem_is_unknown_and_never_fine(world: World, kind: ProblemKind) -> None:
    problem = Problem(kind=kind, member="pkg/_core.so", detail="cannot be read")
    wheel = world.wheel(problems=[problem])
    (severity,) = world.findings(wheel, world.target("macos", "arm64")).values()
    assert severity is Status.UNKNOWN


def test_broken_binaries_among_test_data_are_meant_to_be_broken(world: World) -> None:
    problem = Problem(
        kind=ProblemKind.MALFORMED_BINARY, member="pkg/tests/data/broken.so", detail="cut short"
    )
    wheel = world.wheel(problems=[problem])
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_broken_binaries_of_another_system_matter_to_that_system(world: World) -> None:
    problem = Problem(
        kind=ProblemKind.MALFORMED_BINARY, member="pkg/dm.dll", detail="imports lie nowhere"
    )
    wheel = world.wheel(world.member("pkg/dm.dll", "windows", "x86_64"), problems=[problem])
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP902": Status.UNKNOWN}


def test_broken_binary_that_nobody_loads_is_no_matter(world: World) -> None:
    path = "emulator/DLLs/kernel32.ldll"
    problem = Problem(kind=ProblemKind.MALFORMED_BINARY, member=path, detail="imports lie nowhere")
    wheel = world.any_wheel(world.member(path, "windows", "i686"))
    wheel = replace(wheel, problems=(problem,))
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}


def test_broken_module_for_this_python_matters_where_no_tag_is_known(world: World) -> None:
    path = "_core.cpython-311-aarch64-linux-gnu.so"
    problem = Problem(kind=ProblemKind.MALFORMED_BINARY, member=path, detail="cut short")
    found = world.findings(world.wheel(problems=[problem], tags=()), world.target("linux", "arm64"))
    assert found == {"AP902": Status.UNKNOWN}


def test_names_collide_only_where_case_is_ignored(world: World) -> None:
    problem = Problem(kind=ProblemKind.NAME_COLLISION, member="a/GOOD.png", detail="same as good")
    wheel = world.wheel(problems=[problem])
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP904": Status.DEGRADED}
    code = Problem(kind=ProblemKind.NAME_COLLISION, member="a/GOOD.py", detail="same as good")
    found = world.findings(world.wheel(problems=[code]), world.target("windows", "x86_64"))
    assert found == {"AP904": Status.UNKNOWN}


def test_backslash_is_a_folder_on_windows(world: World) -> None:
    path = "pkg\\core.pyd"
    problem = Problem(kind=ProblemKind.BACKSLASH, member=path, detail="a backslash")
    module = world.member(path, "windows", "x86_64")
    wheel = world.wheel(module, problems=[problem], tags=["cp311-cp311-win_amd64"])
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}
    assert "AP101" in world.findings(wheel, world.target("windows", "arm64"))
    assert "AP904" in world.findings(wheel, world.target("linux", "x86_64"))


def test_renamed_wheel_is_a_remark(world: World) -> None:
    wheel = world.wheel(declared=["cp311-cp311-macosx_10_9_x86_64"])
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP701": Status.OK}


def test_empty_module_for_one_python_is_no_matter_in_a_wheel_for_any(world: World) -> None:
    problem = Problem(
        kind=ProblemKind.MALFORMED_BINARY, member="noop.cp311-win_amd64.pyd", detail="it is empty"
    )
    library = world.member("sqlite_ulid/ulid0.dll", "windows", "x86_64")
    target = world.target("windows", "x86_64")
    wheel = world.wheel(library, problems=[problem], tags=["py3-none-win_amd64"])
    assert world.findings(wheel, target) == {}
    wheel = world.wheel(library, problems=[problem], tags=["cp311-cp311-win_amd64"])
    assert world.findings(wheel, target) == {"AP902": Status.UNKNOWN}
    plain = replace(problem, member="noop.pyd")
    wheel = world.wheel(library, problems=[plain], tags=["py3-none-win_amd64"])
    assert world.findings(wheel, target) == {"AP902": Status.UNKNOWN}
