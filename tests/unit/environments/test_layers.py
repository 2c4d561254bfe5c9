"""Layers of an image: order, whiteouts, and what a hostile one may not do."""

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import IO, cast

import pytest

from archpip.environments import layers
from archpip.environments.layers import LayeredTree
from archpip.wheels import ProblemKind
from fake_index.filler import filler
from tests.unit.environments.installations import AARCH64_MODULE, ELF_X86_64_MODULE

SO = "app/x.so"
GZIP_MAGIC = b"\x1f\x8b"


def layer(
    files: Mapping[str, bytes],
    *,
    links: Mapping[str, str] | None = None,
    symlinks: Mapping[str, str] | None = None,
    folders: tuple[str, ...] = (),
) -> bytes:
    """Write a layer: folders, then symbolic links, then files, then hard links."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name in folders:
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.DIRTYPE
            archive.addfile(entry)
        for name, aim in (symlinks or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, aim
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, aim in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.LNKTYPE, aim
            archive.addfile(entry)
    return written.getvalue()


@pytest.fixture
def tree() -> Iterator[LayeredTree]:
    with closing(LayeredTree()) as made:
        yield made


def apply(tree: LayeredTree, *contents: bytes) -> list[str]:
    for number, content in enumerate(contents):
        stream: IO[bytes] = io.BytesIO(content)
        if content.startswith(GZIP_MAGIC):
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
        tree.apply(stream, name=f"layer{number}", size_bytes=len(content))
    return [member.path for member in tree.members()]


def head(tree: LayeredTree, path: str) -> bytes:
    with closing(tree.open(path)) as content:
        return content.read_at(0, content.size)


def test_later_layers_win(tree: LayeredTree) -> None:
    first, second = layer({SO: AARCH64_MODULE}), layer({SO: ELF_X86_64_MODULE})

    assert apply(tree, first, gzip.compress(second)) == [SO]
    assert head(tree, SO) == ELF_X86_64_MODULE


def test_what_should_be_a_module_and_is_none_is_kept(tree: LayeredTree) -> None:
    empty, text = "app/_x.abi3.so", "app/_y.cpython-311-x86_64-linux-gnu.so"

    assert apply(tree, layer({empty: b"", text: b"version https://git-lfs"})) == [empty, text]


def test_a_whiteout_hides_a_file_of_lower_layers(tree: LayeredTree) -> None:
    lower = layer({SO: AARCH64_MODULE, "app/y.so": AARCH64_MODULE})

    assert apply(tree, lower, layer({"app/.wh.x.so": b""})) == ["app/y.so"]


def test_a_whiteout_hides_a_folder(tree: LayeredTree) -> None:
    assert apply(tree, layer({SO: AARCH64_MODULE}), layer({".wh.app": b""})) == []


def test_a_whiteout_spares_its_own_layer_wherever_it_stands(tree: LayeredTree) -> None:
    upper = layer({SO: AARCH64_MODULE, "app/.wh..wh..opq": b""})

    assert apply(tree, layer({"app/old.so": AARCH64_MODULE}), upper) == [SO]


def test_a_file_replaces_a_folder(tree: LayeredTree) -> None:
    assert apply(tree, layer({SO: AARCH64_MODULE}), layer({"app": b"text"})) == []


def test_hard_links_share_bytes(tree: LayeredTree) -> None:
    content = layer({SO: AARCH64_MODULE}, links={"app/y.so": SO})

    assert apply(tree, content) == [SO, "app/y.so"]
    assert head(tree, "app/y.so") == AARCH64_MODULE


@pytest.mark.parametrize("name", ["x.so", "x.py", "_x.abi3.so"])
def test_a_folder_replaces_a_file(tree: LayeredTree, name: str) -> None:
    lower = layer({f"app/{name}": AARCH64_MODULE})

    assert apply(tree, lower, layer({f"app/{name}/y.so": AARCH64_MODULE})) == [f"app/{name}/y.so"]


def test_a_listed_folder_replaces_a_file_and_joins_a_folder(tree: LayeredTree) -> None:
    lower = layer({SO: AARCH64_MODULE, "app/sub/y.so": AARCH64_MODULE})

    assert apply(tree, lower, layer({}, folders=(SO, "app/sub"))) == ["app/sub/y.so"]


@pytest.mark.parametrize("aim", ["/usr/lib", "usr/lib", "./usr/bin/../lib", "../../usr/lib/"])
def test_a_path_goes_through_the_links_of_its_own_layer(tree: LayeredTree, aim: str) -> None:
    lower = layer({"usr/lib/x.so": AARCH64_MODULE})
    upper = layer({"lib/x.so": ELF_X86_64_MODULE}, symlinks={"lib": aim})

    assert apply(tree, lower, upper) == ["usr/lib/x.so"]
    assert head(tree, "usr/lib/x.so") == ELF_X86_64_MODULE


def test_a_folder_replaces_a_link_of_a_lower_layer(tree: LayeredTree) -> None:
    lower = layer({"usr/lib/x.so": AARCH64_MODULE}, symlinks={"lib": "usr/lib"})

    assert apply(tree, lower, layer({"lib/y.so": ELF_X86_64_MODULE})) == [
        "lib/y.so",
        "usr/lib/x.so",
    ]


def test_a_link_replaces_a_file(tree: LayeredTree) -> None:
    lower = layer({SO: ELF_X86_64_MODULE, "usr/x.so": AARCH64_MODULE})

    assert apply(tree, lower, layer({}, symlinks={SO: "/usr/x.so"})) == [SO, "usr/x.so"]
    assert head(tree, SO) == AARCH64_MODULE


def test_a_link_leads_to_what_the_last_layer_put_there(tree: LayeredTree) -> None:
    lower = layer({"lib/x.so.1.0": AARCH64_MODULE}, symlinks={"lib/x.so.1": "x.so.1.0"})

    apply(tree, lower, layer({"lib/x.so.1.0": ELF_X86_64_MODULE}))

    assert head(tree, "lib/x.so.1") == ELF_X86_64_MODULE


@pytest.mark.parametrize("aim", ["/nowhere.so", "_x.abi3.so", "/../app"])
def test_a_module_that_is_a_link_to_no_file_is_a_problem(tree: LayeredTree, aim: str) -> None:
    apply(tree, layer({}, symlinks={"app/_x.abi3.so": aim, "app/libx.so": aim}))

    (problem,) = tree.problems()
    assert (problem.kind, problem.member) == (ProblemKind.UNREADABLE_MEMBER, "app/_x.abi3.so")
    assert aim in problem.detail


def test_a_hard_link_replaces_a_file_and_reaches_lower_layers(tree: LayeredTree) -> None:
    lower = layer({SO: ELF_X86_64_MODULE, "app/y.so": AARCH64_MODULE})

    apply(tree, lower, layer({}, links={SO: "app/y.so"}))

    assert head(tree, SO) == AARCH64_MODULE


def test_a_hard_link_to_text_hides_a_binary(tree: LayeredTree) -> None:
    lower = layer({"bin/tool": AARCH64_MODULE})
    upper = layer({"bin/other": b"#!/bin/sh"}, links={"bin/tool": "bin/other"})

    assert apply(tree, lower, upper) == []


def test_a_whiteout_hides_a_link_and_a_name_that_is_not_utf_8(tree: LayeredTree) -> None:
    odd = "app/caf\udce9.so"
    lower = layer({odd: AARCH64_MODULE}, symlinks={"app/x.so": odd})
    whiteouts = {"app/.wh.caf\udce9.so": b"", "app/.wh.x.so": b""}

    assert apply(tree, lower, layer(whiteouts)) == []


def test_an_opaque_root_hides_everything(tree: LayeredTree) -> None:
    lower = layer({SO: AARCH64_MODULE}, symlinks={"y.so": SO})

    assert apply(tree, lower, layer({".wh..wh..opq": b""})) == []


def test_only_native_files_records_and_names_of_modules_are_kept(tree: LayeredTree) -> None:
    record = "s/a-1.dist-info/RECORD"
    files = {"app/a.py": b"x", "app/data": b"y" * 20_000, record: b"a,,\n", "s/a.pth": b"x\n"}

    assert apply(tree, layer(files)) == ["app/a.py", record, "s/a.pth"]
    assert head(tree, "s/a.pth") == b"x\n"
    assert tree.members()[0].size_bytes == 0


def test_a_climbing_path_is_a_problem(tree: LayeredTree) -> None:
    assert apply(tree, layer({"../../etc/x.so": AARCH64_MODULE})) == []

    (problem,) = tree.problems()
    assert problem.kind is ProblemKind.UNSAFE_PATH


def test_absolute_paths_lie_in_the_image(tree: LayeredTree) -> None:
    assert apply(tree, layer({"/app/x.so": AARCH64_MODULE})) == [SO]


def test_a_bomb_is_left_alone(tree: LayeredTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "_ALWAYS_ALLOWED_BYTES", 1000)
    content = gzip.compress(layer({"app/bomb.so": AARCH64_MODULE + bytes(1_000_000)}))

    assert apply(tree, content) == []
    (problem,) = tree.problems()
    assert (problem.kind, problem.member) == (ProblemKind.RATIO, "layer0")


@pytest.mark.parametrize("kept", [0, 30, 200, 0.5, 0.75])
@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_layer_that_is_cut_off_is_a_problem(
    tree: LayeredTree, compress: Callable[[bytes], bytes], kept: float
) -> None:
    whole = compress(layer({SO: AARCH64_MODULE + filler(50_000, "noise")}))
    apply(tree, whole[: int(kept * len(whole)) if kept < 1 else int(kept)])

    assert [problem.kind for problem in tree.problems()] == [ProblemKind.UNREADABLE_MEMBER]


def ends_at(archive: bytes) -> int:
    """Return where an archive of one entry ends, without the zeros behind it."""
    return -(-len(archive.rstrip(b"\0")) // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


def header(kind: bytes, size_bytes: int) -> bytes:
    entry = tarfile.TarInfo("x.so")
    entry.type, entry.size = kind, size_bytes
    return entry.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    "kind",
    [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE],
    ids=["name", "link", "attributes", "attributes-of-all"],
)
def test_a_header_of_gigabytes_is_never_in_memory(tree: LayeredTree, kind: bytes) -> None:
    size_bytes = 64 << 20
    content = gzip.compress(header(kind, size_bytes) + bytes(size_bytes), compresslevel=1)

    tracemalloc.start()
    apply(tree, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [problem.kind for problem in tree.problems()] == [ProblemKind.UNREADABLE_MEMBER]
    assert peak < 8 << 20


def test_headers_of_headers_are_a_problem(tree: LayeredTree) -> None:
    one = header(tarfile.XHDTYPE, 20) + b"18 path=aaaaaaaaa\n".ljust(tarfile.BLOCKSIZE, b"\0")

    assert apply(tree, gzip.compress(5_000 * one)) == []
    assert [problem.kind for problem in tree.problems()] == [ProblemKind.UNREADABLE_MEMBER]


def test_a_damaged_header_is_not_the_end_of_a_layer(tree: LayeredTree) -> None:
    first, second = layer({"app/first.so": AARCH64_MODULE}), layer({SO: AARCH64_MODULE})

    assert apply(tree, first[: ends_at(first)] + b"?" + second[1:]) == ["app/first.so"]
    assert [problem.kind for problem in tree.problems()] == [ProblemKind.UNREADABLE_MEMBER]


def test_many_entries_cost_no_memory(tree: LayeredTree) -> None:
    content = layer({f"share/{number}.txt": b"" for number in range(20_000)})

    tracemalloc.start()
    apply(tree, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 12 << 20


def test_of_two_files_of_one_name_in_a_layer_the_last_is_seen(tree: LayeredTree) -> None:
    first, second = layer({"bin/tool": AARCH64_MODULE}), layer({"bin/tool": b"#!/bin/sh"})

    assert apply(tree, first[: ends_at(first)] + second) == []


def test_condas_records_are_kept_wherever_its_prefix_is(tree: LayeredTree) -> None:
    record = "opt/conda/envs/science/conda-meta/a-1.0-0.json"

    assert apply(tree, layer({record: b"{}", "opt/conda/other.json": b"{}"})) == [record]


@pytest.mark.parametrize("endless", ["a/" * 300, "a" * 5000], ids=["deep", "long"])
def test_what_no_system_has_room_for_costs_nothing(tree: LayeredTree, endless: str) -> None:
    files = {f"{endless}/x.so": AARCH64_MODULE, "link/y.so": AARCH64_MODULE}
    content = layer(files, symlinks={"link": endless}, links={"z.so": f"{endless}/x.so"})

    assert apply(tree, content) == ["link/y.so"]
    assert [problem.kind for problem in tree.problems()] == [ProblemKind.UNSAFE_PATH] * 3
