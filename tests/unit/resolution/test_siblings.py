from collections.abc import Collection, Mapping

import pytest
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.binaries import UnboundSymbols
from archpip.index import IndexUnavailableError, Link
from archpip.resolution import Fallback, Releases, ResolveOptions, SiblingComparison
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Policy, Status, judge
from archpip.wheels import Inspection, WheelSource, compare_siblings, inspect_wheel
from tests.unit.resolution.fake_world import FakeWorld, Solver
from tests.unit.resolution.hollow_wheels import ARM, INTEL, PATH, WHEELS
from tests.unit.wheels.fakes import FakeWheelSource

TARGET = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 0)),
)


def _link(filename: str) -> Link:
    return Link(url=f"https://host.example/{filename}", filename=filename)


class _Index:
    def __init__(self, *filenames: str, fault: bool = False) -> None:
        self.filenames = filenames
        self.fault = fault
        self.asked: list[str] = []

    def releases(self, name: NormalizedName) -> Releases:
        self.asked.append(name)
        if self.fault:
            raise IndexUnavailableError(url="https://host.example/demo/", reason="it is down")
        return {Version("1.0"): [_link(filename) for filename in self.filenames]}

    def open(self, link: Link) -> WheelSource:
        return FakeWheelSource(contents=WHEELS[link.filename], filename=link.filename)

    def inspect(self, link: Link) -> Inspection:
        return inspect_wheel(self.open(link), sha256=None)[0]

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        return compare_siblings(self.open(link), self.open(sibling), paths)


def _judge(index: _Index, filename: str = ARM, target: Target = TARGET) -> tuple[Status, list[str]]:
    inspection, _ = inspect_wheel(index.open(_link(filename)), sha256=None)
    comparison = SiblingComparison(
        releases=index.releases, inspect=index.inspect, compare=index.compare
    )
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


def test_a_sibling_about_as_large_is_not_opened() -> None:
    class Measured(_Index):
        def releases(self, name: NormalizedName) -> Releases:
            return {
                version: [replace(link, size_bytes=1000) for link in links]
                for version, links in super().releases(name).items()
            }

        def inspect(self, link: Link) -> Inspection:
            raise AssertionError(link)

    index = Measured(ARM, INTEL)
    inspection = _Index().inspect(_link(ARM))
    comparison = SiblingComparison(
        releases=index.releases, inspect=index.inspect, compare=index.compare
    )
    verdict = comparison.extend(
        judge(inspection, TARGET),
        link=_link(ARM),
        inspection=inspection,
        target=TARGET,
        policy=Policy(),
    )
    assert verdict.status is Status.OK
    assert index.asked == ["demo"]


def test_a_lock_passes_over_a_hollow_thin_wheel() -> None:
    """The module is hollow in 1.0 only, and its sibling is what shows it."""
    world = FakeWorld()
    found = {filename: _Index().inspect(_link(filename)) for filename in WHEELS}
    for filename in WHEELS:
        link = world.add(filename)
        world.inspections[link.url] = found[filename]
    world.add("demo-0.9-py3-none-any.whl")
    world.unbound[PATH] = UnboundSymbols(
        count=1, examples=("_sum",), counterpart=Architecture.X86_64, provider=None
    )
    solve = Solver(world, TARGET)
    options = ResolveOptions(fallback=Fallback.OLDER)
    (pin,) = solve("demo", options=options).pins
    assert str(pin.version) == "0.9"
    (rejection,) = pin.rejections
    assert rejection.link.filename == ARM
    assert "AP202" in rejection.message
    world.unbound.clear()
    (pin,) = solve("demo", options=options).pins
    assert pin.link.filename == ARM
