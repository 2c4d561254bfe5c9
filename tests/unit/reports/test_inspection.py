"""Inspected wheels, as a table for people and as JSON."""

import json

import pytest
from rich.console import Console

from archpip.reports.inspection import WheelReport, render_json, render_table
from archpip.verdicts import Policy, find_roles, judge, parse_override
from archpip.wheels import inspect_wheel
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ELF_X86_64_MODULE,
    ELF_X86_64_PROGRAM,
    LINUX,
)
from tests.unit.wheels.fakes import FakeWheelSource

CONTENTS = {
    "pkg/bin/tool": ELF_X86_64_PROGRAM,
    "pkg/libx.so.1": AARCH64_MODULE,
    "pkg/_b.abi3.so": ELF_X86_64_MODULE,
    "pkg/_a.abi3.so": AARCH64_MODULE,
    "pkg-1.0.dist-info/METADATA": b"Name: pkg\n",
    "pkg-1.0.dist-info/WHEEL": b"Tag: cp311-abi3-linux_aarch64\n",
}


NEEDED = {"pkg/_a.abi3.so", "pkg-1.0.dist-info/METADATA", "pkg-1.0.dist-info/WHEEL"}


@pytest.fixture
def report() -> WheelReport:
    source = FakeWheelSource(contents=CONTENTS, filename="pkg-1.0-cp311-abi3-linux_aarch64.whl")
    inspection, cost = inspect_wheel(source, sha256=None)
    verdict = judge(inspection, LINUX, Policy())
    roles = find_roles(inspection, LINUX)
    return WheelReport(inspection=inspection, verdict=verdict, cost=cost, roles=roles)


def draw(report: WheelReport, *, show_all: bool) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(render_table([report], show_all=show_all))
    return capture.get()


def test_binaries_stand_by_role_with_their_slices_and_what_is_held_against_them(
    report: WheelReport,
) -> None:
    drawn = draw(report, show_all=True)
    rows = [line.split() for line in drawn[drawn.index("role") :].splitlines()[1:]]

    assert [(row[0], *row[2:]) for row in rows] == [
        ("module", "aarch64", "pkg/_a.abi3.so"),
        ("module", "x86_64", "pkg/_b.abi3.so", "AP101"),
        ("library", "aarch64", "pkg/libx.so.1"),
        ("executable", "x86_64", "pkg/bin/tool", "AP503"),
    ]


def test_binaries_are_listed_only_when_asked_for(report: WheelReport) -> None:
    drawn = draw(report, show_all=False)

    assert "AP101 pkg/_b.abi3.so" in drawn
    assert "pkg/_a.abi3.so" not in drawn


def test_json_gives_each_binary_its_role(report: WheelReport) -> None:
    (wheel,) = json.loads(render_json([report]))["wheels"]

    assert {each["member"]: each["role"] for each in wheel["binaries"]} == {
        "pkg/_a.abi3.so": "module",
        "pkg/_b.abi3.so": "module",
        "pkg/libx.so.1": "library",
        "pkg/bin/tool": "executable",
    }


def test_what_an_override_alone_refuses_is_not_said_to_fail() -> None:
    contents = {path: content for path, content in CONTENTS.items() if path in NEEDED}
    source = FakeWheelSource(contents=contents, filename="pkg-1.0-cp311-abi3-linux_aarch64.whl")
    inspection, cost = inspect_wheel(source, sha256=None)
    policy = Policy(overrides=(parse_override("deny pkg: not ours", origin="--override"),))
    verdict = judge(inspection, LINUX, policy)
    roles = find_roles(inspection, LINUX)

    drawn = draw(
        WheelReport(inspection=inspection, verdict=verdict, cost=cost, roles=roles), show_all=False
    )

    assert "refused, by an override" in drawn
    assert "would not run" not in drawn


@pytest.mark.parametrize("misfit", ["", "CPython 3.12 with glibc 2.28 on linux-aarch64"])
def test_a_sound_wheel_that_no_installer_takes_is_not_said_to_fit(misfit: str) -> None:
    source = FakeWheelSource(
        contents={path: CONTENTS[path] for path in NEEDED},
        filename="pkg-1.0-cp311-abi3-linux_aarch64.whl",
    )
    inspection, cost = inspect_wheel(source, sha256=None)
    sound = WheelReport(
        inspection=inspection,
        verdict=judge(inspection, LINUX, Policy()),
        cost=cost,
        roles=find_roles(inspection, LINUX),
        misfit=misfit,
    )

    drawn = draw(sound, show_all=False)
    assert ("all fit" in drawn) is not bool(misfit)
    assert (f"its tags do not admit {misfit}" in drawn) is bool(misfit)
    assert json.loads(render_json([sound]))["wheels"][0]["misfit"] == (misfit or None)
