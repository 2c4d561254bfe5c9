"""Docker archives and OCI layouts, written by hand."""

import gzip
import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.environments import NothingToAuditError, Shape, detect_shape, images, zstd
from archpip.environments.images import ImageTree
from archpip.environments.model import ImageFacts
from archpip.targets import Target
from archpip.wheels import ProblemKind
from tests.unit.environments.installations import AARCH64_MODULE, LINUX, lay_out

CONFIGURATION = {"os": "linux", "architecture": "arm64", "config": {"WorkingDir": "/srv/app"}}
FACTS = ImageFacts(platform="linux/arm64", working_folder="srv/app")

X86_64 = replace(LINUX, architectures=(Architecture.X86_64,))


def tar(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()


LOWER = tar({"app/x.so": AARCH64_MODULE, "app/y.so": AARCH64_MODULE})
UPPER = tar({"app/.wh.x.so": b""})


def docker_archive(*, configuration: object = CONFIGURATION) -> dict[str, bytes]:
    manifest = [{"Config": "c.json", "Layers": ["1/layer.tar", "2/layer.tar"]}]
    return {
        "1/layer.tar": LOWER,
        "2/layer.tar": gzip.compress(UPPER),
        "c.json": json.dumps(configuration).encode(),
        "manifest.json": json.dumps(manifest).encode(),
    }


def oci_layout() -> dict[str, bytes]:
    files: dict[str, bytes] = {"oci-layout": b"{}"}

    def blob(content: bytes) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        files[f"blobs/sha256/{digest}"] = content
        return {"digest": f"sha256:{digest}", "size": len(content)}

    layers = [blob(LOWER), blob(gzip.compress(UPPER))]
    config = blob(json.dumps(CONFIGURATION).encode())
    image = blob(json.dumps({"config": config, "layers": layers}).encode())
    attestation = blob(json.dumps({"config": config, "layers": []}).encode())
    inner = {
        "manifests": [
            attestation | {"platform": {"os": "unknown", "architecture": "unknown"}},
            image | {"platform": {"os": "linux", "architecture": "arm64"}},
        ]
    }
    nested = blob(json.dumps(inner).encode())
    files["index.json"] = json.dumps({"manifests": [nested]}).encode()
    return files


@pytest.mark.parametrize("files", [docker_archive(), oci_layout()], ids=["docker", "oci"])
@pytest.mark.parametrize("packed", ["folder", "tar", "tar.gz"])
def test_layers_are_applied_in_order(tmp_path: Path, files: dict[str, bytes], packed: str) -> None:
    path = tmp_path / "image"
    if packed == "folder":
        lay_out(path, files)
    else:
        path.write_bytes(tar(files) if packed == "tar" else gzip.compress(tar(files)))

    assert detect_shape(path) is Shape.IMAGE
    with closing(ImageTree(path)) as tree:
        assert [member.path for member in tree.members()] == ["app/y.so"]
        assert (tree.problems(), tree.image) == ((), FACTS)


def test_the_programs_folder_may_be_a_link(tmp_path: Path) -> None:
    files = docker_archive()
    linked = io.BytesIO()
    with tarfile.open(fileobj=linked, mode="w") as archive:
        entry = tarfile.TarInfo("srv")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/var/opt"
        archive.addfile(entry)
    files["1/layer.tar"] = linked.getvalue()

    with closing(ImageTree(lay_out(tmp_path, files))) as tree:
        assert tree.image is not None
        assert tree.image.working_folder == "var/opt/app"


def multi_platform(*architectures: str, docker: bool = False) -> dict[str, bytes]:
    """Write one image for each architecture, with a module that names it."""
    files: dict[str, bytes] = {"oci-layout": b"{}"}

    def blob(content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        files[f"blobs/sha256/{digest}"] = content
        return digest

    oci: list[object] = []
    docker_entries: list[object] = []
    for created, name in enumerate(architectures):
        layer = blob(tar({f"app/{name}.so": AARCH64_MODULE}))
        facts = CONFIGURATION | {"architecture": name, "created": created}
        config = blob(json.dumps(facts).encode())
        image = {
            "config": {"digest": f"sha256:{config}"},
            "layers": [{"digest": f"sha256:{layer}"}],
        }
        digest = f"sha256:{blob(json.dumps(image).encode())}"
        oci.append({"digest": digest, "platform": {"os": "linux", "architecture": name}})
        places = [f"blobs/sha256/{digest}" for digest in (config, layer)]
        docker_entries.append({"Config": places[0], "Layers": places[1:]})
    files["index.json"] = json.dumps({"manifests": oci}).encode()
    if docker:
        files["manifest.json"] = json.dumps(docker_entries).encode()
    return files


@pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
@pytest.mark.parametrize(("target", "architecture"), [(LINUX, "arm64"), (X86_64, "amd64")])
def test_of_several_platforms_the_targets_image_is_read_and_no_other_missed(
    tmp_path: Path, target: Target, architecture: str, *, docker: bool
) -> None:
    path = lay_out(tmp_path, multi_platform("amd64", "arm64", "s390x", docker=docker))
    with closing(ImageTree(path, target=target)) as tree:
        assert [member.path for member in tree.members()] == [f"app/{architecture}.so"]
        assert tree.problems() == ()


@pytest.mark.parametrize(
    ("architectures", "target", "read"),
    [
        (("amd64", "arm64"), None, "amd64"),
        (("amd64", "s390x"), LINUX, "amd64"),
        (("amd64", "arm64", "arm64"), LINUX, "arm64"),
    ],
    ids=["no target is named", "no image is for it", "two images are for it"],
)
def test_images_that_may_have_been_meant_are_told_of(
    tmp_path: Path, architectures: tuple[str, ...], target: Target | None, read: str
) -> None:
    path = lay_out(tmp_path, multi_platform(*architectures))
    with closing(ImageTree(path, target=target)) as tree:
        assert [member.path for member in tree.members()] == [f"app/{read}.so"]
        (problem,) = tree.problems()
    assert problem.kind is ProblemKind.TOO_MANY_MEMBERS
    platforms = ", ".join(dict.fromkeys(f"linux/{name}" for name in architectures))
    count = len(architectures)
    assert f"of its {count} images ({platforms}) one was read: linux/{read}" in problem.detail


def compressed(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return an image's files with each layer compressed with zstd."""
    module = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    library = pytest.importorskip(module)
    return files | {
        "1/layer.tar": library.compress(files["1/layer.tar"]),
        "2/layer.tar": library.compress(gzip.decompress(files["2/layer.tar"])),
    }


def test_layers_of_zstd_are_read(tmp_path: Path) -> None:
    files = compressed(docker_archive())
    with closing(ImageTree(lay_out(tmp_path, files))) as tree:
        assert [member.path for member in tree.members()] == ["app/y.so"]
        assert tree.problems() == ()


@pytest.mark.parametrize(
    "bend", [lambda packed: packed[:-20], lambda packed: packed[:4] + b"x" * 99]
)
def test_a_damaged_layer_of_zstd_is_unknown(tmp_path: Path, bend: Callable[[bytes], bytes]) -> None:
    files = compressed(docker_archive())
    files["2/layer.tar"] = bend(files["2/layer.tar"])
    with closing(ImageTree(lay_out(tmp_path, files))) as tree:
        (problem,) = tree.problems()

    assert (problem.kind, problem.member) == (ProblemKind.UNREADABLE_MEMBER, "2/layer.tar")


def test_layers_of_zstd_are_unknown_where_nothing_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zstd, "_MODULES", ("archpip_has_no_such_module",))
    files = docker_archive() | {"2/layer.tar": zstd.MAGIC + b"x" * 100}
    with closing(ImageTree(lay_out(tmp_path, files))) as tree:
        (problem,) = tree.problems()

    assert "pip install 'archpip[zstd]'" in problem.detail


@pytest.mark.parametrize(
    "change",
    [
        {"manifest.json": b"[]"},
        {"manifest.json": b"{"},
        {"manifest.json": b"[" * 100_000},
        {"manifest.json": b'[{"Config": "../../etc/passwd", "Layers": []}]'},
        {"manifest.json": b'[{"Config": "gone.json", "Layers": []}]'},
    ],
    ids=["empty", "damaged", "deep", "climbing", "missing"],
)
def test_a_broken_image_is_one_error(tmp_path: Path, change: dict[str, bytes]) -> None:
    lay_out(tmp_path, docker_archive() | change)

    with pytest.raises(NothingToAuditError, match="image"):
        ImageTree(tmp_path)


def test_blobs_are_not_read_through_links_that_lead_out(tmp_path: Path) -> None:
    lay_out(tmp_path / "image", docker_archive())
    outside = lay_out(tmp_path, {"outside.json": b"{}"}) / "outside.json"
    (tmp_path / "image" / "c.json").unlink()
    (tmp_path / "image" / "c.json").symlink_to(outside)

    with pytest.raises(NothingToAuditError, match=r"lacks 'c\.json'"):
        ImageTree(tmp_path / "image")


def test_an_archive_that_links_to_itself_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    with tarfile.open(path, mode="w") as archive:
        entry = tarfile.TarInfo("manifest.json")
        entry.type, entry.linkname = tarfile.SYMTYPE, "manifest.json"
        archive.addfile(entry)

    with pytest.raises(NothingToAuditError, match=r"manifest\.json is a link to itself"):
        ImageTree(path)


def test_files_beyond_counting_are_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_MOST_FILES", 3)

    path = tmp_path / "image.tar"
    path.write_bytes(tar(docker_archive()))

    with pytest.raises(NothingToAuditError, match="more than 3 files"):
        ImageTree(path)


def test_an_archive_of_other_content_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "project-1.0.tar.gz"
    path.write_bytes(gzip.compress(tar({"project-1.0/x.so": AARCH64_MODULE})))

    with pytest.raises(NothingToAuditError, match="unpack an archive of other content"):
        ImageTree(path)
