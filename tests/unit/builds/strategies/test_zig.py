import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.builds import BuilderChoice, BuildPlan
from archpip.builds.plan import CopiedFolder, ImportLibrary, PlanRequest
from archpip.builds.planning import plan_build
from archpip.builds.profile import FILES
from archpip.builds.strategies.zig import zig_triple
from archpip.targets import Target

MakeTarget = Callable[..., Target]
MakePlan = Callable[[Target], BuildPlan]


@pytest.fixture(name="plan_with_zig")
def _plan_with_zig(make_request: Callable[..., PlanRequest]) -> MakePlan:
    return lambda target: plan_build(make_request(target), BuilderChoice.ZIG)


def content(plan: BuildPlan, path: str) -> str:
    return next(file.content for file in plan.files if file.path == path)


@pytest.mark.parametrize(
    ("name", "floor", "triple"),
    [
        ("linux-aarch64", (2, 17), "aarch64-linux-gnu.2.17"),
        ("linux-x86_64", (2, 28), "x86_64-linux-gnu.2.28"),
        ("linux-aarch64-musl", (1, 2), "aarch64-linux-musl"),
        ("linux-armv7l", (2, 31), "arm-linux-gnueabihf.2.31"),
        ("linux-i686", (2, 17), "x86-linux-gnu.2.17"),
        ("linux-s390x", (2, 28), "s390x-linux-gnu.2.28"),
        ("macos-arm64", (11, 0), "aarch64-macos.11.0"),
        ("macos-x86_64", (10, 13), "x86_64-macos.10.13"),
        ("windows-arm64", (10, 0), "aarch64-windows-gnu"),
        ("windows-amd64", (10, 0), "x86_64-windows-gnu"),
    ],
)
def test_triple(make_target: MakeTarget, name: str, floor: tuple[int, int], triple: str) -> None:
    assert zig_triple(make_target(name, floor=floor)) == triple


def test_compilers_are_single_words(make_target: MakeTarget, plan_with_zig: MakePlan) -> None:
    variables = dict(plan_with_zig(make_target("linux-aarch64")).environment)
    assert (variables["CC"], variables["CXX"]) == (f"{FILES}/bin/cc", f"{FILES}/bin/c++")


def test_linux_of_the_same_word_size_takes_this_machines_headers(
    make_target: MakeTarget, plan_with_zig: MakePlan
) -> None:
    plan = plan_with_zig(make_target("linux-aarch64-musl"))
    assert plan.copied_folders == ()
    assert "-I/usr/include/python3.11" in content(plan, "bin/cc")


@pytest.mark.parametrize("name", ["macos-arm64", "windows-amd64", "linux-armv7l", "linux-s390x"])
def test_others_take_them_with_a_pyconfig_of_their_own(
    make_target: MakeTarget, plan_with_zig: MakePlan, name: str
) -> None:
    plan = plan_with_zig(make_target(name))
    # Python.h includes the pyconfig.h beside it before any other, so this machine's stays behind.
    assert plan.copied_folders == (
        CopiedFolder(
            source=Path("/usr/include/python3.11"), path="include", without=("pyconfig.h",)
        ),
    )
    assert "#define Py_PYCONFIG_H" in content(plan, "include/pyconfig.h")


@pytest.mark.skipif(not hasattr(os, "uname"), reason="there is nothing to answer for")
def test_backends_are_told_the_macos_they_build_for(
    make_target: MakeTarget, plan_with_zig: MakePlan, tmp_path: Path
) -> None:
    plan = plan_with_zig(make_target("macos-arm64", floor=(11, 0)))
    script = tmp_path / "like_in_process.py"
    asked = "print(platform.system(), platform.mac_ver())"
    script.write_text(content(plan, "python/_archpip_hook.py") + asked)
    answer = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "Darwin ('11.0', ('', '', ''), 'arm64')\n"


def test_macos_modules_leave_the_interpreter_open(
    make_target: MakeTarget, plan_with_zig: MakePlan
) -> None:
    plan = plan_with_zig(make_target("macos-arm64", floor=(11, 0)))
    variables = dict(plan.environment)
    assert variables["LDSHARED"] == f"{FILES}/bin/cc -bundle -undefined dynamic_lookup"
    assert variables["_PYTHON_HOST_PLATFORM"] == "macosx-11.0-arm64"
    # zig knows no bundles: what the linker makes instead loads as well.
    assert "-bundle | -shared)" in content(plan, "bin/cc")


@pytest.mark.skipif(sys.platform == "win32", reason="runs a shell script")
def test_what_only_apples_compiler_understands_never_reaches_zig(
    make_target: MakeTarget, plan_with_zig: MakePlan, tmp_path: Path
) -> None:
    plan = plan_with_zig(make_target("macos-arm64", floor=(11, 0)))
    wrapper = tmp_path / "cc"
    wrapper.write_text(content(plan, "bin/cc").replace("exec '/tools/zig'", "echo"))
    apples = ["-bundle", "-arch", "x86_64", "-isysroot", "/sdk", "-mmacosx-version-min=10.9"]
    command = ["sh", str(wrapper), *apples, "a b.o", "-o", "m.so"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = "cc -target aarch64-macos.11.0 -fno-sanitize=undefined"
    assert said.startswith(f"{words} -I")
    assert said.endswith(" -shared a b.o -o m.so -undefined dynamic_lookup\n")
    assert not [word for word in ("-bundle", "-arch", "-isysroot", "/sdk", "10.9") if word in said]


def test_windows_modules_are_linked_with_an_import_library(
    make_target: MakeTarget, plan_with_zig: MakePlan
) -> None:
    plan = plan_with_zig(make_target("windows-arm64"))
    assert plan.import_library == ImportLibrary(
        dll="python311.dll",
        path="lib/libpython311.a",
        headers="include",
        command=("/tools/zig", "dlltool", "-m", "arm64"),
    )
    assert dict(plan.environment)["LDSHARED"] == f"{FILES}/bin/cc -shared -L{FILES}/lib -lpython311"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "windows-amd64",
            {"SIZEOF_LONG": "4", "SIZEOF_VOID_P": "8", "SIZEOF_WCHAR_T": "2", "MS_WIN64": ""},
        ),
        ("macos-arm64", {"SIZEOF_LONG": "8", "SIZEOF_LONG_DOUBLE": "8", "SIZEOF_WCHAR_T": "4"}),
        ("macos-x86_64", {"SIZEOF_LONG_DOUBLE": "16"}),
        ("linux-armv7l", {"SIZEOF_LONG": "4", "SIZEOF_VOID_P": "4", "SIZEOF_TIME_T": "8"}),
        ("linux-s390x", {"WORDS_BIGENDIAN": "1", "DOUBLE_IS_BIG_ENDIAN_IEEE754": "1"}),
    ],
)
def test_pyconfig_says_how_the_machine_is(
    make_target: MakeTarget, plan_with_zig: MakePlan, name: str, expected: dict[str, str]
) -> None:
    lines = content(plan_with_zig(make_target(name)), "include/pyconfig.h").splitlines()
    defined = {
        parts[1]: parts[2] if len(parts) > 2 else ""
        for parts in (line.split(maxsplit=2) for line in lines)
        if parts and parts[0] == "#define"
    }
    assert {key: defined.get(key) for key in expected} == expected
