"""Each binary is read as deep as a question needs, and no deeper."""

import hashlib
import random

import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryKind, Depth
from archpip.wheels import (
    ProblemKind,
    RemoteWheel,
    inspect_wheel,
)
from fake_index.binaries import native_binary, write_binary
from fake_index.elf import Elf
from fake_index.macho import Dylib, FatMachO, MachO, MachOKind, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.unit.wheels.fakes import URL, FakeRanges, FakeWheelSource
from tests.unit.wheels.inspections import ARM64, HOLLOW, INFO, NAME, X86_64, inspect, only

DT_STRTAB_TAG = (5).to_bytes(8, "little")


@pytest.mark.parametrize(
    ("platform", "architectures", "depth"),
    [
        ("linux-aarch64", {ARM64}, Depth.HEADERS),
        ("linux-x86_64-musl", {X86_64}, Depth.HEADERS),
        ("windows-arm64", {ARM64}, Depth.HEADERS),
        ("macos-arm64", {ARM64}, Depth.LINKS),
        ("macos-universal2", {X86_64, ARM64}, Depth.SYMBOLS),
    ],
)
def test_a_head_tells_architectures_and_what_stands_near(
    platform: str, architectures: set[Architecture], depth: Depth
) -> None:
    content = write_binary(native_binary(platform, init="native", code_bytes=40_000))

    member = only(inspect({"demo/native.so": content}))

    assert member.path == "demo/native.so"
    assert member.size_bytes == len(content)
    assert member.binary.architectures == architectures
    assert member.binary.depth >= depth


def test_a_loadable_fat_binary_is_read_to_its_symbols() -> None:
    member = only(inspect({"demo/native.so": HOLLOW}))

    assert [
        (s.architecture, s.unbound.examples if s.unbound else ()) for s in member.binary.slices
    ] == [(X86_64, ()), (ARM64, ("_needed",))]


def test_a_fat_programs_symbols_are_not_read() -> None:
    program = FatMachO(
        slices=tuple(
            MachO(architecture=a, kind=MachOKind.EXECUTE, code_bytes=90_000)
            for a in ("x86_64", "arm64")
        )
    )
    source = FakeWheelSource(
        contents={"demo/bin/tool": write_binary(program), **INFO}, filename=NAME
    )

    inspection, _ = inspect_wheel(source, sha256=None)

    member = only(inspection)
    assert [s.kind for s in member.binary.slices] == [BinaryKind.EXECUTABLE] * 2
    assert member.binary.architectures == {X86_64, ARM64}
    assert member.binary.depth is Depth.HEADERS
    assert len(source.prefetched) == 1


@pytest.mark.parametrize("depth", list(Depth))
def test_every_binary_is_read_as_deep_as_is_asked(depth: Depth) -> None:
    contents = {
        f"demo/{platform}.so": write_binary(native_binary(platform, code_bytes=90_000))
        for platform in ("linux-aarch64", "windows-amd64", "macos-arm64", "macos-universal2")
    }

    inspection = inspect(contents, depth=depth)

    assert inspection.depth is depth
    assert len(inspection.binaries) == 4
    assert all(b.binary.depth >= depth for b in inspection.binaries)


def test_links_tell_whose_each_repaired_library_is() -> None:
    content = write_binary(native_binary("linux-x86_64", code_bytes=90_000))
    foreign = write_binary(native_binary("linux-aarch64", code_bytes=90_000))
    names = ("demo/_a.abi3.so", "demo.libs/libb-0a1b2c3d.so.1")
    alone = inspect(dict.fromkeys(names, content))
    mixed = inspect({names[0]: content, names[1]: foreign})
    assert {member.binary.depth for member in alone.binaries} == {Depth.HEADERS}
    assert {member.binary.depth for member in mixed.binaries} == {Depth.LINKS}


def test_the_float_convention_of_arm_is_settled() -> None:
    arm = write_binary(Elf(machine=40, bits=32, flags=0x5000000, code_bytes=90_000))

    assert only(inspect({"demo/a.so": arm})).binary.depth >= Depth.LINKS


@pytest.mark.parametrize(
    ("tag", "depth"), [("cp311-cp311-win32", Depth.HEADERS), ("py3-none-any", Depth.LINKS)]
)
def test_32_bit_windows_code_may_run_everywhere_unless_it_is_what_was_promised(
    tag: str, depth: Depth
) -> None:
    content = write_binary(native_binary("windows-x86", code_bytes=90_000))

    inspection = inspect({"demo/a.dll": content}, filename=f"demo-1.0-{tag}.whl")

    assert only(inspection).binary.depth is depth


def test_names_decide_what_is_opened_unless_it_is_looked_at_deeply() -> None:
    elf = write_binary(native_binary("linux-x86_64"))
    contents = {"demo/weights.bin": elf, "demo/text.py": elf, "demo/bin/tool": elf}

    shallow = inspect(contents)
    deep = inspect(contents, depth=Depth.LINKS)

    assert [b.path for b in shallow.binaries] == ["demo/bin/tool"]
    assert [b.path for b in deep.binaries] == ["demo/weights.bin", "demo/bin/tool"]


def test_members_beyond_the_limit_are_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archpip.wheels.natives.MAX_DEEP_BYTES", 1000)

    inspection = inspect({"demo/a.so": HOLLOW})

    assert [b.binary.depth for b in inspection.binaries] == [Depth.HEADERS]
    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.TOO_LARGE, "demo/a.so")
    ]


def test_links_that_make_no_sense_are_told_only_when_links_are_asked_for() -> None:
    content = bytearray(write_binary(native_binary("linux-x86_64")))
    # As patchelf may leave it: the dynamic table points far outside of every segment.
    at = content.rindex(DT_STRTAB_TAG)
    content[at + 8 : at + 16] = (1 << 40).to_bytes(8, "little")

    shallow = inspect({"demo/a.so": bytes(content)})
    deep = inspect({"demo/a.so": bytes(content)}, depth=Depth.LINKS)

    assert only(shallow).binary.depth is Depth.HEADERS
    assert [b.binary.depth for b in deep.binaries] == [Depth.HEADERS]
    assert [p.kind for p in deep.problems] == [ProblemKind.MALFORMED_BINARY]


def test_heads_that_are_too_short_are_read_on_in_one_round() -> None:
    names = [hashlib.sha256(bytes([n])).hexdigest() for n in range(40)]
    module = write_macho(MachO(architecture="arm64", dylibs=tuple(Dylib(name=n) for n in names)))
    # Without padding all would lie in the tail.
    padding = WheelFile(path="demo/weights.bin", content=random.Random(0).randbytes(1 << 20))  # noqa: S311 -- incompressible
    files = tuple(WheelFile(path=f"demo/{n}.so", content=module) for n in range(5))
    content = write_wheel(
        Wheel(
            metadata=CoreMetadata(name="demo", version="1.0"),
            tag="cp311-cp311-macosx_11_0_arm64",
            files=(*files, padding),
        )
    )
    ranges = FakeRanges(content)
    far = RemoteWheel(url=URL, filename="demo-1.0-cp311-cp311-macosx_11_0_arm64.whl", ranges=ranges)

    inspection, _ = inspect_wheel(far, sha256=None)

    assert [len(m.binary.slices[0].needed) for m in inspection.binaries] == [40] * 5
    assert len(ranges.rounds) == 3  # the tail, the heads, and what they lacked
