"""What fails is a file that is not there: whose it is, and what is not taken for it."""

from pathlib import Path

import pytest

from archpip.environments import find_missing
from archpip.environments.folders import FolderTree
from archpip.failures import Culprit, find_culprits, read_suspects
from archpip.reports.culprits import render_json
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ELF_X86_64_MODULE,
    LINUX,
    SITE,
    distribution,
    lay_out,
)
from tests.unit.failures.test_culprits import audit

MODULE = "pkg/_core/_x.cpython-311-aarch64-linux-gnu.so"
LIBRARY = "my_pkg.libs/libx-1a2b.so.1"
TREE = {MODULE: AARCH64_MODULE, LIBRARY: AARCH64_MODULE, "pkg/_core/_y.abi3.so": AARCH64_MODULE}
TAG = "cp311-cp311-linux_aarch64"


def find(root: Path, text: str) -> Culprit:
    missing = find_missing(FolderTree(root))
    (culprit,) = find_culprits(audit(root, LINUX), read_suspects(text), missing)
    return culprit


@pytest.mark.parametrize(
    ("removed", "text"),
    [
        (MODULE, "ModuleNotFoundError: No module named 'pkg._core._x'"),
        (MODULE, "ImportError: cannot import name '_x' from 'pkg._core' (/v/pkg/__init__.py)"),
        (MODULE, "ImportError: cannot import name 'f' from 'pkg._core._x' (unknown location)"),
        (MODULE, f"OSError: /srv/v/{MODULE}: cannot open shared object file: No such file"),
        (LIBRARY, "ImportError: libx-1a2b.so.1: cannot open shared object file: No such file"),
    ],
    ids=["module", "name", "name in it", "path", "library"],
)
def test_a_file_that_the_record_lists_is_missing_from_its_distribution(
    tmp_path: Path, removed: str, text: str
) -> None:
    lay_out(tmp_path, distribution("my_pkg", TREE, tag=TAG), within=SITE)
    (tmp_path / SITE / removed).unlink()
    culprit = find(tmp_path, text)

    assert (culprit.member, culprit.is_missing) == (f"{SITE}/{removed}", True)
    assert culprit.part is not None
    assert culprit.part.label == "my-pkg 1.0"
    assert culprit.is_explained
    document = render_json(audit(tmp_path, LINUX), (culprit,))
    assert '"fix": "archpip install --force-reinstall --no-deps my-pkg==1.0 ' in document


@pytest.mark.parametrize(
    "text",
    [
        "ModuleNotFoundError: No module named 'other._x'",
        "ModuleNotFoundError: No module named '_core'",
        "ImportError: cannot import name 'f' from 'pkg' (/v/pkg/__init__.py)",
        "OSError: /srv/v/other/_x.so: cannot open shared object file: No such file",
    ],
)
def test_what_the_message_is_not_about_is_not_blamed(tmp_path: Path, text: str) -> None:
    """Who packs an app leaves out what it does not use, and the record lists it."""
    lay_out(tmp_path, distribution("my_pkg", TREE, tag=TAG), within=SITE)
    (tmp_path / SITE / MODULE).unlink()

    assert not find(tmp_path, text).is_missing


def test_a_file_that_is_there_and_wrong_is_blamed_itself(tmp_path: Path) -> None:
    files = {**TREE, MODULE: ELF_X86_64_MODULE}
    lay_out(tmp_path, distribution("my_pkg", files, tag=TAG), within=SITE)
    culprit = find(tmp_path, f"OSError: /srv/v/{MODULE}: wrong ELF class: ELFCLASS64")

    assert [finding.code for finding in culprit.findings] == ["AP101"]
    assert not culprit.is_missing


def test_a_module_of_another_package_is_not_behind_a_missing_one(tmp_path: Path) -> None:
    """`lib` is one of many packages'."""
    lay_out(
        tmp_path, distribution("one", {"one/_libs/lib.abi3.so": ELF_X86_64_MODULE}), within=SITE
    )

    assert find(tmp_path, "ModuleNotFoundError: No module named 'two.lib'").part is None


def test_a_package_that_lacks_a_name_has_a_wrong_module(tmp_path: Path) -> None:
    """PyYAML has its loaders in C only if it can import them, and says nothing else."""
    files = {"yaml/_yaml.cpython-311-aarch64-linux-gnu.so": ELF_X86_64_MODULE}
    lay_out(tmp_path, distribution("yaml", files, tag=TAG), within=SITE)
    lay_out(tmp_path, distribution("other", {"other/_x.abi3.so": ELF_X86_64_MODULE}), within=SITE)
    name = "cannot import name 'CSafeLoader' from 'yaml' (/v/yaml/__init__.py)"

    assert find(tmp_path, f"ImportError: {name}").member == f"{SITE}/{next(iter(files))}"
    assert find(tmp_path, "No module named 'yaml.other'").part is None
