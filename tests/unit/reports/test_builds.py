from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.builds import FILES, BuildPlan, BuildSettings, Check, Interpreter, Patch, Strategy
from archpip.builds.backends import Backend
from archpip.builds.plan import PlannedFile
from archpip.index import Link
from archpip.reports.builds import render_checks, render_plan
from archpip.resolution import LinkKind, Pin
from archpip.targets import PythonTarget, Target


@pytest.fixture(name="pin")
def _pin() -> Pin:
    return Pin(
        name=canonicalize_name("uamqp"),
        version=Version("1.6.11"),
        link=Link(url="https://u:p@example.org/x.tar.gz", filename="uamqp-1.6.11.tar.gz"),
        kind=LinkKind.SDIST,
    )


@pytest.fixture(name="plan")
def _plan() -> BuildPlan:
    host = Target(
        operating_system=OperatingSystem.LINUX,
        architectures=(Architecture.X86_64,),
        libc=Libc.GLIBC,
        floor=(2, 36),
        python=PythonTarget(version=(3, 11, 0)),
    )
    return BuildPlan(
        strategy=Strategy.CROSS,
        target=replace(host, architectures=(Architecture.ARM64,), floor=(2, 28)),
        backend=Backend.SETUPTOOLS,
        interpreter=Interpreter(
            target=host, executable=Path("/usr/bin/python3.11"), include_folder=Path("/usr/include")
        ),
        environment=(("CC", f"{FILES}/bin/cc"), ("MIRROR", "https://me:secret@host/")),
        defaults=(("CMAKE_POLICY_VERSION_MINIMUM", "3.5"),),
        search_path=(f"{FILES}/scripts",),
        config_settings=(("setup-args", ("-Da=1", "-Db=2")),),
        build_requires=("cmake>=3.26",),
        files=(PlannedFile(path="bin/cc", content="#!/bin/sh"),),
        settings=BuildSettings(
            build_requires=("cython",), patches=(Patch(path=Path("a.patch"), sha256="ab" * 32),)
        ),
        uses="Debian bookworm",
    )


def test_a_plan_shows_everything_that_a_build_is_given(pin: Pin, plan: BuildPlan) -> None:
    assert render_plan(pin, plan).splitlines() == [
        "uamqp 1.6.11 for linux-aarch64",
        "  strategy     cross (Debian bookworm)",
        "  backend      setuptools",
        "  interpreter  /usr/bin/python3.11",
        "  floor        glibc 2.28",
        "  source       uamqp-1.6.11.tar.gz",
        "  installs     cmake>=3.26, cython",
        "  before PATH  $FILES/scripts",
        f"  patched by   a.patch ({'ab' * 32})",
        "  CC=$FILES/bin/cc",
        "  MIRROR=https://me:****@host/",
        "  CMAKE_POLICY_VERSION_MINIMUM=3.5, unless it is set",
        "  -C setup-args=-Da=1",
        "  -C setup-args=-Db=2",
        "  writes $FILES/bin/cc",
    ]


def test_an_emulated_build_shows_who_runs_it(pin: Pin, plan: BuildPlan) -> None:
    emulated = replace(plan, emulator=("qemu-aarch64", "-L", "/s"), emulated_python=Path("/s/py"))
    assert "  runs as      qemu-aarch64 -L /s /s/py" in render_plan(pin, emulated).splitlines()


def test_checks_say_what_works_and_that_there_is_nothing_to_try() -> None:
    tried = (
        Check(subject="headers of Python 3.11", works=True, detail=""),
        Check(subject="C compiler", works=False, detail="no such file"),
    )
    assert render_checks(tried).splitlines() == [
        "works  headers of Python 3.11",
        "fails  C compiler: no such file",
    ]
    assert render_checks(()).startswith("There is no toolchain yet")
