"""An inspection holds what a wheel's binaries are, read as deep as a question needs."""

import hashlib
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryKind, Depth
from archpip.wheels import (
    BinaryMember,
    Inspection,
    Problem,
    ProblemKind,
    RemoteWheel,
    inspect_wheel,
    open_wheel,
)
from archpip.wheels.natives import BinariesReader
from fake_index.binaries import native_binary, write_binary
from fake_index.elf import Elf
from fake_index.hostile import MODULE, hostile_wheel
from fake_index.macho import Dylib, FatMachO, MachO, MachOKind, defined, flat, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.unit.wheels.fakes import URL, FakeRanges, FakeWheelSource

NAME = "demo-1.0-cp311-cp311-macosx_11_0_universal2.whl"
INFO = {
    "demo-1.0.dist-info/METADATA": b"Name: demo\n",
    "demo-1.0.dist-info/WHEEL": b"Tag: cp311-cp311-macosx_11_0_universal2\n",
}

DT_STRTAB_TAG = (5).to_bytes(8, "little")

X86_64, ARM64 = Architecture.X86_64, Architecture.ARM64
# What another slice defines and this one leaves to flat lookup is missing from it.
HOLLOW = write_binary(
    FatMachO(
        slices=(
            MachO(architecture="x86_64", symbols=(defined("_needed"),), code_bytes=50_000),
            MachO(architecture="arm64", symbols=(flat("_needed"),), code_bytes=50_000),
        )
    )
)


def inspect(
    contents: dict[str, bytes],
    *,
    depth: Depth = Depth.HEADERS,
    filename: str = NAME,
    **more: object,
) -> Inspection:
    source = FakeWheelSource(contents={**contents, **INFO}, filename=filename)
    source = replace(source, **more)  # type: ignore[arg-type]  # fields of the fake, by name
    inspection, _ = inspect_wheel(source, sha256="ab" * 32, depth=depth)
    return inspection


def only(inspection: Inspection) -> BinaryMember:
    (member,) = inspection.binaries
    assert inspection.problems == ()
    return member


def test_a_wheel_without_native_code() -> None:
    inspection = inspect({"demo/__init__.py": b"", "demo/data.so": b"no binary at all"})

    assert inspection == Inspection(
        filename=NAME,
        sha256="ab" * 32,
        size_bytes=inspection.size_bytes,
        tags=("cp311-cp311-macosx_11_0_universal2",),
        declared_tags=("cp311-cp311-macosx_11_0_universal2",),
        root_is_purelib=False,
        binaries=(),
    )


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


def test_the_files_that_make_a_binary_importable_are_kept() -> None:
    elf = write_binary(native_binary("linux-x86_64"))
    kept = [
        "a/__init__.py",
        "a/b/c/__init__.py",
        "a/b/c/native.py",
        "a/b/c/native/__init__.py",
        "top.py",
    ]
    others = ["a/d/__init__.py", "a/b/c/other.py", "e/__init__.py", "a/b/c/native/x.py"]
    binaries = dict.fromkeys(["a/b/c/native.cpython-311-darwin.so", "top.abi3.so"], elf)

    more = {"f.pth": b"a/vendor\n", "a/g.pth": b"a/passed-over\n"}
    inspection = inspect({**dict.fromkeys([*kept, *others], b"x"), **binaries, **more})

    assert inspection.import_roots == tuple(kept)
    assert inspection.path_folders == ("a/vendor",)


@pytest.mark.parametrize(
    ("name", "is_problem"),
    [
        ("a.cpython-311-x86_64-linux-gnu.so", True),
        ("a.pypy310-pp73-darwin.so", True),
        ("a.abi3.so", True),
        ("a.cp311-win_amd64.pyd", True),
        ("a.pyd", True),
        ("a.so", False),
        ("liba.so.1", False),
        ("a.dll", False),
    ],
)
def test_an_extension_module_must_be_a_binary(name: str, *, is_problem: bool) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\n"

    inspection = inspect({f"demo/{name}": pointer})

    assert inspection.binaries == ()
    assert [p.member for p in inspection.problems] == [f"demo/{name}"] * is_problem


def test_what_cannot_be_read_is_a_problem_and_the_rest_is_read() -> None:
    elf = write_binary(native_binary("linux-x86_64"))
    contents = {"demo/a.so": elf, "demo/b.so": elf, "demo/c.so": HOLLOW[:9000]}

    inspection = inspect(contents, unreadable=frozenset({"demo/a.so"}))

    assert [b.path for b in inspection.binaries] == ["demo/b.so"]
    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.UNREADABLE_MEMBER, "demo/a.so"),
        (ProblemKind.MALFORMED_BINARY, "demo/c.so"),
    ]


def test_a_header_far_inside_a_file_is_not_looked_for() -> None:
    content = b"MZ".ljust(0x3C, b"\0") + (90_000).to_bytes(4, "little") + bytes(100_000)

    inspection = inspect({"demo/a.dll": content})

    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.MALFORMED_BINARY, "demo/a.dll")
    ]


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


def test_an_elf_file_cut_short_is_malformed() -> None:
    content = write_binary(native_binary("linux-x86_64"))[:40]

    inspection = inspect({"demo/a.so": content})

    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.MALFORMED_BINARY, "demo/a.so")
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wrong-crc", ProblemKind.BAD_CRC),
        ("encrypted", ProblemKind.ENCRYPTED),
        ("no-dist-info", ProblemKind.NO_DIST_INFO),
        ("two-dist-infos", ProblemKind.AMBIGUOUS_METADATA),
        ("duplicate-native", ProblemKind.DUPLICATE),
        ("climbing-name", ProblemKind.UNSAFE_PATH),
        ("bomb", ProblemKind.RATIO),
    ],
)
def test_a_hostile_wheels_problems_are_in_its_inspection(
    tmp_path: Path, name: str, kind: ProblemKind
) -> None:
    path = tmp_path / "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    path.write_bytes(hostile_wheel(name).content)

    with closing(open_wheel(path)) as wheel:
        inspection, _ = inspect_wheel(wheel, sha256=None)

    assert kind in {p.kind for p in inspection.problems}
    problems = [(p.kind, p.member) for p in inspection.problems]
    assert len(set(problems)) == len(problems)


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


def test_a_wheel_without_wheel_file_has_a_problem() -> None:
    source = FakeWheelSource(contents={"demo-1.0.dist-info/METADATA": b""}, filename=NAME)

    inspection, _ = inspect_wheel(source, sha256=None)

    assert [(p.kind, p.detail) for p in inspection.problems] == [
        (ProblemKind.NO_DIST_INFO, "it has no WHEEL file")
    ]


def test_far_and_near_inspections_are_equal_and_the_far_one_is_cheap(tmp_path: Path) -> None:
    platforms = ("linux-aarch64", "windows-amd64", "macos-arm64", "macos-universal2")
    files = tuple(
        WheelFile(
            path=f"demo/{platform}.so",
            content=write_binary(native_binary(platform, code_bytes=300_000)),
        )
        for platform in platforms
    )
    content = write_wheel(
        Wheel(
            metadata=CoreMetadata(name="demo", version="1.0"),
            tag="cp311-cp311-linux_x86_64",
            files=(*files, WheelFile(path="demo/weights", content=bytes(range(256)) * 4000)),
        )
    )
    path = tmp_path / "demo-1.0-cp311-cp311-linux_x86_64.whl"
    path.write_bytes(content)
    far = RemoteWheel(url=URL, filename=path.name, ranges=(ranges := FakeRanges(content)))

    with closing(open_wheel(path)) as near:
        expected, near_cost = inspect_wheel(near, sha256=None)
    inspection, cost = inspect_wheel(far, sha256=None)

    assert inspection == expected
    assert len(inspection.binaries) == 4
    assert (near_cost.requests, near_cost.bytes_total) == (0, len(content))
    assert len(ranges.rounds) <= 4
    assert cost.bytes_read == ranges.bytes_served


def test_elf_without_machine_is_a_binary_without_architecture() -> None:
    content = write_binary(Elf(machine=0))

    assert only(inspect({"demo/a.so": content})).binary.architectures == frozenset()


def test_the_same_module_is_reported_once_where_the_archive_repeats_it(tmp_path: Path) -> None:
    path = tmp_path / "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    path.write_bytes(hostile_wheel("duplicate-native").content)

    with closing(open_wheel(path)) as wheel:
        inspection, _ = inspect_wheel(wheel, sha256=None)

    assert [b.path for b in inspection.binaries] == [MODULE]


def test_an_empty_module_is_told() -> None:
    empty = "demo/_x.cpython-311-darwin.so"
    found = inspect({empty: b"", "demo/libx.so": b"", "demo/__init__.py": b""})

    (problem,) = found.problems
    assert (problem.kind, problem.member) == (ProblemKind.MALFORMED_BINARY, empty)
    assert problem.detail == "by its name it is an extension module, and it is empty"


def test_thousands_of_malformed_binaries_are_not_compared_with_each_other() -> None:
    walks = 0

    class Walked(list[Problem]):
        def __iter__(self) -> Iterator[Problem]:
            nonlocal walks
            walks += 1
            return super().__iter__()

    names = [f"demo/_{number}.abi3.so" for number in range(50)]
    source = FakeWheelSource(contents=dict.fromkeys(names, b"\x7fELF"), filename=NAME)
    problems = Walked()
    reader = BinariesReader(
        source, depth=Depth.HEADERS, platforms=frozenset({"any"}), problems=problems
    )

    assert reader.read(source.members()) == ()
    assert (len(problems), walks) == (50, 1)
