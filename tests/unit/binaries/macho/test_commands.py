import struct

import pytest

from archpip.binaries import (
    Depth,
    MalformedBinaryError,
    NeededLibrary,
    Platform,
    TruncatedBinaryError,
    UnsupportedBinaryError,
)
from fake_index.macho import Dylib, DylibKind, MachO, MachOKind, write_macho
from tests.unit.binaries.reads import patched, read_slice

HEADER = struct.Struct("<8I")


def macho(*commands: bytes, architecture: int = 0x0100000C) -> bytes:
    """Write an arm64 bundle of load commands alone."""
    content = b"".join(commands)
    return (
        HEADER.pack(0xFEEDFACF, architecture, 0, 8, len(commands), len(content), 0x85, 0) + content
    )


def command(number: int, *words: int, text: str | None = None) -> bytes:
    body = struct.pack(f"<{len(words)}I", *words)
    if text is not None:
        body += text.encode() + b"\0"
    body = body.ljust(-(-len(body) // 8) * 8, b"\0")
    return struct.pack("<2I", number, 8 + len(body)) + body


def test_libraries_come_in_the_order_of_their_ordinals() -> None:
    content = write_macho(
        MachO(
            architecture="arm64",
            dylibs=(
                Dylib(name="@rpath/a.dylib"),
                Dylib(name="@loader_path/b.dylib", kind=DylibKind.WEAK),
                Dylib(name="c.dylib", kind=DylibKind.REEXPORT),
                Dylib(name="d.dylib", kind=DylibKind.LAZY),
                Dylib(name="e.dylib", kind=DylibKind.UPWARD),
            ),
            run_paths=("@loader_path/../lib", "/opt/lib"),
        )
    )
    one = read_slice(content)
    assert one.needed == (
        NeededLibrary(name="@rpath/a.dylib"),
        NeededLibrary(name="@loader_path/b.dylib", weak=True),
        NeededLibrary(name="c.dylib", reexported=True),
        NeededLibrary(name="d.dylib", weak=True),
        NeededLibrary(name="e.dylib"),
    )
    assert one.run_paths == ("@loader_path/../lib", "/opt/lib")
    assert one.run_paths_inherited
    assert one.install_name is None


def test_a_library_is_called_by_its_install_name() -> None:
    content = write_macho(
        MachO(architecture="ppc", kind=MachOKind.DYLIB, install_name="@rpath/libx.1.dylib")
    )
    assert read_slice(content).install_name == "@rpath/libx.1.dylib"


def test_a_library_used_by_flags_of_its_own() -> None:
    """`dylib_use_command`: the marker stands where the timestamp was, and the name further back."""
    name = "@rpath/x.dylib"
    uses = [command(0xC, 28, 0x1A741800, 0, 0, flags, text=name) for flags in (0, 1, 2, 8)]
    assert read_slice(macho(*uses)).needed == (
        NeededLibrary(name=name),
        NeededLibrary(name=name, weak=True),
        NeededLibrary(name=name, reexported=True),
        NeededLibrary(name=name),
    )


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("macos", Platform.MACOS),
        ("ios", Platform.IOS),
        ("ios-simulator", Platform.IOS_SIMULATOR),
        ("mac-catalyst", Platform.MAC_CATALYST),
        ("tvos", Platform.TVOS),
        ("watchos", Platform.WATCHOS),
        ("visionos", Platform.VISIONOS),
        ("driverkit", Platform.DRIVERKIT),
        ("bridgeos", Platform.OTHER_APPLE),
        ("tvos-simulator", Platform.OTHER_APPLE),
        ("visionos-simulator", Platform.OTHER_APPLE),
    ],
)
def test_the_platform_of_build_version(name: str, platform: Platform) -> None:
    content = write_macho(MachO(architecture="arm64", platform=name, minimum_os=(17, 2, 1)))
    assert (read_slice(content).platform, read_slice(content).minimum_os) == (platform, (17, 2, 1))


@pytest.mark.parametrize(
    ("name", "architecture", "platform"),
    [
        ("macos", "x86_64", Platform.MACOS),
        ("ios", "arm64", Platform.IOS),
        ("ios", "x86_64", Platform.IOS_SIMULATOR),
        ("ios", "i386", Platform.IOS_SIMULATOR),
        ("tvos", "arm64", Platform.TVOS),
        ("watchos", "arm64_32", Platform.WATCHOS),
    ],
)
def test_the_older_version_commands(name: str, architecture: str, platform: Platform) -> None:
    content = write_macho(
        MachO(
            architecture=architecture, platform=name, old_version_command=True, minimum_os=(9, 0, 0)
        )
    )
    assert (read_slice(content).platform, read_slice(content).minimum_os) == (platform, (9, 0, 0))


def test_files_from_before_2010_do_not_say() -> None:
    content = write_macho(MachO(architecture="ppc", platform=None))
    assert (read_slice(content).platform, read_slice(content).minimum_os) == (None, None)


def test_a_zippered_library_is_for_macos() -> None:
    catalyst = command(0x32, 6, 14 << 16, 0, 0)
    macos = command(0x32, 1, 11 << 16 | 3 << 8, 0, 0)
    for order in ((catalyst, macos), (macos, catalyst)):
        one = read_slice(macho(*order))
        assert (one.platform, one.minimum_os) == (Platform.MACOS, (11, 3, 0))


def test_commands_that_are_of_no_interest_are_passed_over() -> None:
    content = macho(
        command(0x1B, 1, 2, 3, 4), command(0x7FFFFFFF), command(0xC, 24, 0, 0, 0, text="a")
    )
    assert [library.name for library in read_slice(content).needed] == ["a"]


def test_a_name_without_a_zero_byte_ends_with_its_command() -> None:
    content = macho(command(0xC, 24, 0, 0, 0) + b"")
    named = patched(content, 36, struct.pack("<I", 32)) + b"libx.dyl"
    named = patched(named, 20, struct.pack("<I", 32))
    named = patched(named, 36, struct.pack("<I", 32))
    assert [library.name for library in read_slice(named).needed] == ["libx.dyl"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (macho(struct.pack("<2I", 0x1B, 0)), r"load command 0x1b at \+0x20 claims 0 bytes"),
        (macho(struct.pack("<2I", 0x1B, 7)), "claims 7 bytes"),
        (macho(struct.pack("<2I", 0x1B, 16)), "claims 16 bytes, which does not fit"),
        (macho(command(0xC, 24, 0)), "has its name at 24, outside itself"),
        (macho(command(0xC, 4, 0, 0, 0, text="a")), "has its name at 4, outside itself"),
        (macho(command(0x8000001C, 0xFFFFFFFF, 0)), "has its name at 4294967295"),
        (macho(command(0xC)), r"is too short for its kind \(8 bytes\)"),
        (macho(command(0x2, 1, 2)), "load command 0x2 .*is too short"),
        (macho(command(0x32)), "is too short"),
        (patched(macho(command(0x1B)), 16, b"\x02"), "holds fewer than the 2"),
    ],
    ids=[
        "size-zero",
        "size-below-prefix",
        "size-beyond",
        "name-at-end",
        "name-in-prefix",
        "name-far-out",
        "empty-load",
        "short-symtab",
        "empty-version",
        "count",
    ],
)
def test_commands_that_contradict_themselves_are_malformed(content: bytes, message: str) -> None:
    with pytest.raises(MalformedBinaryError, match=message):
        read_slice(content, Depth.LINKS)


def test_commands_beyond_the_file_are_truncated() -> None:
    content = macho(command(0x1B, 1, 2, 3, 4))
    with pytest.raises(TruncatedBinaryError, match="load commands at"):
        read_slice(content[:-1], Depth.LINKS)


@pytest.mark.parametrize(
    ("offset", "what"), [(16, "load commands"), (20, "bytes of load commands")]
)
def test_absurd_counts_are_unsupported(offset: int, what: str) -> None:
    content = patched(macho(command(0x1B)), offset, b"\xff\xff\xff\xff")
    with pytest.raises(UnsupportedBinaryError, match=f"{what}: 4294967295 is more than"):
        read_slice(content, Depth.LINKS)


def test_as_many_libraries_and_run_paths_as_no_file_has_are_unsupported() -> None:
    loads = (Dylib(name="/usr/lib/libx.dylib"),) * 2001
    with pytest.raises(UnsupportedBinaryError, match="needed libraries: 2001 is more than"):
        read_slice(write_macho(MachO(architecture="arm64", dylibs=loads)), Depth.LINKS)
    paths = ("@loader_path",) * 501
    with pytest.raises(UnsupportedBinaryError, match="run paths: 501 is more than the 500"):
        read_slice(write_macho(MachO(architecture="arm64", run_paths=paths)), Depth.LINKS)
