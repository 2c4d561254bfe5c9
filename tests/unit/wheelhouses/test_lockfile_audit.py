"""The audit of a lockfile: which wheels are looked up, and for which machine each is judged."""

import pytest

from archpip.architecture import Architecture, OperatingSystem
from archpip.resolution import WheelNotFoundError
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Policy, Status
from archpip.wheelhouses.lockfile_audit import audit_locked
from archpip.wheelhouses.lockfiles import LockedProject, LockedWheel
from archpip.wheels import Inspection

ARM = "a-1.0-cp311-cp311-macosx_11_0_arm64.whl"
INTEL = "a-1.0-cp311-cp311-macosx_10_9_x86_64.whl"
FAT = "a-1.0-cp311-cp311-macosx_10_9_universal2.whl"
BOTH = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64, Architecture.X86_64),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 4)),
)


def audit(*filenames: str) -> list[tuple[str, str, Status]]:
    """Audit one project for both machines; every wheel is empty."""
    wheels = tuple(LockedWheel(filename=name, url="", sha256=None) for name in filenames)
    project = LockedProject(
        name="a", version="1.0", wheels=wheels, has_source=False, lists_files=True
    )
    parts = audit_locked((project,), BOTH, Policy(), look_up=_empty)
    return [(part.root, part.verdict.target, part.verdict.status) for part in parts]


def _empty(filename: str) -> Inspection:
    return Inspection(
        filename=filename,
        sha256=None,
        size_bytes=0,
        tags=(),
        declared_tags=(),
        root_is_purelib=True,
        binaries=(),
    )


def test_halves_that_are_to_be_fused_are_judged_for_a_machine_each() -> None:
    judged = [(name, machine) for name, machine, _ in audit(ARM, INTEL)]

    assert judged == [(ARM, "macos-arm64"), (INTEL, "macos-x86_64")]


def test_a_fat_wheel_is_judged_for_both_machines() -> None:
    assert [pair[:2] for pair in audit(INTEL, FAT, ARM)] == [(FAT, "macos-universal2")]


def test_one_half_serves_nobody() -> None:
    assert [(target, status) for _, target, status in audit(ARM)] == [
        ("macos-universal2", Status.UNKNOWN)
    ]


@pytest.mark.parametrize(("has_source", "status"), [(True, Status.OK), (False, Status.UNKNOWN)])
def test_a_pin_without_a_wheel_is_built_from_source_if_there_is_one(
    has_source: bool,  # noqa: FBT001 - as the error has it
    status: Status,
) -> None:
    """As in a lockfile that names the sdist: nothing is known to be wrong."""
    pin = LockedProject(name="a", version="1.0", wheels=(), has_source=True, lists_files=False)

    def look_up(subject: str) -> Inspection:
        raise WheelNotFoundError(subject=subject, reason="none fits", has_source=has_source)

    (part,) = audit_locked((pin,), BOTH, Policy(), look_up=look_up)

    assert (part.label, part.verdict.status) == ("a 1.0", status)
