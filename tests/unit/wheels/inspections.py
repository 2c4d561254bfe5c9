"""Wheels of one name, inspected in memory."""

from dataclasses import replace

from archpip.architecture import Architecture
from archpip.binaries import Depth
from archpip.wheels import (
    BinaryMember,
    Inspection,
    inspect_wheel,
)
from fake_index.binaries import write_binary
from fake_index.macho import FatMachO, MachO, defined, flat
from tests.unit.wheels.fakes import FakeWheelSource

NAME = "demo-1.0-cp311-cp311-macosx_11_0_universal2.whl"
INFO = {
    "demo-1.0.dist-info/METADATA": b"Name: demo\n",
    "demo-1.0.dist-info/WHEEL": b"Tag: cp311-cp311-macosx_11_0_universal2\n",
}

X86_64, ARM64 = Architecture.X86_64, Architecture.ARM64
# What another slice defines and this one leaves to flat lookup is missing from it.
HOLLOW = write_binary(
    FatMachO(
        slices=(
            MachO(architecture="x86_64", symbols=(defined("_needed"),), code_bytes=50_000),
            MachO(architecture="arm64", symbols=(flat("_needed"),), code_bytes=50_000),
        )
    )
)


def inspect(
    contents: dict[str, bytes],
    *,
    depth: Depth = Depth.HEADERS,
    filename: str = NAME,
    **more: object,
) -> Inspection:
    source = FakeWheelSource(contents={**contents, **INFO}, filename=filename)
    source = replace(source, **more)  # type: ignore[arg-type]  # fields of the fake, by name
    inspection, _ = inspect_wheel(source, sha256="ab" * 32, depth=depth)
    return inspection


def only(inspection: Inspection) -> BinaryMember:
    (member,) = inspection.binaries
    assert inspection.problems == ()
    return member
