"""Libraries beside programs, which run in processes of their own."""

from archpip.verdicts import Status
from tests.unit.verdicts.builder import World


def test_library_left_over_in_a_folder_of_programs_that_fit_degrades(world: World) -> None:
    program = world.program("emulator/bin/qemu.exe", "windows", "arm64")
    linked = world.member("emulator/bin/libglib.dll", "windows", "arm64")
    stray = world.member("emulator/bin/libgst.dll", "windows", "x86_64")
    target, tags = world.target("windows", "arm64"), ["py3-none-win_arm64"]
    found = world.findings(world.wheel(program, linked, stray, tags=tags), target)
    assert found == {"AP404": Status.DEGRADED}
    alone = world.wheel(program, stray, tags=tags)
    assert world.findings(alone, target) == {"AP401": Status.WRONG}
    namesake = world.member("emulator/bin/libemulator.dll", "windows", "x86_64")
    purpose = world.wheel(program, linked, namesake, tags=tags)
    assert world.findings(purpose, target) == {"AP401": Status.WRONG}
