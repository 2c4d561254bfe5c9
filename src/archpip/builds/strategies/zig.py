"""Builds with zig as the compiler, when asked: any glibc floor, musl, and other systems' C and C++.

zig brings C libraries for Linux, Windows (mingw) and, without frameworks, macOS. CPython's headers
are the same everywhere but for `pyconfig.h`, so this machine's serve, with one written for the
target. Wheels for macOS and Windows that were made this way have been inspected, never run, by us.
"""

from msgspec.structs import replace

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.builds.errors import ToolchainMissingError
from archpip.builds.plan import (
    BuildPlan,
    CopiedFolder,
    ImportLibrary,
    Interpreter,
    PlannedFile,
    PlanRequest,
    Strategy,
    Zig,
)
from archpip.builds.profile import (
    FILES,
    Compilers,
    TargetProfile,
    find_machine,
    gnu_triple,
    macos_floor,
)
from archpip.builds.strategies.crossing import crossing_plan
from archpip.builds.writers.pyconfig import write_pyconfig
from archpip.targets import Target

_SYSTEMS = {OperatingSystem.LINUX, OperatingSystem.MACOS, OperatingSystem.WINDOWS}

_WRAPPER = """\
#!/bin/sh
# Calls zig for one target, without what only Apple's or GNU's own drivers understand.
left=$#
module=
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    -bundle | -shared)
      module=yes
      set -- "$@" -shared ;;
    -arch | -isysroot | -target | --target)
      shift
      left=$((left - 1)) ;;
    -mmacosx-version-min=* | -Wl,-headerpad_max_install_names | -Wl,-Bsymbolic-functions) ;;
    *) set -- "$@" "$argument" ;;
  esac
done
if [ "$module" ]; then
  set -- "$@" {module_flags}
fi
exec {zig} {mode} {flags} "$@"
"""

# macOS: the interpreter's symbols are bound when the module is loaded. Windows: zig would leave an
# import library and debugging data beside the module, and so in the wheel.
_MODULE_FLAGS = {
    OperatingSystem.MACOS: "-undefined dynamic_lookup",
    OperatingSystem.WINDOWS: f"-s -Wl,--out-implib,{FILES}/lib/of-no-use.lib",
}

_TOOL = """\
#!/bin/sh
exec {zig} {mode} "$@"
"""


def plan_zig(request: PlanRequest, interpreter: Interpreter) -> BuildPlan:
    """Plan a build that calls zig through wrappers.

    Raises:
        ToolchainMissingError: zig is not here, or has nothing for the target.
    """
    zig = _zig(request)
    target = request.target
    own_headers = _needs_own_pyconfig(target, interpreter.target)
    profile = _profile(target, interpreter, own_headers=own_headers)
    files = _wrappers(zig, target, profile)
    if own_headers:
        files = (*files, PlannedFile(path="include/pyconfig.h", content=write_pyconfig(target)))
    plan = crossing_plan(
        request,
        interpreter,
        profile,
        strategy=Strategy.ZIG,
        uses=f"zig {zig.version} for {zig_triple(target)}",
        files=files,
    )
    return replace(
        plan,
        copied_folders=_copied_headers(interpreter) if own_headers else (),
        import_library=_import_library(zig, target),
    )


def zig_triple(target: Target) -> str:
    """Return zig's name of the target, floor included: `aarch64-linux-gnu.2.17`."""
    machine = find_machine(target.architectures[0])
    name = machine.zig if machine else target.architecture_name
    match target.operating_system:
        case OperatingSystem.MACOS:
            return f"{name}-macos.{macos_floor(target)}"
        case OperatingSystem.WINDOWS:
            return f"{name}-windows-gnu"
        case _:
            abi = gnu_triple(target).rpartition("-")[2]
            floor = "" if target.libc is Libc.MUSL else f".{target.floor[0]}.{target.floor[1]}"
            return f"{name}-linux-{abi}{floor}"


def _zig(request: PlanRequest) -> Zig:
    target = request.target
    if request.tools.zig is None:
        missing, remedy = "zig is not on this machine", "`archpip toolchain add zig` gets it."
    elif target.operating_system not in _SYSTEMS or target.is_universal:
        missing = f"zig makes nothing for {target.name}"
        remedy = "It makes C and C++ for one macOS, Windows or Linux machine at a time."
    else:
        return request.tools.zig
    raise ToolchainMissingError(
        project=request.project, target=target.name, missing=missing, remedy=remedy
    )


def _needs_own_pyconfig(target: Target, host: Target) -> bool:
    """Whether the host's pyconfig.h is wrong for the target: other system, or word size."""
    if target.operating_system is not host.operating_system:
        return True
    ours, theirs = find_machine(target.architectures[0]), find_machine(host.architectures[0])
    same = ours and theirs and (ours.bits, ours.big_endian) == (theirs.bits, theirs.big_endian)
    return not same


def _profile(target: Target, interpreter: Interpreter, *, own_headers: bool) -> TargetProfile:
    windows = target.operating_system is OperatingSystem.WINDOWS
    include = f"{FILES}/include" if own_headers else str(interpreter.include_folder)
    return TargetProfile(
        target=target,
        compilers=Compilers(
            c=f"{FILES}/bin/cc",
            cxx=f"{FILES}/bin/c++",
            archiver=f"{FILES}/bin/ar",
            ranlib=f"{FILES}/bin/ranlib",
        ),
        include_folders=(include,),
        prefix=FILES,
        library_folder=f"{FILES}/lib",
        python_library=f"{FILES}/lib/lib{_dll(target)}.a" if windows else None,
        link_flags=(f"-L{FILES}/lib", f"-l{_dll(target)}") if windows else (),
    )


def _wrappers(zig: Zig, target: Target, profile: TargetProfile) -> tuple[PlannedFile, ...]:
    # zig's own checks for undefined behaviour would end up in the wheel.
    flags = f"-target {zig_triple(target)} -fno-sanitize=undefined -I{profile.include_folders[0]}"
    quoted = "'" + str(zig.executable).replace("'", "'\\''") + "'"
    more = _MODULE_FLAGS.get(target.operating_system, "")
    texts = {
        "ar": _TOOL.format(zig=quoted, mode="ar"),
        "c++": _WRAPPER.format(zig=quoted, mode="c++", flags=flags, module_flags=more),
        "cc": _WRAPPER.format(zig=quoted, mode="cc", flags=flags, module_flags=more),
        "ranlib": _TOOL.format(zig=quoted, mode="ranlib"),
    }
    return tuple(
        PlannedFile(path=f"bin/{name}", content=text, executable=True)
        for name, text in texts.items()
    )


def _copied_headers(interpreter: Interpreter) -> tuple[CopiedFolder, ...]:
    # Python.h includes the pyconfig.h that lies beside it before any other.
    folder = CopiedFolder(
        source=interpreter.include_folder, path="include", without=("pyconfig.h",)
    )
    return (folder,)


def _dll(target: Target) -> str:
    return f"python{target.python.nodot}{'t' if target.python.free_threaded else ''}"


def _import_library(zig: Zig, target: Target) -> ImportLibrary | None:
    if target.operating_system is not OperatingSystem.WINDOWS:
        return None
    machines = {
        Architecture.X86_64: "i386:x86-64",
        Architecture.ARM64: "arm64",
        Architecture.I686: "i386",
    }
    return ImportLibrary(
        dll=f"{_dll(target)}.dll",
        path=f"lib/lib{_dll(target)}.a",
        headers="include",
        command=(str(zig.executable), "dlltool", "-m", machines[target.architectures[0]]),
    )
