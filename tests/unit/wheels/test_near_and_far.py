"""A wheel says the same on disk, where it is read whole, and on an index, where heads are read."""

from contextlib import closing
from pathlib import Path

import pytest

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import Depth
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Status, judge
from archpip.wheels import Inspection, RemoteWheel, inspect_wheel, open_wheel
from fake_index.binaries import native_binary, write_binary
from fake_index.elf import Elf
from fake_index.pe import Pe, PeImport, PeKind
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.unit.wheels.fakes import URL, FakeRanges


def _target(system: OperatingSystem, architecture: Architecture) -> Target:
    return Target(
        operating_system=system,
        architectures=(architecture,),
        libc=Libc.GLIBC if system is OperatingSystem.LINUX else None,
        floor=(2, 28),
        python=PythonTarget(version=(3, 11, 0)),
    )


WINDOWS_ARM64 = _target(OperatingSystem.WINDOWS, Architecture.ARM64)
WINDOWS_AMD64 = _target(OperatingSystem.WINDOWS, Architecture.X86_64)
LINUX_AARCH64 = _target(OperatingSystem.LINUX, Architecture.ARM64)

DLL = write_binary(native_binary("windows-amd64", code_bytes=90_000))
PROGRAM = write_binary(
    Pe(machine="amd64", kind=PeKind.EXE, imports=(PeImport(dll="codec.dll"),), code_bytes=90_000)
)
CAMERA = write_binary(
    Pe(machine="amd64", kind=PeKind.DLL, imports=(PeImport(dll="codec.dll"),), code_bytes=90_000)
)
ARM64_DLL = write_binary(native_binary("windows-arm64", code_bytes=90_000))
# What it links is told behind its code.
LINKED = write_binary(native_binary("linux-x86_64", code_bytes=90_000))
LINKING = write_binary(
    Elf(machine="x86_64", needed=("libcore.so.1",), runpath="$ORIGIN/lib", code_bytes=90_000)
)


def _inspect_both(
    folder: Path, contents: dict[str, bytes], tag: str
) -> tuple[Inspection, Inspection]:
    content = write_wheel(
        Wheel(
            metadata=CoreMetadata(name="demo", version="1.0"),
            tag=tag,
            files=tuple(WheelFile(path=path, content=held) for path, held in contents.items()),
        )
    )
    path = folder / f"demo-1.0-{tag}.whl"
    path.write_bytes(content)
    with closing(open_wheel(path)) as near:
        whole, _ = inspect_wheel(near, sha256=None, depth=Depth.LINKS)
    with closing(RemoteWheel(url=URL, filename=path.name, ranges=FakeRanges(content))) as far:
        heads, _ = inspect_wheel(far, sha256=None)
    return whole, heads


@pytest.mark.parametrize(
    ("contents", "tag", "target", "expected"),
    [
        pytest.param(
            {"demo/bin/convert.exe": PROGRAM, "demo/bin/codec.dll": DLL},
            "py3-none-any",
            WINDOWS_ARM64,
            Status.DEGRADED,
            id="a library that only a program links",
        ),
        pytest.param(
            {"demo/bin/convert.exe": PROGRAM, "demo/codec2.dll": DLL},
            "py3-none-any",
            WINDOWS_ARM64,
            Status.WRONG,
            id="a library that no program links",
        ),
        pytest.param(
            {
                "demo/_core.cpython-312-x86_64-linux-gnu.so": LINKING,
                "demo/lib/libcore.so.1": LINKED,
            },
            "py3-none-any",
            LINUX_AARCH64,
            Status.WRONG,
            id="a library of a module for another Python",
        ),
        pytest.param(
            {
                "demo/amd64/camera.dll": CAMERA,
                "demo/amd64/codec.dll": DLL,
                "demo/arm64/camera.dll": ARM64_DLL,
            },
            "py3-none-any",
            WINDOWS_ARM64,
            Status.OK,
            id="a library that only another machine's sibling links",
        ),
        pytest.param(
            {
                "demo/amd64/camera.dll": DLL,
                "demo/amd64/codec.dll": DLL,
                "demo/arm64/camera.dll": ARM64_DLL,
            },
            "py3-none-any",
            WINDOWS_ARM64,
            Status.DEGRADED,
            id="a library that only another machine has",
        ),
        pytest.param(
            {"demo/linux64-py38/api.so": LINKING, "demo/lib/libcore.so.1": LINKED},
            "py3-none-any",
            LINUX_AARCH64,
            Status.WRONG,
            id="a neutral library that code for another machine links",
        ),
        pytest.param(
            {"demo/DLLs/kernel32.ldll": DLL},
            "py3-none-any",
            WINDOWS_ARM64,
            Status.OK,
            id="an ending that no loader is asked for",
        ),
        pytest.param(
            {"demo/libcore.so": LINKED},
            "py3-none-win_amd64",
            WINDOWS_AMD64,
            Status.WRONG,
            id="nothing for the tag's system",
        ),
    ],
)
def test_verdicts_agree(
    tmp_path: Path, contents: dict[str, bytes], tag: str, target: Target, expected: Status
) -> None:
    judged = [
        judge(inspection, target).status for inspection in _inspect_both(tmp_path, contents, tag)
    ]
    assert judged == [expected, expected]


def test_links_are_read_beside_programs_alone(tmp_path: Path) -> None:
    contents = {
        "demo/bin/convert.exe": PROGRAM,
        "demo/lib/codec.dll": DLL,
        "other/codec.dll": DLL,
        "demo/_core.pyd": DLL,
    }
    _, for_any = _inspect_both(tmp_path, contents, "py3-none-any")
    deep = {member.path for member in for_any.binaries if member.binary.depth is Depth.LINKS}
    assert deep == {"demo/bin/convert.exe", "demo/lib/codec.dll"}
    _, for_one = _inspect_both(tmp_path, contents, "py3-none-win_amd64")
    assert {member.binary.depth for member in for_one.binaries} == {Depth.HEADERS}
    assert for_one.binaries[0].binary.architectures == {Architecture.X86_64}
