from collections.abc import Sequence
from dataclasses import replace

import pytest
from packaging.utils import NormalizedName

from archpip.architecture import Architecture, OperatingSystem
from archpip.index import IndexUnavailableError, Link
from archpip.resolution import SiblingComparison
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Policy, Status, judge
from archpip.wheels import WheelSource, inspect_wheel
from fake_index.binaries import write_binary
from fake_index.macho import MachO, defined, flat
from tests.unit.wheels.fakes import FakeWheelSource

ARM = "demo-1.0-cp311-cp311-macosx_11_0_arm64.whl"
INTEL = "demo-1.0-cp311-cp311-macosx_10_9_x86_64.whl"
PATH = "demo/_sum.cpython-311-darwin.so"
TARGET = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 0)),
)


def _contents(filename: str, module: MachO) -> dict[str, bytes]:
    tag = filename.removesuffix(".whl").split("-", 2)[2]
    return {
        PATH: write_binary(module),
        "demo-1.0.dist-info/METADATA": b"Name: demo\n",
        "demo-1.0.dist-info/WHEEL": f"Tag: {tag}\n".encode(),
    }


WHEELS = {
    ARM: _contents(ARM, MachO(architecture="arm64", symbols=(flat("_sum"),), code_bytes=50_000)),
    INTEL: _contents(
        INTEL, MachO(architecture="x86_64", symbols=(defined("_sum"),), code_bytes=900_000)
    ),
}


def _link(filename: str) -> Link:
    return Link(url=f"https://host.example/{filename}", filename=filename)


class _Index:
    def __init__(self, *filenames: str, fault: bool = False) -> None:
        self.filenames = filenames
        self.fault = fault
        self.asked: list[str] = []

    def links(self, name: NormalizedName) -> Sequence[Link]:
        self.asked.append(name)
        if self.fault:
            raise IndexUnavailableError(url="https://host.example/demo/", reason="it is down")
        return [_link(filename) for filename in self.filenames]

    def open(self, link: Link) -> WheelSource:
        return FakeWheelSource(contents=WHEELS[link.filename], filename=link.filename)


def _judge(index: _Index, filename: str = ARM, target: Target = TARGET) -> tuple[Status, list[str]]:
    inspection, _ = inspect_wheel(index.open(_link(filename)), sha256=None)
    comparison = SiblingComparison(links=index.links, open_wheel=index.open)
    verdict = comparison.extend(
        judge(inspection, target),
        link=_link(filename),
        inspection=inspection,
        target=target,
        policy=Policy(),
    )
    return verdict.status, [finding.code for finding in verdict.findings]


def test_a_hollow_thin_module_is_found_by_its_sibling() -> None:
    assert _judge(_Index(ARM, INTEL)) == (Status.WRONG, ["AP202"])


@pytest.mark.parametrize("index", [_Index(ARM), _Index(ARM, INTEL, fault=True)])
def test_without_a_sibling_nothing_is_said(index: _Index) -> None:
    assert _judge(index) == (Status.OK, [])
    assert index.asked == ["demo"]


def test_wheels_that_can_have_no_sibling_ask_nothing() -> None:
    index = _Index(ARM, INTEL)
    linux = replace(TARGET, operating_system=OperatingSystem.LINUX)
    _judge(index, target=linux)
    # Wrong already: the other architecture's wheel.
    assert _judge(index, filename=INTEL) == (Status.WRONG, ["AP101"])
    assert index.asked == []
