"""Links from one distribution into another, followed at exact places only."""

import pytest

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import Binary, BinaryFormat, BinaryKind, Depth, NeededLibrary, Slice
from archpip.targets import PythonTarget, Target
from archpip.verdicts import Installed, Status, judge_between
from archpip.wheels import BinaryMember

TARGET = Target(
    operating_system=OperatingSystem.LINUX,
    architectures=(Architecture.X86_64,),
    libc=Libc.GLIBC,
    floor=(2, 28),
    python=PythonTarget(version=(3, 11, 0)),
)
LIBRARY = "nvidia/cublas/lib/libcublas.so.12"


def binary(
    path: str,
    architecture: Architecture = Architecture.X86_64,
    *,
    needed: str = "",
    run_path: str = "",
    weak: bool = False,
    kind: BinaryKind = BinaryKind.LIBRARY,
) -> BinaryMember:
    part = Slice(
        architecture=architecture,
        machine=architecture.value,
        kind=kind,
        bits=64,
        needed=(NeededLibrary(name=needed, weak=weak),) if needed else (),
        run_paths=(run_path,) if run_path else (),
        depth=Depth.LINKS,
    )
    content = Binary(format=BinaryFormat.ELF, slices=(part,))
    return BinaryMember(path=path, executable_bit=False, size_bytes=1, binary=content)


def torch(**how: object) -> Installed:
    links = {"needed": "libcublas.so.12", "run_path": "$ORIGIN/../../nvidia/cublas/lib"}
    member = binary("torch/lib/libtorch.so", **{**links, **how})  # type: ignore[arg-type]  # by name
    return Installed(label="torch 2.0", binaries=(member,))


def cublas(architecture: Architecture) -> Installed:
    return Installed(label="cublas 12", binaries=(binary(LIBRARY, architecture),))


def test_a_library_of_another_distribution_must_serve_who_links_it() -> None:
    ((position, finding),) = judge_between([torch(), cublas(Architecture.ARM64)], TARGET)

    assert (position, finding.code, finding.severity) == (1, "AP301", Status.WRONG)
    assert (finding.member, finding.slice) == (LIBRARY, "x86_64")
    assert finding.message == (
        f"{LIBRARY}: holds aarch64 code for Linux, but the x86_64 slice of torch/lib/libtorch.so "
        "of torch 2.0 links it"
    )


def test_one_that_serves_is_right() -> None:
    assert list(judge_between([torch(), cublas(Architecture.X86_64)], TARGET)) == []


def test_what_a_program_links_is_degraded() -> None:
    program = torch(kind=BinaryKind.EXECUTABLE)
    ((_, finding),) = judge_between([program, cublas(Architecture.ARM64)], TARGET)

    assert (finding.code, finding.severity) == ("AP302", Status.DEGRADED)


def test_neither_a_weak_link_nor_a_mere_name_is_followed() -> None:
    wrong = cublas(Architecture.ARM64)

    assert list(judge_between([torch(weak=True), wrong], TARGET)) == []
    assert list(judge_between([torch(run_path="$ORIGIN/elsewhere"), wrong], TARGET)) == []


def test_each_library_is_told_once() -> None:
    linking = torch()
    twice = Installed(
        label="torch 2.0",
        binaries=(
            *linking.binaries,
            binary(
                "torch/lib/libother.so",
                needed="libcublas.so.12",
                run_path="$ORIGIN/../../nvidia/cublas/lib",
            ),
        ),
    )
    assert len(list(judge_between([twice, cublas(Architecture.ARM64)], TARGET))) == 1


def test_links_within_a_distribution_are_its_own_matter() -> None:
    one = torch()
    both = Installed(label="all", binaries=(*one.binaries, *cublas(Architecture.ARM64).binaries))
    assert list(judge_between([both], TARGET)) == []


def test_an_apps_program_has_bare_names_searched_in_its_folder() -> None:
    module = binary("lib-dynload/_ctypes.so", needed="libffi.so.8", run_path="/opt/python/lib")
    linking = Installed(label="", binaries=(module,))
    library = binary("_internal/libffi.so.8", Architecture.ARM64)
    libraries = Installed(label="", binaries=(library,))

    ((position, finding),) = judge_between([linking, libraries], TARGET, library_folder="_internal")

    assert (position, finding.code, finding.severity) == (1, "AP301", Status.WRONG)
    assert finding.message.endswith("the x86_64 slice of lib-dynload/_ctypes.so links it")
    assert list(judge_between([linking, libraries], TARGET, library_folder="elsewhere")) == []
    assert list(judge_between([linking, libraries], TARGET)) == []


@pytest.mark.parametrize(
    "name",
    [
        "libpython3.11.so.1.0",
        "libpython3.13t.so",
        "libpython3.12.dylib",
        "python311.dll",
        "Python",
        "Python3",
    ],
)
def test_an_apps_program_needs_pythons_library(name: str) -> None:
    app = Installed(label="", binaries=(binary(name, Architecture.ARM64),))

    ((_, finding),) = judge_between([app], TARGET, library_folder="")

    assert (finding.code, finding.severity, finding.member) == ("AP301", Status.WRONG, name)
    assert finding.message == f"{name}: holds aarch64 code for Linux, but the program loads it"
    assert list(judge_between([app], TARGET)) == []
    assert list(judge_between([app], TARGET, library_folder="other")) == []


def test_a_library_that_only_begins_like_pythons_is_none() -> None:
    names = ("libpython3.11-foo.so", "python3.dll.bak", "libpythonic.so", "Pythonista")
    app = Installed(label="", binaries=tuple(binary(n, Architecture.ARM64) for n in names))

    assert list(judge_between([app], TARGET, library_folder="")) == []
