import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.builds import BuilderChoice, BuildPlan, BuildSettings, Toolchain
from archpip.builds.backends import Backend
from archpip.builds.plan import BuildTools, PlanRequest
from archpip.builds.planning import plan_build
from archpip.builds.profile import FILES
from archpip.builds.staging import hook_settings
from archpip.targets import Target

MakeTarget = Callable[..., Target]
MakeRequest = Callable[..., PlanRequest]

_NAME = "_sysconfigdata__linux_aarch64-linux-gnu"
_NEW = (2, 36)


def content(plan: BuildPlan, path: str) -> str:
    return next(file.content for file in plan.files if file.path == path)


def test_every_variable_of_a_cross_build(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    gcc = "/tools/linux-aarch64/bin/aarch64-linux-gnu-gcc"
    usr = "/tools/linux-aarch64/sysroot/usr"
    assert dict(plan.environment) == {
        "AR": f"{gcc}-ar",
        "AR_aarch64_unknown_linux_gnu": f"{gcc}-ar",
        "CARGO_BUILD_TARGET": "aarch64-unknown-linux-gnu",
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER": f"{FILES}/bin/cc",
        "CC": f"{FILES}/bin/cc",
        "CC_aarch64_unknown_linux_gnu": f"{FILES}/bin/cc",
        "CMAKE_TOOLCHAIN_FILE": f"{FILES}/toolchain.cmake",
        "CXX": f"{FILES}/bin/c++",
        "CXX_aarch64_unknown_linux_gnu": f"{FILES}/bin/c++",
        "LDSHARED": f"{FILES}/bin/cc -shared",
        "PKG_CONFIG_LIBDIR": (
            f"{usr}/lib/aarch64-linux-gnu/pkgconfig:{usr}/lib/pkgconfig:{usr}/share/pkgconfig"
        ),
        "PKG_CONFIG_SYSROOT_DIR": "/tools/linux-aarch64/sysroot",
        "PYO3_CROSS": "1",
        "PYO3_CROSS_LIB_DIR": f"{FILES}/python",
        "PYO3_CROSS_PYTHON_VERSION": "3.11",
        "RANLIB": f"{gcc}-ranlib",
        "_PYTHON_HOST_PLATFORM": "linux-aarch64",
        "_PYTHON_SYSCONFIGDATA_NAME": _NAME,
    }
    assert dict(plan.defaults) == {"CMAKE_POLICY_VERSION_MINIMUM": "3.5"}
    assert plan.floor_libraries is None


def test_the_files_of_a_cross_build(make_target: MakeTarget, make_request: MakeRequest) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    assert [file.path for file in plan.files] == [
        "bin/c++",
        "bin/cc",
        "build-details.json",
        "cross.ini",
        "cross.toml",
        "find_python.cmake",
        "python/_archpip_hook.py",
        f"python/{_NAME}.py",
        "scripts/aarch64-linux-gnu-python3.11-config",
        "toolchain.cmake",
    ]
    assert plan.python_path == "python"


def test_no_build_forgets_the_sysroot(make_target: MakeTarget, make_request: MakeRequest) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    assert content(plan, "bin/cc").splitlines()[-1] == (
        "exec /tools/linux-aarch64/bin/aarch64-linux-gnu-gcc "
        '--sysroot=/tools/linux-aarch64/sysroot "$@"'
    )


def test_an_older_floor_is_linked_through_stand_ins(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=(2, 28))))
    assert plan.floor_libraries is not None
    assert plan.floor_libraries.folder == Path("/tools/linux-aarch64/floors/2.28")
    wrapper = next(file for file in plan.files if file.path == "bin/cc")
    assert wrapper.executable
    # The stand-ins must be found before any folder that a build names itself.
    assert '/sysroot -L/tools/linux-aarch64/floors/2.28/lib "$@"' in wrapper.content
    assert "-static-libstdc++" in content(plan, "bin/c++")
    assert (
        'set(CMAKE_FIND_ROOT_PATH "/tools/linux-aarch64/floors/2.28;/tools/linux-aarch64/sysroot")'
        in content(plan, "toolchain.cmake")
    )


def test_a_toolchain_that_may_not_be_added_to_keeps_its_own_floor(
    make_target: MakeTarget, make_request: MakeRequest, toolchain: Toolchain
) -> None:
    request = make_request(make_target("linux-aarch64", floor=(2, 28)))
    tools = replace(request.tools, toolchains=(replace(toolchain, floors_folder=None),))
    assert plan_build(replace(request, tools=tools)).floor_libraries is None


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (Backend.SETUPTOOLS, {}),
        (Backend.SCIKIT_BUILD_CORE, {}),
        (Backend.MESON_PYTHON, {"setup-args": (f"--cross-file={FILES}/cross.ini",)}),
        (Backend.PY_BUILD_CMAKE, {"cross": (f"{FILES}/cross.toml",)}),
    ],
)
def test_config_settings_go_only_to_backends_that_know_them(
    make_target: MakeTarget,
    make_request: MakeRequest,
    backend: Backend,
    expected: dict[str, tuple[str, ...]],
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64"), backend))
    assert dict(plan.config_settings) == expected


def test_scikit_build_core_gets_a_cmake_that_keeps_the_suffix(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    target = make_target("linux-aarch64")
    plan = plan_build(make_request(target, Backend.SCIKIT_BUILD_CORE))
    assert plan.build_requires == ("cmake>=3.26",)
    assert plan_build(make_request(target)).build_requires == ()


def test_the_users_words_come_last(make_target: MakeTarget, make_request: MakeRequest) -> None:
    settings = BuildSettings(
        config_settings=(("setup-args", ("-Dblas=none",)),), environment=(("CC", "mine"),)
    )
    request = make_request(make_target("linux-aarch64"), Backend.MESON_PYTHON, settings)
    plan = plan_build(request)
    assert dict(plan.environment)["CC"] == "mine"
    assert dict(plan.config_settings)["setup-args"] == (
        f"--cross-file={FILES}/cross.ini",
        "-Dblas=none",
    )


def test_the_users_own_cmake_and_cross_files_take_the_place_of_ours(
    make_target: MakeTarget, make_request: MakeRequest, toolchain: Toolchain
) -> None:
    own = replace(
        toolchain,
        cmake_toolchain_file=Path("/my/toolchain.cmake"),
        py_build_cmake_cross_file=Path("/my/cross.toml"),
    )
    request = make_request(make_target("linux-aarch64"), Backend.PY_BUILD_CMAKE)
    tools = BuildTools(interpreters=request.tools.interpreters, toolchains=(own,))
    plan = plan_build(replace(request, tools=tools))
    assert dict(plan.environment)["CMAKE_TOOLCHAIN_FILE"] == "/my/toolchain.cmake"
    assert dict(plan.config_settings) == {"cross": ("/my/cross.toml",)}
    assert "toolchain.cmake" not in [file.path for file in plan.files]


def test_a_py_build_cmake_cross_file_always_names_a_toolchain_file(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    # Without one, it gives wheels with the target's tag and this machine's code in them.
    plan = plan_build(make_request(make_target("linux-aarch64"), Backend.PY_BUILD_CMAKE))
    table = tomllib.loads(content(plan, "cross.toml"))
    assert table == {
        "implementation": "cp",
        "version": "311",
        "abi": "cp311",
        "arch": "linux_aarch64",
        "toolchain_file": f"{FILES}/toolchain.cmake",
        "include_dir": "/tools/linux-aarch64/sysroot/usr/include/python3.11",
        "soabi": "cpython-311-aarch64-linux-gnu",
    }


def test_sysconfig_speaks_of_the_target(make_target: MakeTarget, make_request: MakeRequest) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    module: dict[str, dict[str, object]] = {}
    exec(content(plan, f"python/{_NAME}.py"), module)  # noqa: S102  # as sysconfig does
    variables = module["build_time_vars"]
    expected = {
        "CC": f"{FILES}/bin/cc",
        "LDSHARED": f"{FILES}/bin/cc -shared",
        "CCSHARED": "-fPIC",
        "EXT_SUFFIX": ".cpython-311-aarch64-linux-gnu.so",
        "SOABI": "cpython-311-aarch64-linux-gnu",
        "MULTIARCH": "aarch64-linux-gnu",
        "INCLUDEPY": "/tools/linux-aarch64/sysroot/usr/include/python3.11",
        "installed_base": "/tools/linux-aarch64/sysroot/usr",
        "Py_ENABLE_SHARED": 0,
        "SIZEOF_VOID_P": 8,
        "VERSION": "3.11",
    }
    assert {name: variables[name] for name in expected} == expected
    # sysconfig would take the environment's own prefix from here.
    assert not {"prefix", "exec_prefix", "base", "platbase"} & variables.keys()


def test_meson_is_told_what_it_cannot_ask(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    text = content(plan, "cross.ini")
    for line in (
        f"c = '{FILES}/bin/cc'",
        "exe_wrapper = ['/tools/linux-aarch64/bin/qemu-aarch64']",
        "needs_exe_wrapper = true",
        "sys_root = '/tools/linux-aarch64/sysroot'",
        "longdouble_format = 'IEEE_QUAD_LE'",
        "system = 'linux'",
        "cpu_family = 'aarch64'",
        "endian = 'little'",
    ):
        assert line in text.splitlines()


def test_cmake_looks_for_libraries_in_the_sysroot_and_for_programs_here(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    lines = content(plan, "toolchain.cmake").splitlines()
    for line in (
        'set(CMAKE_SYSTEM_NAME "Linux")',
        'set(CMAKE_SYSTEM_PROCESSOR "aarch64")',
        'set(CMAKE_SYSROOT "/tools/linux-aarch64/sysroot")',
        'set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM "NEVER")',
        'set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY "ONLY")',
        'set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE "BOTH")',
        'set(CMAKE_CROSSCOMPILING_EMULATOR "/tools/linux-aarch64/bin/qemu-aarch64")',
        'set(Python3_SOABI "cpython-311-aarch64-linux-gnu")',
    ):
        assert line in lines


def test_cmake_runs_no_interpreter_through_the_emulator(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64")))
    lines = [line.strip() for line in content(plan, "find_python.cmake").splitlines()]
    found = lines.index("find_package(${package} ${ARGN} BYPASS_PROVIDER)")
    assert lines[found - 4 : found + 2] == [
        "cmake_policy(PUSH)",
        "if(POLICY CMP0190)",
        "cmake_policy(SET CMP0190 OLD)",
        "endif()",
        lines[found],
        "cmake_policy(POP)",
    ]


def test_build_details_follow_pep_739(make_target: MakeTarget, make_request: MakeRequest) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64")))
    details = json.loads(content(plan, "build-details.json"))
    assert details["schema_version"] == "1.0"
    assert details["platform"] == "linux-aarch64"
    assert details["language"]["version"] == "3.11"
    assert details["implementation"]["hexversion"] == 0x030B07F0
    assert details["abi"] == {
        "flags": [],
        "extension_suffix": ".cpython-311-aarch64-linux-gnu.so",
        "stable_abi_suffix": ".abi3.so",
    }


def test_the_emulated_build_runs_the_targets_python(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64")), BuilderChoice.EMULATED)
    assert plan.emulator == ("/tools/linux-aarch64/bin/qemu-aarch64",)
    assert plan.emulated_python == Path("/tools/linux-aarch64/sysroot/usr/bin/python3.11")
    # The compiler stays this machine's: emulating it would take minutes for every file.
    assert dict(plan.environment)["CC"].endswith("/bin/cc")


def test_cmake_finds_the_targets_config_program_before_this_machines(
    make_target: MakeTarget, make_request: MakeRequest
) -> None:
    plan = plan_build(make_request(make_target("linux-aarch64", floor=_NEW)))
    [script] = [file for file in plan.files if file.executable and "config" in file.path]
    assert script.path == "scripts/aarch64-linux-gnu-python3.11-config"
    assert plan.search_path == (f"{FILES}/scripts",)
    assert "--extension-suffix) echo .cpython-311-aarch64-linux-gnu.so ;;" in script.content
    # FindPython takes no other for the target's.
    folder = "/tools/linux-aarch64/sysroot/usr/lib/python3.11/config-3.11-aarch64-linux-gnu"
    assert f"--configdir) echo {folder} ;;" in script.content

    settings = hook_settings(plan, Path("/files"), {"PATH": "/usr/bin"})
    assert dict(settings.environment)["PATH"] == "/files/scripts:/usr/bin"
