from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import VersionNeed
from archpip.builds import BuildSettings, Patch, describe_settings
from archpip.locking.evidence import (
    Evidence,
    collect_evidence,
    evidence_from_table,
    evidence_to_table,
    target_from_table,
    target_to_table,
)
from archpip.targets import PythonTarget, Target, parse_python
from archpip.verdicts import Status
from tests.unit.locking.resolutions import make_inspection, make_pin, make_slice, make_target

CPYTHON = PythonTarget(version=(3, 11, 4))

TARGETS = {
    "macos": make_target(),
    "universal2": replace(make_target(), architectures=(Architecture.ARM64, Architecture.X86_64)),
    "any patch": replace(make_target(), python=parse_python("3.9")),
    "musl": Target(
        operating_system=OperatingSystem.LINUX,
        architectures=(Architecture.ARM64,),
        libc=Libc.MUSL,
        floor=(1, 2),
        python=PythonTarget(version=(3, 14, 0), free_threaded=True, prerelease="b1"),
    ),
    "pypy": Target(
        operating_system=OperatingSystem.LINUX,
        architectures=(Architecture.X86_64,),
        libc=Libc.GLIBC,
        floor=(2, 28),
        python=PythonTarget(
            implementation="pypy", version=(3, 10, 14), implementation_version=(7, 3, 17)
        ),
    ),
    "ios": Target(
        operating_system=OperatingSystem.IOS,
        architectures=(Architecture.ARM64,),
        floor=(13, 0),
        simulator=True,
        python=CPYTHON,
    ),
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_target_is_read_back_equal(target: Target) -> None:
    assert target_from_table(target_to_table(target)) == target


def test_evidence_is_read_back_equal() -> None:
    evidence = Evidence(
        verdict=Status.DEGRADED,
        slices=("arm64",),
        binaries=3,
        minimum_macos="11.0",
        findings=("AP401",),
        reader_version=1,
        overrides=("known",),
        source_reasons=("no wheel",),
        requested=True,
    )

    assert evidence_from_table(evidence_to_table(evidence)) == evidence


def test_an_sdist_without_any_wheel_says_so() -> None:
    evidence = collect_evidence(make_pin("a", "a-1.0.tar.gz"), make_target())

    assert evidence.source_reasons == ("a 1.0 has no wheel",)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"verdict": "fine"}, "fine"),
        ({"slices": "arm64"}, "slices is not an array"),
        ({"binaries": True}, "binaries is not a whole number"),
        ({"minimum-macos": 11}, "minimum-macos is not a string"),
        ({"minimum-macos": "eleven"}, "minimum-macos is no version: 'eleven'"),
        ({"minimum-glibc": "2."}, "minimum-glibc is no version: '2.'"),
    ],
)
def test_damaged_evidence_is_refused(table: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        evidence_from_table(table)


SETTINGS = BuildSettings(
    config_settings=(("setup-args", ("-Da=https://me:secret@host/", "-Db=2")),),
    environment=(("TOKEN", "secret"),),
    patches=(Patch(path=Path("/home/me/a.patch"), sha256="ab" * 32),),
    approved=True,
    allow_pure=True,
)


def test_what_is_said_about_a_build_is_evidence_of_a_source_alone() -> None:
    sdist = make_pin("built", "built-1.0.tar.gz", config_settings=(("a", "https://u:p@h/"),))
    evidence = collect_evidence(sdist, make_target(), describe_settings(SETTINGS))
    assert evidence.config_settings == ("a=https://u:****@h/",)
    hidden = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
    assert evidence.build_settings == (
        "config-setting setup-args=-Da=https://****@host/",
        "config-setting setup-args=-Db=2",
        f"environment TOKEN=sha256:{hidden}",
        f"patch sha256:{'ab' * 32}",
        "allow-pure",
    )
    assert evidence_from_table(evidence_to_table(evidence)) == evidence
    wheel = make_pin("built", "built-1.0-py3-none-any.whl")
    assert collect_evidence(wheel, make_target(), describe_settings(SETTINGS)).build_settings == ()


@pytest.mark.parametrize("version", ["GLIBC_", "GLIBC_2.", "GLIBC_2.x", "GLIBC_PRIVATE", "GLIBC"])
def test_a_symbol_version_without_a_number_is_no_minimum(version: str) -> None:
    needs = (VersionNeed(library="libc.so.6", version=version),)
    part = replace(make_slice(Architecture.ARM64, (11, 0, 0)), version_needs=needs)
    pin = make_pin("a", "a-1.0-py3-none-any.whl", inspection=make_inspection(part))

    assert collect_evidence(pin, TARGETS["pypy"]).minimum_glibc is None
