"""Folders of wheels: what of them a target would take."""

from pathlib import Path

import pytest

from archpip.environments import Audit, Shape, find_remedy
from archpip.verdicts import Policy, Status
from archpip.wheelhouses import audit_wheels
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.unit.environments.installations import ARM64_MODULE, LINUX, MAC


def write(folder: Path, *, tag: str, module: str) -> Path:
    wheel = Wheel(
        metadata=CoreMetadata(name="pkg", version="1.0"),
        tag=tag,
        files=(WheelFile(path=module, content=ARM64_MODULE),),
    )
    path = folder / f"pkg-1.0-{tag}.whl"
    path.write_bytes(write_wheel(wheel))
    return path


@pytest.mark.parametrize(
    ("tag", "module"),
    [
        ("cp311-cp311-macosx_14_0_arm64", "pkg.cpython-311-darwin.so"),
        ("cp312-cp312-macosx_11_0_arm64", "pkg.cpython-312-darwin.so"),
    ],
    ids=["a newer system", "another Python"],
)
def test_where_no_wheel_is_for_the_target_the_project_is_not_quietly_fine(
    tmp_path: Path, tag: str, module: str
) -> None:
    path = write(tmp_path, tag=tag, module=module)

    (part,) = audit_wheels(tmp_path, MAC, Policy())
    assert part.verdict.status is Status.UNKNOWN
    expected = f"{path.name}: its tags do not admit macos-arm64 with CPython 3.11.0"
    assert [finding.message for finding in part.findings] == [expected]

    write(tmp_path, tag="cp311-cp311-macosx_11_0_arm64", module="pkg.cpython-311-darwin.so")
    (part,) = audit_wheels(tmp_path, MAC, Policy())
    assert part.verdict.status is Status.OK


@pytest.mark.parametrize("one_file", [False, True])
def test_a_right_wheel_is_fetched_to_where_the_wrong_one_lies(
    tmp_path: Path, *, one_file: bool
) -> None:
    wheel = write(tmp_path, tag="py3-none-any", module="pkg.so")
    path = wheel if one_file else tmp_path
    parts = audit_wheels(path, LINUX, Policy())
    audit = Audit(
        path=str(path), shape=Shape.WHEELS, target=LINUX, target_origin="this machine", parts=parts
    )

    assert parts[0].verdict.status is Status.WRONG
    assert find_remedy(audit, parts[0]).endswith(f" -d {tmp_path}")
