"""An inspection comes back from JSON as it went, or not at all."""

import json

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.binaries import (
    Binary,
    BinaryFormat,
    BinaryKind,
    Depth,
    NeededLibrary,
    Platform,
    Slice,
    UnboundSymbols,
    VersionNeed,
)
from archpip.wheels import (
    BinaryMember,
    Inspection,
    InvalidInspectionError,
    Problem,
    ProblemKind,
    inspection_from_json,
    inspection_to_json,
)

SLICE = Slice(
    architecture=Architecture.ARM64,
    machine="CPU_TYPE_ARM64",
    subtype="arm64e",
    kind=BinaryKind.BUNDLE,
    bits=64,
    platform=Platform.MACOS,
    minimum_os=(11, 0, 3),
    needed=(NeededLibrary(name="@rpath/libé.dylib", weak=True),),
    run_paths=("@loader_path/..",),
    version_needs=(VersionNeed(library="libc.so.6", version="GLIBC_2.17"),),
    unbound=UnboundSymbols(
        count=315, examples=("_a", "_b"), counterpart=Architecture.X86_64, provider=None
    ),
    depth=Depth.SYMBOLS,
    offset=16384,
)
INSPECTION = Inspection(
    filename="demo-1.0-cp310-cp310-macosx_11_0_arm64.whl",
    sha256="0" * 64,
    size_bytes=12345,
    tags=("cp310-cp310-macosx_11_0_arm64",),
    declared_tags=("cp310-cp310-macosx_11_0_arm64",),
    root_is_purelib=False,
    binaries=(
        BinaryMember(
            path="demo/a.so",
            executable_bit=True,
            size_bytes=99,
            binary=Binary(
                format=BinaryFormat.MACHO,
                fat=True,
                slices=(SLICE, replace(SLICE, architecture=None, kind=None, minimum_os=None)),
            ),
        ),
    ),
    import_roots=("demo/__init__.py",),
    demanded=("demo/a.so",),
    fallbacks=("demo/b.so",),
    guarded=("demo/c.so",),
    problems=(Problem(kind=ProblemKind.RATIO, member=None, detail="1:1000"),),
    depth=Depth.LINKS,
)


def test_an_inspection_comes_back_as_it_went() -> None:
    assert inspection_from_json(inspection_to_json(INSPECTION)) == INSPECTION


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["sha256"], 5),
        (["size_bytes"], True),
        (["size_bytes"], "12345"),
        (["root_is_purelib"], 0),
        (["tags"], "cp310"),
        (["tags"], [1]),
        (["tags"], None),
        (["depth"], 9),
        (["depth"], "2"),
        (["binaries"], {}),
        (["binaries", 0], []),
        (["binaries", 0, "binary", "format"], "a.out"),
        (["binaries", 0, "binary", "slices", 0, "architecture"], "arm65"),
        (["binaries", 0, "binary", "slices", 0, "minimum_os"], [11, 0]),
        (["binaries", 0, "binary", "slices", 0, "unbound", "count"], 1.5),
        (["problems", 0, "kind"], ["x"]),
    ],
)
def test_what_is_no_inspection_is_an_error(path: list[str | int], value: object) -> None:
    document = json.loads(inspection_to_json(INSPECTION))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value

    with pytest.raises(InvalidInspectionError, match="A stored inspection cannot be read"):
        inspection_from_json(json.dumps(document))


@pytest.mark.parametrize("key", ["filename", "sha256", "binaries"])
def test_a_missing_key_is_an_error(key: str) -> None:
    document = json.loads(inspection_to_json(INSPECTION))
    del document[key]

    with pytest.raises(InvalidInspectionError):
        inspection_from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", b"\xff", "[" * 100_000, '"x"'])
def test_other_text_is_an_error(text: str | bytes) -> None:
    with pytest.raises(InvalidInspectionError):
        inspection_from_json(text)
