"""Layers of an image: order, whiteouts, and what a hostile one may not do."""

import gzip
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing

import pytest

from archpip.environments import layers
from archpip.environments.layers import LayeredTree
from archpip.wheels import ProblemKind
from fake_index.filler import filler
from tests.unit.environments.installations import AARCH64_MODULE, ELF_X86_64_MODULE

SO = "app/x.so"


def layer(files: Mapping[str, bytes], *, links: Mapping[str, str] | None = None) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
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
        tree.apply(io.BytesIO(content), name=f"layer{number}", size_bytes=len(content))
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


def test_only_native_files_and_records_are_kept(tree: LayeredTree) -> None:
    files = {"app/a.py": b"x", "app/data": b"y" * 20_000, "s/a-1.dist-info/RECORD": b"a,,\n"}

    assert apply(tree, layer(files)) == ["s/a-1.dist-info/RECORD"]


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
