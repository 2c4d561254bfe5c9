"""Labelled wheels of the public index: each is judged as its label says.

`data/wild-wheels.tsv` has one row for each wheel and target: file name, sha256, Python, target, the
verdict that somebody who looked at the wheel expects, and why. Wheels that are right are among them
on purpose: an auditor is trusted as long as it does not cry wolf.
"""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from archpip.binaries import UnboundSymbols
from archpip.errors import IndexAccessError
from archpip.index import IndexLocations, Link
from archpip.index.client import IndexClient
from archpip.resolution import SiblingComparison
from archpip.targets import Target, detect_host, parse_python, parse_target
from archpip.verdicts import Policy, Verdict, judge, read_catalogue
from archpip.wheels import Inspection, RemoteWheel, compare_siblings, inspect_wheel

pytestmark = pytest.mark.pypi

_READERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One row of the file."""

    filename: str
    sha256: str
    python: str
    target: str
    expected: str

    @property
    def name(self) -> str:
        """Name the test."""
        return f"{self.filename.removesuffix('.whl')}@{self.target}"


def _read_labels() -> tuple[Label, ...]:
    text = Path(__file__).with_name("data").joinpath("wild-wheels.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Label(filename=row[0], sha256=row[1], python=row[2], target=row[3], expected=row[4])
        for row in rows
    )


LABELS = _read_labels()


@lru_cache
def _target(name: str, python: str) -> Target:
    return parse_target(name, host=detect_host(), python=parse_python(python))


def _inspect(client: IndexClient, filename: str) -> Inspection:
    links = client.project(canonicalize_name(filename.partition("-")[0])).links()
    link = next(link for link in links if link.filename == filename)
    wheel = RemoteWheel(url=link.url, filename=filename, ranges=client.ranges)
    with closing(wheel):
        return inspect_wheel(wheel, sha256=link.sha256)[0]


def _inspect_patiently(client: IndexClient, filename: str) -> Inspection | IndexAccessError:
    """Inspect a wheel; the network may fail once, and a second time it is the answer."""
    try:
        return _inspect(client, filename)
    except IndexAccessError:
        try:
            return _inspect(client, filename)
        except IndexAccessError as error:
            return error


@pytest.fixture(scope="module")
def inspections() -> Iterator[dict[str, Inspection | IndexAccessError]]:
    filenames = list(dict.fromkeys(label.filename for label in LABELS))
    with IndexClient(IndexLocations()) as client, ThreadPoolExecutor(_READERS) as readers:
        found = readers.map(lambda filename: _inspect_patiently(client, filename), filenames)
        yield dict(zip(filenames, found, strict=True))


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_wheel_is_judged_as_labelled(
    inspections: dict[str, Inspection | IndexAccessError], label: Label
) -> None:
    inspection = inspections[label.filename]
    if isinstance(inspection, IndexAccessError):
        pytest.skip(f"{label.filename} cannot be fetched from the public index: {inspection}")
    assert inspection.sha256 == label.sha256
    verdict = judge(inspection, _target(label.target, label.python))
    assert verdict.status.value == label.expected, [one.message for one in verdict.findings]


def _judge_beside_sibling(client: IndexClient, filename: str, name: str, python: str) -> Verdict:
    """Judge a wheel as `archpip inspect` does."""

    def open_wheel(link: Link) -> RemoteWheel:
        return RemoteWheel(url=link.url, filename=link.filename, ranges=client.ranges)

    def inspect(link: Link) -> Inspection:
        with closing(open_wheel(link)) as wheel:
            return inspect_wheel(wheel, sha256=link.sha256)[0]

    def compare(link: Link, sibling: Link, paths: Collection[str]) -> Mapping[str, UnboundSymbols]:
        with closing(open_wheel(link)) as own, closing(open_wheel(sibling)) as other:
            return compare_siblings(own, other, paths)

    target = _target(name, python)
    try:
        links = client.project(canonicalize_name(filename.partition("-")[0])).links()
        link = next(link for link in links if link.filename == filename)
        inspection = inspect(link)
    except IndexAccessError as error:
        pytest.skip(f"{filename} cannot be fetched from the public index: {error}")

    comparison = SiblingComparison(releases=client.project, inspect=inspect, compare=compare)
    return comparison.extend(
        judge(inspection, target),
        link=link,
        inspection=inspection,
        target=target,
        policy=Policy(),
    )


# Projects that publish a wheel for each architecture: what one leaves unbound, its sibling has.
THIN = {
    "python_fcl-0.7.0.4-cp310-cp310-macosx_11_0_arm64.whl": "wrong",
    "python_fcl-0.7.0.5-cp312-cp312-macosx_11_0_arm64.whl": "wrong",
    "cyvcf2-0.30.16-cp310-cp310-macosx_11_0_arm64.whl": "wrong",
    "cyvcf2-0.30.28-cp310-cp310-macosx_11_0_arm64.whl": "wrong",
    "pycapnp-1.2.0-cp310-cp310-macosx_11_0_arm64.whl": "wrong",
    "coincurve-16.0.0-cp310-cp310-macosx_11_0_arm64.whl": "wrong",
    "zfpy-1.0.0-cp312-cp312-macosx_11_0_arm64.whl": "wrong",
    "cylp-0.92.0-cp312-cp312-macosx_11_0_arm64.whl": "wrong",
    "tesserocr-2.6.1-cp310-cp310-macosx_11_0_arm64.whl": "wrong",
    "opencv_python-4.11.0.86-cp37-abi3-macosx_13_0_arm64.whl": "ok",
    "python_fcl-0.7.0.10-cp310-cp310-macosx_11_0_arm64.whl": "ok",
    "lxml-6.0.2-cp311-cp311-macosx_10_9_universal2.whl": "ok",
    "z3_solver-4.15.4.0-py3-none-macosx_13_0_arm64.whl": "ok",
    "tesserocr-2.13.0-cp311-cp311-macosx_15_0_arm64.whl": "ok",
}


@pytest.mark.parametrize(("filename", "expected"), THIN.items(), ids=THIN)
def test_thin_wheel_is_judged_beside_its_sibling(
    thin_client: IndexClient, filename: str, expected: str
) -> None:
    python = filename.split("-")[2].removeprefix("cp3")
    version = f"3.{python}" if "-cp3" in filename else "3.11"
    verdict = _judge_beside_sibling(thin_client, filename, "macos-arm64", version)
    assert verdict.status.value == expected, [one.message for one in verdict.findings]


@pytest.mark.parametrize("code", [e.code for e in read_catalogue().values() if e.example])
def test_example_of_the_documentation_is_still_one(thin_client: IndexClient, code: str) -> None:
    example = read_catalogue()[code].example
    assert example is not None
    verdict = _judge_beside_sibling(thin_client, example.wheel, example.target, example.python)
    assert code in {finding.code for finding in verdict.findings}


@pytest.fixture(scope="module")
def thin_client() -> Iterator[IndexClient]:
    with IndexClient(IndexLocations()) as client:
        yield client
