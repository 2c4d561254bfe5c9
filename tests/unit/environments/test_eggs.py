import time
from contextlib import closing
from pathlib import Path

import pytest

from archpip.environments import (
    Audit,
    AuditedPart,
    Installer,
    Shape,
    audit_tree,
    find_remedy,
    open_tree,
)
from archpip.environments.folders import FolderTree
from archpip.environments.partition import Scope, find_parts
from archpip.verdicts import Policy
from fake_index.zips import ZipArchive, ZipEntry, write_zip
from tests.unit.environments.installations import ARM64_MODULE, MAC, X86_64_MODULE, lay_out

PACKAGES = "lib/python3.11/site-packages"
METADATA = b"Metadata-Version: 1.1\nName: Old_One\nVersion: 1.0\n\nVersion: of nothing\n"


def audited(root: Path, files: dict[str, bytes]) -> list[AuditedPart]:
    return list(audit_tree(FolderTree(lay_out(root, files)), MAC, Policy()))


@pytest.mark.parametrize(
    ("info", "files"),
    [
        pytest.param(
            "Old_One-1.0-py3.11.egg-info",
            {
                "installed-files.txt": b"../old/_x.abi3.so\n../../../../bin/old\n",
                "top_level.txt": b"",
            },
            id="pip",
        ),
        pytest.param("Old_One-1.0.egg-info", {"top_level.txt": b"old\n"}, id="setuptools"),
        pytest.param("Old_One.egg-info", {"top_level.txt": b"old\n"}, id="a-system"),
    ],
)
def test_files_that_an_egg_info_says_are_its_are_the_distributions(
    tmp_path: Path, info: str, files: dict[str, bytes]
) -> None:
    parts = audited(
        tmp_path,
        {
            f"{PACKAGES}/{info}/PKG-INFO": METADATA,
            **{f"{PACKAGES}/{info}/{name}": content for name, content in files.items()},
            f"{PACKAGES}/old/_x.abi3.so": X86_64_MODULE,
            f"{PACKAGES}/other/_x.abi3.so": ARM64_MODULE,
        },
    )

    assert [(part.label, part.requirement) for part in parts] == [
        ("old-one 1.0", "old-one==1.0"),
        (f"files of no distribution in {PACKAGES}", ""),
    ]
    assert [finding.member for finding in parts[0].findings] == [f"{PACKAGES}/old/_x.abi3.so"]
    assert not parts[1].findings


def test_distutils_egg_info_is_a_file(tmp_path: Path) -> None:
    parts = audited(
        tmp_path,
        {
            f"{PACKAGES}/Old_One-1.0-py3.11.egg-info": METADATA,
            f"{PACKAGES}/old_one.abi3.so": X86_64_MODULE,
        },
    )

    assert [(part.label, len(part.findings)) for part in parts] == [("old-one 1.0", 1)]
    # It ends with pip saying that this is "a distutils installed project".
    assert parts[0].installer is Installer.NOBODY
    audit = Audit(
        path=str(tmp_path), shape=Shape.ENVIRONMENT, target=MAC, target_origin="", parts=(*parts,)
    )
    assert not find_remedy(audit, parts[0])


def test_an_egg_info_beside_a_dist_info_is_no_further_distribution(tmp_path: Path) -> None:
    parts = audited(
        tmp_path,
        {
            f"{PACKAGES}/Old_One.egg-info/PKG-INFO": METADATA,
            f"{PACKAGES}/Old_One.egg-info/top_level.txt": b"old\n",
            f"{PACKAGES}/Old.One-1.0.dist-info/METADATA": METADATA,
            f"{PACKAGES}/Old.One-1.0.dist-info/top_level.txt": b"old\n",
            f"{PACKAGES}/old/_x.abi3.so": X86_64_MODULE,
        },
    )

    assert [part.label for part in parts if part.findings] == ["old.one 1.0"]


def test_all_in_an_eggs_folder_is_the_distributions(tmp_path: Path) -> None:
    egg = f"{PACKAGES}/Old_One-1.0-py3.11-macosx-11.0-x86_64.egg"
    (part,) = audited(
        tmp_path,
        {f"{egg}/EGG-INFO/PKG-INFO": METADATA, f"{egg}/old/_x.abi3.so": X86_64_MODULE},
    )

    assert (part.label, part.root) == ("old-one 1.0", egg)
    assert [finding.code for finding in part.findings] == ["AP101"]


def test_a_package_that_distributions_share_is_nobodys(tmp_path: Path) -> None:
    info = f"{PACKAGES}/zope.old-1.0.egg-info"
    parts = audited(
        tmp_path,
        {
            f"{info}/PKG-INFO": METADATA,
            f"{info}/top_level.txt": b"zope\n",
            f"{info}/namespace_packages.txt": b"zope\n",
            f"{PACKAGES}/zope/other/_x.abi3.so": X86_64_MODULE,
        },
    )

    assert [part.label for part in parts if part.findings] == [
        f"files of no distribution in {PACKAGES}"
    ]


def test_a_projects_own_sources_are_not_installed(tmp_path: Path) -> None:
    """A command that installs the distribution would write over them."""
    (part,) = audited(
        tmp_path,
        {
            "src/old.egg-info/PKG-INFO": METADATA,
            "src/old.egg-info/top_level.txt": b"old\n",
            "src/old/_x.abi3.so": X86_64_MODULE,
        },
    )

    assert not part.requirement
    assert part.findings


@pytest.mark.parametrize(
    "info",
    ["p{}.egg-info/PKG-INFO", "p{}-1-py3.egg/EGG-INFO/PKG-INFO", "p{}-1.dist-info/METADATA"],
    ids=["egg-info", "egg", "dist-info"],
)
def test_thousands_without_a_list_of_files_cost_no_time_by_the_square(
    tmp_path: Path, info: str
) -> None:
    """They took a minute and more when each looked at all files, and take half a second."""
    count = 6000
    entries = [
        ZipEntry(name=f"site-packages/{info.format(n)}", content=METADATA) for n in range(count)
    ]
    entries += [ZipEntry(name=f"site-packages/old_one/x{n}.py", content=b"") for n in range(count)]
    archive = tmp_path / "x.zip"
    archive.write_bytes(write_zip(ZipArchive(entries=tuple(entries))))
    begun = time.process_time()
    with closing(open_tree(archive, Shape.ZIP)) as tree:
        parts = find_parts(tree, Scope())

    assert time.process_time() - begun < 8
    assert len(parts) >= count
