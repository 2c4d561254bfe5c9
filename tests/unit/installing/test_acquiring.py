from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture
from archpip.errors import BuildError
from archpip.fusing import FuseConflictError
from archpip.index import Link
from archpip.installing import (
    NeitherFusedNorBuiltError,
    WrongArchitectureError,
    acquire,
    iter_acquired,
)
from archpip.installing.acquiring import Workshop
from archpip.resolution import Half, LinkKind, Pin
from archpip.targets import Target
from archpip.verdicts import Policy
from fake_index.macho import FatMachO, FatMember, MachO, MachOKind, write_fat, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel

ARM, INTEL = (
    "alpha-1.0-cp311-cp311-macosx_11_0_arm64.whl",
    "alpha-1.0-cp311-cp311-macosx_10_9_x86_64.whl",
)
FAT = "alpha-1.0-cp311-cp311-macosx_10_9_universal2.whl"
SDIST = Link(url="https://example.org/alpha-1.0.tar.gz", filename="alpha-1.0.tar.gz")
MODULE = "alpha/core.cpython-311-darwin.so"


def wheel(filename: str, module: bytes, text: bytes = b"") -> bytes:
    return write_wheel(
        Wheel(
            metadata=CoreMetadata(name="alpha", version="1.0"),
            tag=filename.removesuffix(".whl").split("-", 2)[2],
            files=(
                WheelFile(path=MODULE, content=module),
                WheelFile(path="alpha/data.txt", content=text),
            ),
        )
    )


def thin(architecture: str) -> bytes:
    return write_macho(MachO(architecture=architecture, kind=MachOKind.BUNDLE, code_bytes=64))


def fat() -> bytes:
    members = (FatMember(architecture=name, content=thin(name)) for name in ("x86_64", "arm64"))
    return write_fat(FatMachO(slices=tuple(members)))


@dataclass
class Shop:
    """Has files, builds what a test says, and remembers what it was told."""

    files: Mapping[str, bytes]
    built: bytes | BuildError = field(default_factory=lambda: BuildError("no compiler"))
    builds: list[tuple[Pin, Target]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def download(self, link: Link, folder: Path) -> Path:
        path = folder / link.filename
        path.write_bytes(self.files[link.filename])
        return path

    def build(self, pin: Pin, target: Target, folder: Path) -> Path:
        self.builds.append((pin, target))
        if isinstance(self.built, BuildError):
            raise self.built
        path = folder / FAT
        path.write_bytes(self.built)
        return path

    @property
    def workshop(self) -> Workshop:
        return Workshop(download=self.download, build=self.build, tell=self.told.append)


@pytest.fixture(name="both")
def _both(target: Target) -> Target:
    return replace(target, architectures=(Architecture.ARM64, Architecture.X86_64))


def link(filename: str) -> Link:
    return Link(url=f"https://example.org/{filename}", filename=filename)


def pair(sdist: Link | None = SDIST) -> Pin:
    return Pin(
        name=canonicalize_name("alpha"),
        version=Version("1.0"),
        link=link(ARM),
        kind=LinkKind.WHEEL,
        fused_with=Half(link=link(INTEL), sha256=None, inspection=None),
        sdist=sdist,
    )


def shop(intel_text: bytes = b"same", arm_text: bytes = b"same") -> Shop:
    return Shop(
        files={
            ARM: wheel(ARM, thin("arm64"), arm_text),
            INTEL: wheel(INTEL, thin("x86_64"), intel_text),
        }
    )


def test_two_halves_are_fused(both: Target, tmp_path: Path) -> None:
    have = shop()
    [verified] = acquire(
        [pair()], target=both, policy=Policy(), folder=tmp_path, workshop=have.workshop
    )
    assert verified.path == tmp_path / FAT
    assert (have.builds, have.told) == ([], [])


def test_halves_that_do_not_fuse_are_built_from_their_sdist(both: Target, tmp_path: Path) -> None:
    have = shop(intel_text=b"other")
    have.built = wheel(FAT, fat())
    [verified] = acquire(
        [pair()], target=both, policy=Policy(), folder=tmp_path, workshop=have.workshop
    )
    assert verified.path == tmp_path / FAT
    [(source, target)] = have.builds
    assert (source.link, source.kind, source.fused_with, target) == (
        SDIST,
        LinkKind.SDIST,
        None,
        both,
    )
    [told] = have.told
    assert told.startswith(f"Cannot fuse {ARM} with {INTEL}: alpha/data.txt (the two differ);")
    assert told.endswith("alpha 1.0 is built from source instead")


def test_what_is_built_in_their_place_is_judged(both: Target, tmp_path: Path) -> None:
    have = shop(intel_text=b"other")
    have.built = wheel(FAT, thin("arm64"))
    with pytest.raises(WrongArchitectureError, match="x86_64"):
        acquire([pair()], target=both, policy=Policy(), folder=tmp_path, workshop=have.workshop)


def test_without_an_sdist_the_conflict_is_the_answer(both: Target, tmp_path: Path) -> None:
    have = shop(intel_text=b"other")
    with pytest.raises(FuseConflictError, match=r"alpha/data.txt \(the two differ\)"):
        acquire([pair(None)], target=both, policy=Policy(), folder=tmp_path, workshop=have.workshop)
    assert have.builds == []


def test_both_reasons_are_said_where_neither_way_leads_on(both: Target, tmp_path: Path) -> None:
    have = shop(intel_text=b"other")
    with pytest.raises(NeitherFusedNorBuiltError) as caught:
        acquire([pair()], target=both, policy=Policy(), folder=tmp_path, workshop=have.workshop)
    assert "alpha/data.txt (the two differ)" in str(caught.value)
    assert str(caught.value).endswith("nor was it built from source: no compiler")
    assert not (tmp_path / FAT).exists()


def test_a_wheel_can_be_unpacked_while_the_next_is_downloaded(
    target: Target, tmp_path: Path
) -> None:
    unpacked = Event()

    def download(link: Link, folder: Path) -> Path:
        name = link.filename.partition("-")[0]
        if name == "beta":
            assert unpacked.wait(timeout=60)
        path = folder / link.filename
        path.write_bytes(write_wheel(Wheel(metadata=CoreMetadata(name=name, version="1.0"))))
        return path

    pins = [
        Pin(
            name=canonicalize_name(name),
            version=Version("1.0"),
            link=link(f"{name}-1.0-py3-none-any.whl"),
            kind=LinkKind.WHEEL,
        )
        for name in ("alpha", "beta")
    ]
    wheels = iter_acquired(
        pins,
        target=target,
        policy=Policy(),
        folder=tmp_path,
        workshop=Workshop(download=download, build=lambda *_: tmp_path),
    )
    assert next(wheels).pin.name == "alpha"
    unpacked.set()
    assert [each.pin.name for each in wheels] == ["beta"]
