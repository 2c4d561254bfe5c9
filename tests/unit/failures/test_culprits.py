"""Which binary of an environment is behind a message."""

from pathlib import Path

import pytest

from archpip.environments import Audit, Shape, audit_tree
from archpip.environments.folders import FolderTree
from archpip.failures import find_culprits, read_suspects
from archpip.targets import Target
from archpip.verdicts import Policy
from archpip.wheelhouses import audit_wheels
from fake_index.elf import Elf, write_elf
from fake_index.wheels import CoreMetadata, Wheel, write_wheel
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ELF_X86_64_MODULE,
    LINUX,
    MAC,
    SITE,
    X86_64_MODULE,
    distribution,
    lay_out,
)


def audit(root: Path, target: Target) -> Audit:
    parts = audit_tree(FolderTree(root), target, Policy())
    shape = Shape.ENVIRONMENT
    return Audit(path=str(root), shape=shape, target=target, target_origin="", parts=parts)


@pytest.mark.parametrize(
    "text",
    [
        "Illegal instruction",
        "OSError: dlopen: cannot load any more object with static TLS",
        "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.",
        "version `GLIBC_2.34' not found",
    ],
)
def test_what_happens_to_files_that_fit_is_not_blamed_on_one_that_does_not(
    tmp_path: Path, text: str
) -> None:
    lay_out(tmp_path, distribution("a", {"a/_x.so": X86_64_MODULE}), within=SITE)

    (culprit,) = find_culprits(audit(tmp_path, MAC), read_suspects(text))

    assert culprit.part is None


def test_a_path_of_another_machine_is_matched_by_its_end(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("one", {"one/_x.abi3.so": X86_64_MODULE}), within=SITE)
    lay_out(tmp_path, distribution("two", {"two/_x.abi3.so": X86_64_MODULE}), within=SITE)
    suspects = read_suspects("OSError: /srv/v/site-packages/two/_x.abi3.so: wrong ELF class: X")

    (culprit,) = find_culprits(audit(tmp_path, MAC), suspects)

    assert culprit.member == f"{SITE}/two/_x.abi3.so"
    assert [finding.member for finding in culprit.findings] == [culprit.member]


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_file_that_is_no_binary_is_not_taken_for_a_namesake(
    tmp_path: Path, content: bytes
) -> None:
    lay_out(tmp_path, distribution("one", {"one/_x.abi3.so": AARCH64_MODULE}), within=SITE)
    lay_out(tmp_path, distribution("two", {"two/_x.abi3.so": content}), within=SITE)
    suspects = read_suspects("ImportError: /srv/v/site-packages/two/_x.abi3.so: file too short")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/two/_x.abi3.so"
    assert [finding.code for finding in culprit.findings] == ["AP902"]


@pytest.mark.parametrize(("projects", "members"), [(("one",), 1), (("one", "two"), 0)])
def test_a_name_alone_tells_a_file_only_if_no_other_has_it(
    tmp_path: Path, projects: tuple[str, ...], members: int
) -> None:
    for name in projects:
        files = distribution(name, {f"{name}/_x.abi3.so": X86_64_MODULE})
        lay_out(tmp_path, files, within=SITE)
    suspects = read_suspects("ImportError: /srv/other/_x.abi3.so: undefined symbol: f")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert bool(culprit.member) == members


def test_one_module_missed_by_two_importers_is_one_culprit(tmp_path: Path) -> None:
    module = "a/_x.cpython-311-x86_64-linux-gnu.so"
    lay_out(tmp_path, distribution("a", {module: ELF_X86_64_MODULE}), within=SITE)
    text = "\n".join(
        f"""  File "/srv/{name}.py", line 1\nImportError: No module named 'a._x'""" for name in "bc"
    )

    (culprit,) = find_culprits(audit(tmp_path, LINUX), read_suspects(text))

    assert culprit.member == f"{SITE}/{module}"


def test_a_module_is_found_by_its_name_whatever_its_suffix(tmp_path: Path) -> None:
    files = {"_cffi_backend.cpython-311-x86_64-linux-gnu.so": ELF_X86_64_MODULE}
    lay_out(tmp_path, distribution("cffi", files), within=SITE)
    suspects = read_suspects("ModuleNotFoundError: No module named '_cffi_backend'")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.part is not None
    assert (culprit.part.label, len(culprit.findings)) == ("cffi 1.0", 1)


def test_behind_a_missing_library_is_who_needs_it(tmp_path: Path) -> None:
    needing = write_elf(Elf(machine="aarch64", needed=("libgone.so.1",)))
    files = {"pkg/_a.abi3.so": AARCH64_MODULE, "pkg/_b.abi3.so": needing}
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-abi3-linux_aarch64"), within=SITE)
    suspects = read_suspects("libgone.so.1: cannot open shared object file: No such file")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/pkg/_b.abi3.so"
    assert culprit.missing_library == "libgone.so.1"


def test_a_library_is_found_that_java_names_without_its_suffix(tmp_path: Path) -> None:
    files = {"pkg/libfast.so": ELF_X86_64_MODULE, "pkg/_a.abi3.so": AARCH64_MODULE}
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-abi3-linux_aarch64"), within=SITE)
    suspects = read_suspects("java.lang.UnsatisfiedLinkError: no fast in java.library.path: /lib")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/pkg/libfast.so"
    assert culprit.missing_library == ""
    assert culprit.is_explained


def test_files_of_no_distribution_are_not_blamed_for_each_other(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {"_good.abi3.so": AARCH64_MODULE, "_wrong.abi3.so": ELF_X86_64_MODULE},
        within=SITE,
    )
    suspects = read_suspects("ImportError: /v/_good.abi3.so: undefined symbol: gone")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert (culprit.member, culprit.findings) == (f"{SITE}/_good.abi3.so", ())


def test_who_imports_decides_between_files_of_one_name(tmp_path: Path) -> None:
    for name in ("apart", "beside", "zoned"):
        files = {f"{name}/_x.abi3.so": ELF_X86_64_MODULE}
        lay_out(tmp_path, distribution(name, files), within=SITE)
    suspects = read_suspects(
        '  File "/srv/site-packages/beside/__init__.py", line 3, in <module>\n'
        '  File "<frozen importlib._bootstrap>", line 1, in _load\n'
        "ImportError: DLL load failed while importing _x: %1 is not a valid Win32 application."
    )

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/beside/_x.abi3.so"


def test_a_message_without_any_name_is_of_a_wrong_file_near_who_imports(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("good", {"good/_x.abi3.so": AARCH64_MODULE}), within=SITE)
    for name in ("apart", "beside", "zoned"):
        files = {f"{name}/_x.abi3.so": ELF_X86_64_MODULE}
        lay_out(tmp_path, distribution(name, files), within=SITE)
    suspects = read_suspects(
        '  File "C:\\v\\site-packages\\beside\\__init__.py", line 3, in <module>\n'
        '  File "C:\\Python\\Lib\\ctypes\\__init__.py", line 376, in __init__\n'
        "OSError: [WinError 193] %1 is not a valid Win32 application"
    )

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/beside/_x.abi3.so"


def test_a_message_without_any_name_blames_no_file_that_fits(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("good", {"good/_x.abi3.so": AARCH64_MODULE}), within=SITE)
    suspects = read_suspects("OSError: [WinError 193] %1 is not a valid Win32 application")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert (culprit.part, culprit.is_explained) == (None, False)


def test_a_module_for_another_python_is_explained(tmp_path: Path) -> None:
    ending = ".cpython-310-aarch64-linux-gnu.so"
    files = {f"pkg/_a{ending}": AARCH64_MODULE, "pkg/_b.abi3.so": AARCH64_MODULE}
    lay_out(tmp_path, distribution("pkg", files, tag="cp310-abi3-linux_aarch64"), within=SITE)

    (culprit,) = find_culprits(audit(tmp_path, LINUX), read_suspects("No module named 'pkg._a'"))

    assert (culprit.findings, culprit.foreign_ending) == ((), ending)
    assert culprit.is_explained


def test_what_is_not_there_has_no_culprit(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("pkg", {"pkg/_a.abi3.so": AARCH64_MODULE}), within=SITE)

    (culprit,) = find_culprits(audit(tmp_path, LINUX), read_suspects("No module named 'numpy'"))

    assert (culprit.part, culprit.member, culprit.findings) == (None, None, ())


def test_a_wheel_that_pip_refuses_is_found_among_wheels(tmp_path: Path) -> None:
    name = "pkg-1.0-py3-none-win_arm64.whl"
    wheel = Wheel(metadata=CoreMetadata(name="pkg", version="1.0"), tag="py3-none-win_arm64")
    (tmp_path / name).write_bytes(write_wheel(wheel))
    parts = audit_wheels(tmp_path, LINUX, Policy())
    wheels = Audit(path="w", shape=Shape.WHEELS, target=LINUX, target_origin="", parts=parts)
    suspects = read_suspects(f"ERROR: {name} is not a supported wheel on this platform.")

    (culprit,) = find_culprits(wheels, suspects)

    assert culprit.member == name
    assert [finding.code for finding in culprit.findings] == ["AP901"]


def test_an_empty_file_is_behind_the_message_that_names_it(tmp_path: Path) -> None:
    files = {"pkg/_a.abi3.so": AARCH64_MODULE, "pkg/_empty.abi3.so": b""}
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-abi3-linux_aarch64"), within=SITE)
    suspects = read_suspects("ImportError: /v/site-packages/pkg/_empty.abi3.so: file too short")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/pkg/_empty.abi3.so"
    assert [finding.code for finding in culprit.findings] == ["AP902"]
