import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.locking import environment_markers
from archpip.targets import PythonTarget, Target, marker_environment
from tests.unit.locking.resolutions import make_target

LINUX = Target(
    operating_system=OperatingSystem.LINUX,
    architectures=(Architecture.ARM64,),
    libc=Libc.GLIBC,
    floor=(2, 28),
    python=PythonTarget(version=(3, 11, 4)),
)
MACOS = make_target()
INTEL = replace(MACOS, architectures=(Architecture.X86_64,))
NEWER = replace(MACOS, python=PythonTarget(version=(3, 12, 0)))
PATCHED = replace(MACOS, python=PythonTarget(version=(3, 11, 9)))
PYPY = replace(MACOS, python=PythonTarget(implementation="pypy", version=(3, 11, 4)))
UNIVERSAL = replace(MACOS, architectures=(Architecture.ARM64, Architecture.X86_64))


def accepts(locked: Target, machine: Target) -> bool:
    environment = dict(marker_environment(machine))
    return any(marker.evaluate(environment) for marker in environment_markers(locked))


@pytest.mark.parametrize(
    ("locked", "machine", "accepted"),
    [
        (MACOS, MACOS, True),
        (MACOS, PATCHED, True),
        (MACOS, INTEL, False),
        (MACOS, LINUX, False),
        (MACOS, NEWER, False),
        (MACOS, PYPY, False),
        (LINUX, LINUX, True),
        (UNIVERSAL, MACOS, True),
        (UNIVERSAL, INTEL, True),
        (MACOS, UNIVERSAL, True),
    ],
)
def test_a_lockfile_holds_on_its_own_machines_only(
    locked: Target, machine: Target, *, accepted: bool
) -> None:
    assert accepts(locked, machine) is accepted
