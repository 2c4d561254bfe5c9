import pytest

from archpip.architecture import Architecture
from archpip.wheels import compare_siblings, find_sibling
from fake_index.binaries import write_binary
from fake_index.macho import FatMachO, MachO, defined, flat
from tests.unit.wheels.fakes import FakeWheelSource

ARM = "demo-1.0-cp311-cp311-macosx_11_0_arm64.whl"
INTEL = "demo-1.0-cp311-cp311-macosx_10_9_x86_64.whl"


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        (ARM, INTEL),
        (INTEL, ARM),
        ("demo-1.0-cp312-cp312-macosx_11_0_arm64.whl", None),
        ("demo-1.0-cp311-cp311-macosx_10_9_universal2.whl", None),
        ("demo-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", None),
    ],
)
def test_a_sibling_differs_in_the_architecture_only(filename: str, expected: str | None) -> None:
    others = [ARM, INTEL, "demo-1.1-cp311-cp311-macosx_10_9_x86_64.whl", "demo-1.0.tar.gz"]
    assert find_sibling(filename, others) == expected


def _module(architecture: str, *symbols: object) -> bytes:
    return write_binary(MachO(architecture=architecture, symbols=symbols))  # type: ignore[arg-type]  # both sorts of symbol


def test_what_only_the_sibling_has_is_lacking() -> None:
    own = {
        "demo/_a.so": _module("arm64", flat("_sum"), flat("_PyList_New")),
        "demo/_b.so": _module("arm64", defined("_sum")),
        "demo/_c.so": _module("arm64", flat("_sum")),
        "demo/script.so": b"no binary at all",
        "demo/_fat.so": write_binary(
            FatMachO(slices=(MachO(architecture="arm64"), MachO(architecture="x86_64")))
        ),
    }
    other = {
        "demo/_a.so": _module("x86_64", defined("_sum"), flat("_PyList_New")),
        "demo/_b.so": _module("x86_64", defined("_sum")),
        "demo/script.so": b"no binary at all",
        "demo/_fat.so": _module("x86_64", defined("_sum")),
    }
    lacking = compare_siblings(
        FakeWheelSource(contents=own, filename=ARM),
        FakeWheelSource(contents=other, filename=INTEL),
        [*own, "demo/absent.so"],
    )
    assert list(lacking) == ["demo/_a.so"]
    unbound = lacking["demo/_a.so"]
    assert (unbound.count, unbound.examples, unbound.counterpart) == (
        1,
        ("_sum",),
        Architecture.X86_64,
    )
