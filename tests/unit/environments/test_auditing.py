"""Parts of a tree, judged as the wheels that they were."""

from pathlib import Path

import pytest

from archpip.environments import (
    Audit,
    AuditedPart,
    Installer,
    Shape,
    audit_tree,
    detect_shape,
    find_library_folder,
    find_remedy,
)
from archpip.environments.folders import FolderTree
from archpip.environments.partition import Scope
from archpip.verdicts import Policy, Status
from fake_index.elf import Elf, write_elf
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ARM64_MODULE,
    ELF_X86_64_MODULE,
    LINUX,
    MAC,
    SITE,
    X86_64_MODULE,
    audited,
    distribution,
    lay_out,
    linking,
)


def codes(part: AuditedPart) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.member) for finding in part.findings]


def test_a_distribution_is_judged_by_its_installed_files(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("good", {"good/_x.abi3.so": ARM64_MODULE}), within=SITE)
    lay_out(tmp_path, distribution("bad", {"bad/_x.abi3.so": X86_64_MODULE}), within=SITE)

    bad, good = audited(tmp_path)

    assert (bad.label, bad.verdict.status) == ("bad 1.0", Status.WRONG)
    assert codes(bad) == [("AP101", f"{SITE}/bad/_x.abi3.so")]
    assert bad.findings[0].message.startswith(f"{SITE}/bad/_x.abi3.so: ")
    assert (good.label, good.verdict.status) == ("good 1.0", Status.OK)
    assert good.inspection.binaries[0].path == f"{SITE}/good/_x.abi3.so"


def test_tags_come_from_the_wheel_file(tmp_path: Path) -> None:
    files = distribution("six", {"six.py": b""}, tag="py2.py3-none-any")
    (part,) = audited(lay_out(tmp_path, files))

    assert part.inspection.filename == "six-1.0-py2.py3-none-any.whl"


def test_a_library_in_another_distribution_is_followed(tmp_path: Path) -> None:
    module = linking("@loader_path/../vendor.libs/libfoo.dylib")
    lay_out(tmp_path, distribution("pkg", {"pkg/_x.abi3.so": module}), within=SITE)
    # Nothing of its own links it, so that it counted as left over.
    library = {"vendor.libs/libfoo.dylib": X86_64_MODULE}
    lay_out(tmp_path, distribution("vendor", library), within=SITE)

    pkg, vendor = audited(tmp_path)

    assert (pkg.label, pkg.verdict.status) == ("pkg 1.0", Status.OK)
    assert codes(vendor) == [("AP301", f"{SITE}/vendor.libs/libfoo.dylib")]
    assert f"of {SITE}/pkg/_x.abi3.so of pkg 1.0 links it" in vendor.findings[0].message


@pytest.mark.parametrize("folder", ["_internal/", ""])
def test_what_an_apps_modules_link_is_found_in_its_folder(tmp_path: Path, folder: str) -> None:
    ending = ".cpython-311-aarch64-linux-gnu.so"
    files = {
        f"{folder}base_library.zip": b"",
        f"{folder}libffi.so.8": ELF_X86_64_MODULE,
        f"{folder}good/_x{ending}": AARCH64_MODULE,
        f"{folder}python3.11/lib-dynload/_ctypes{ending}": write_elf(
            Elf(machine="aarch64", needed=("libffi.so.8",))
        ),
    }
    path = lay_out(tmp_path / "app", files)
    tree = FolderTree(path)
    beside = find_library_folder(tree, detect_shape(path))

    parts = audit_tree(tree, LINUX, Policy(), library_folder=beside)

    (bad,) = (part for part in parts if part.verdict.status is Status.WRONG)
    assert codes(bad) == [("AP301", f"{folder}libffi.so.8")]


def test_a_library_beside_a_module_is_followed(tmp_path: Path) -> None:
    files = {
        "pkg/_x.abi3.so": linking("@loader_path/libfoo.dylib"),
        "pkg/libfoo.dylib": X86_64_MODULE,
    }
    (part,) = audited(lay_out(tmp_path, distribution("pkg", files), within=SITE))

    assert codes(part) == [("AP301", f"{SITE}/pkg/libfoo.dylib")]


def test_a_file_that_no_record_lists_is_judged_too(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("good", {"good/__init__.py": b""}), within=SITE)
    lay_out(tmp_path, {"stray/_y.abi3.so": X86_64_MODULE}, within=SITE)

    good, stray = audited(tmp_path)

    assert good.verdict.status is Status.OK
    assert stray.label == f"files of no distribution in {SITE}"
    assert codes(stray) == [("AP101", f"{SITE}/stray/_y.abi3.so")]
    assert (stray.installer, stray.requirement) == (Installer.NOBODY, "")


def test_what_a_tree_cannot_read_is_held_against_its_own_files(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_x.abi3.so": ARM64_MODULE})
    (tmp_path / "gone.so").symlink_to("nowhere")

    (part,) = audited(tmp_path)

    assert codes(part) == [("AP901", "gone.so")]
    assert len(part.inspection.binaries) == 1


def test_scripts_outside_of_site_packages_belong_to_their_distribution(tmp_path: Path) -> None:
    files = distribution("tool", {"tool/__init__.py": b""}, tag="py3-none-manylinux_2_28_aarch64")
    record = files["tool-1.0.dist-info/RECORD"] + b"../../../bin/tool,,\n"
    lay_out(tmp_path, files | {"tool-1.0.dist-info/RECORD": record}, within=SITE)
    program = lay_out(tmp_path, {"bin/tool": ELF_X86_64_MODULE}) / "bin" / "tool"
    program.chmod(0o755)

    (part,) = audited(tmp_path, LINUX)

    assert part.label == "tool 1.0"
    assert [finding.member for finding in part.findings] == ["bin/tool"]
    assert part.verdict.status is not Status.OK


def test_a_record_that_climbs_is_unknown(tmp_path: Path) -> None:
    files = distribution("evil", {"evil/__init__.py": b""})
    record = files["evil-1.0.dist-info/RECORD"] + b"../../../../../../etc/passwd,,\n/etc/passwd,,\n"
    (part,) = audited(lay_out(tmp_path, files | {"evil-1.0.dist-info/RECORD": record}, within=SITE))

    assert codes(part) == [("AP904", f"{SITE}/evil-1.0.dist-info/RECORD")]
    assert part.verdict.status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("tag", "site", "found"),
    [
        pytest.param("cp310-cp310-macosx_11_0_arm64", SITE, ["AP106"], id="of another Python"),
        pytest.param(
            "cp310-cp310-macosx_11_0_arm64", "lib/python3.10/site-packages", [], id="in its place"
        ),
        pytest.param("py3-none-macosx_11_0_arm64", SITE, [], id="for every Python"),
    ],
)
def test_modules_of_another_python_cannot_be_imported(
    tmp_path: Path, tag: str, site: str, found: list[str]
) -> None:
    source = b"try:\n    from ._x import run\nexcept ImportError:\n    run = None\n" * 4
    files = {"pkg/_x.cpython-310-darwin.so": ARM64_MODULE, "pkg/__init__.py": source}
    (part,) = audited(lay_out(tmp_path, distribution("pkg", files, tag=tag), within=site))

    assert [code for code, _ in codes(part)] == found


def test_path_files_of_one_distribution_count_for_another(tmp_path: Path) -> None:
    pathing = distribution("pathing", {"vendor.pth": b"vendored-1.0\n"})
    lay_out(tmp_path, pathing, within=SITE)
    # No module can lie in a folder of that name, but the folder itself is on the path.
    files = {"vendored-1.0/_x.cpython-311-darwin.so": X86_64_MODULE}
    lay_out(tmp_path, distribution("pkg", files), within=SITE)

    _, pkg = audited(tmp_path)

    assert codes(pkg) == [("AP101", f"{SITE}/vendored-1.0/_x.cpython-311-darwin.so")]


def test_without_record_the_top_level_names_are_taken(tmp_path: Path) -> None:
    files = distribution("debian", {"one/_x.abi3.so": X86_64_MODULE})
    del files["debian-1.0.dist-info/RECORD"]
    files["debian-1.0.dist-info/top_level.txt"] = b"one\n"

    (part,) = audited(lay_out(tmp_path, files, within="lib/python3/dist-packages"))

    assert (part.name, codes(part)[0][0]) == ("debian", "AP101")


def test_conda_packages_are_named_by_conda(tmp_path: Path) -> None:
    record = (
        b'{"name": "numpy", "version": "2.0", "subdir": "osx-arm64", "files": ['
        b'"lib/python3.11/site-packages/numpy/_x.abi3.so", "lib/libblas.dylib", "../../etc/x"]}'
    )
    files = {
        "conda-meta/numpy-2.0-0.json": record,
        f"{SITE}/numpy/_x.abi3.so": X86_64_MODULE,
        "lib/libblas.dylib": ARM64_MODULE,
    }
    (part,) = audited(lay_out(tmp_path, files))

    assert (part.label, part.installer) == ("numpy 2.0", Installer.CONDA)
    assert codes(part) == [("AP101", f"{SITE}/numpy/_x.abi3.so")]


def conda_files(prefix: str, name: str) -> dict[str, bytes]:
    record = f'{{"name": "{name}", "version": "2.0", "files": ["{SITE}/{name}.abi3.so"]}}'
    return {
        f"{prefix}conda-meta/{name}-2.0-0.json": record.encode(),
        f"{prefix}{SITE}/{name}.abi3.so": X86_64_MODULE,
    }


def test_condas_prefixes_below_a_tree_are_seen(tmp_path: Path) -> None:
    files = conda_files("opt/conda/", "a") | conda_files("opt/conda/envs/science/", "b")
    parts = tuple(audited(lay_out(tmp_path, files)))
    audit = Audit(path="/tree", shape=Shape.FOLDER, target=MAC, target_origin="", parts=parts)

    assert [(part.label, part.installer) for part in parts] == [
        ("a 2.0", Installer.CONDA),
        ("b 2.0", Installer.CONDA),
    ]
    assert [find_remedy(audit, part) for part in parts] == [
        "conda install --prefix /tree/opt/conda --force-reinstall a=2.0",
        "conda install --prefix /tree/opt/conda/envs/science --force-reinstall b=2.0",
    ]


def test_bytecode_that_a_record_lists_elsewhere_is_no_matter(tmp_path: Path) -> None:
    files = distribution("six", {"six.py": b""})
    record = next(path for path in files if path.endswith("/RECORD"))
    files[record] += b"../../../../cache/six.cpython-311.pyc,,\n"
    (part,) = audited(lay_out(tmp_path, files, within=SITE))

    assert part.findings == ()


def test_of_an_image_only_import_roots_are_judged(tmp_path: Path) -> None:
    files = {"usr/lib/cross/libc.so": ELF_X86_64_MODULE, "srv/app/_x.abi3.so": ELF_X86_64_MODULE}
    scope = Scope(roots=frozenset({"srv/app"}), everything=False)

    (part,) = audited(lay_out(tmp_path, files), LINUX, scope)

    assert codes(part) == [("AP101", "srv/app/_x.abi3.so")]


def test_a_truncated_binary_is_unknown(tmp_path: Path) -> None:
    files = distribution("broken", {"broken/_x.abi3.so": AARCH64_MODULE[:40]})
    (part,) = audited(lay_out(tmp_path, files, within=SITE), LINUX)

    assert part.verdict.status is Status.UNKNOWN
    assert codes(part) == [("AP902", f"{SITE}/broken/_x.abi3.so")]
