"""Pins and resolutions made by hand: one of every kind that a lockfile can hold."""

from datetime import UTC, datetime
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.binaries import Binary, BinaryFormat, BinaryKind, Platform, Slice, VersionNeed
from archpip.index import Link, to_file_url
from archpip.resolution import LinkKind, Pin, Rejection, RejectionReason, Resolution
from archpip.targets import PythonTarget, Target
from archpip.verdicts import AppliedOverride, Finding, Status, Verdict
from archpip.wheels import BinaryMember, Inspection

FOLDER = Path("/project")
INDEX = "https://index.example/simple"


def make_target() -> Target:
    return Target(
        operating_system=OperatingSystem.MACOS,
        architectures=(Architecture.ARM64,),
        floor=(13, 0),
        python=PythonTarget(version=(3, 11, 4)),
    )


def make_link(filename: str, **changes: object) -> Link:
    fields = {
        "url": f"https://user:secret@files.example/{filename}",
        "filename": filename,
        "hashes": (("md5", "1" * 32), ("sha256", "a" * 64)),
        "index_url": INDEX,
        "size_bytes": 1234,
        "upload_time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        **changes,
    }
    return Link(**fields)  # type: ignore[arg-type]  # tests change any field


def make_inspection(*slices: Slice, filename: str = "fat.whl") -> Inspection:
    member = BinaryMember(
        path="fat/x.so",
        executable_bit=False,
        size_bytes=100,
        binary=Binary(format=BinaryFormat.MACHO, slices=slices),
    )
    return Inspection(
        filename=filename,
        sha256="a" * 64,
        size_bytes=1234,
        tags=(),
        declared_tags=(),
        root_is_purelib=False,
        binaries=(member,) if slices else (),
    )


def make_slice(architecture: Architecture, minimum: tuple[int, int, int]) -> Slice:
    return Slice(
        architecture=architecture,
        machine=architecture.value,
        kind=BinaryKind.BUNDLE,
        bits=64,
        platform=Platform.MACOS,
        minimum_os=minimum,
        version_needs=(VersionNeed(library="libc.so.6", version="GLIBC_2.9"),),
    )


def make_pin(name: str, filename: str, **changes: object) -> Pin:
    kind = LinkKind.WHEEL if filename.endswith(".whl") else LinkKind.SDIST
    fields = {
        "name": canonicalize_name(name),
        "version": Version("1.0"),
        "link": make_link(filename),
        "kind": kind,
        "sha256": "a" * 64,
        **changes,
    }
    return Pin(**fields)  # type: ignore[arg-type]  # tests change any field


def make_resolution() -> Resolution:
    remark = Finding(
        code="AP301",
        severity=Status.WRONG,
        member="fat/x.so",
        slice="arm64",
        message="no slice",
        override=AppliedOverride(reason="it is a plug-in", severity=Status.OK),
    )
    verdict = Verdict(target="macos-arm64", findings=(remark,))
    fat = make_pin(
        "fat",
        "fat-1.0-cp311-cp311-macosx_11_0_universal2.whl",
        inspection=make_inspection(
            make_slice(Architecture.X86_64, (10, 9, 0)), make_slice(Architecture.ARM64, (11, 0, 0))
        ),
        verdict=verdict,
        requires_python=">=3.9",
        dependencies=(canonicalize_name("built"),),
        requested=True,
    )
    refused = Rejection(
        link=make_link("built-1.0-cp311-cp311-macosx_10_9_x86_64.whl"),
        reason=RejectionReason.TAGS,
        message="no wheel of built 1.0 fits macos-arm64",
    )
    pins = (
        make_pin(
            "archive",
            "archive-1.0.zip",
            direct=True,
            link=make_link("archive-1.0.zip", index_url=None, size_bytes=None, upload_time=None),
            subdirectory="python",
        ),
        make_pin("built", "built-1.0.tar.gz", rejections=(refused,)),
        fat,
        make_pin(
            "folder",
            "folder",
            kind=LinkKind.DIRECTORY,
            direct=True,
            link=Link(url=to_file_url(FOLDER / "libs" / "folder"), filename="folder"),
            sha256=None,
        ),
        make_pin(
            "local",
            "local-1.0-py3-none-any.whl",
            link=Link(
                url=to_file_url(Path("/wheels/local-1.0-py3-none-any.whl")),
                filename="local-1.0-py3-none-any.whl",
            ),
        ),
        make_pin(
            "repository",
            "repository.git",
            kind=LinkKind.VCS,
            direct=True,
            link=Link(url="git+https://user:secret@host/repository.git", filename="repository.git"),
            sha256=None,
            commit="c" * 40,
            revision="main",
        ),
    )
    return Resolution(target=make_target(), pins=pins)
