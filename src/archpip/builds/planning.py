"""Decide how a project is built for a target: one pure function over this machine's tools."""

from msgspec.structs import replace

from archpip.architecture import OperatingSystem
from archpip.builds.errors import ToolchainMissingError
from archpip.builds.plan import (
    BuilderChoice,
    BuildPlan,
    Interpreter,
    PlanRequest,
)
from archpip.builds.strategies.cross import plan_cross
from archpip.builds.strategies.emulated import plan_emulated
from archpip.builds.strategies.macos import plan_macos
from archpip.builds.strategies.native import is_same_machine, is_same_python, plan_native
from archpip.builds.strategies.windows import plan_windows
from archpip.builds.strategies.zig import plan_zig
from archpip.builds.toolchains.model import CrossPython, Toolchain
from archpip.targets import Target

_LINUX = OperatingSystem.LINUX


def plan_build(request: PlanRequest, choice: BuilderChoice = BuilderChoice.AUTO) -> BuildPlan:
    """Return the plan of the project's build.

    Strategies in order: native; the platform's own compiler for its other machines; a toolchain.
    The emulator and zig are used only if the user chose them.

    Raises:
        ToolchainMissingError: No tool here can; the hint has the command that installs one.
    """
    return replace(_choose(request, choice), settings=request.settings)


def _choose(request: PlanRequest, choice: BuilderChoice) -> BuildPlan:
    interpreter = _same_python(request)
    if choice is BuilderChoice.EMULATED:
        toolchain, python = _toolchain(request)
        return plan_emulated(request, request.tools.interpreters[0], toolchain, python)
    if interpreter is None:
        raise _python_missing(request)
    if choice is BuilderChoice.ZIG:
        return plan_zig(request, interpreter)
    host = interpreter.target
    if choice is BuilderChoice.AUTO and is_same_machine(request.target, host):
        return plan_native(request, interpreter)
    if choice is BuilderChoice.AUTO and request.target.operating_system is host.operating_system:
        if host.operating_system is OperatingSystem.MACOS:
            return plan_macos(request, interpreter)
        if host.operating_system is OperatingSystem.WINDOWS:
            return plan_windows(request, interpreter, _find_toolchain(request))
    toolchain, python = _toolchain(request)
    return plan_cross(request, interpreter, toolchain, python)


def _same_python(request: PlanRequest) -> Interpreter | None:
    """Return this machine's interpreter with the target's Python version, to run the build."""
    for interpreter in request.tools.interpreters:
        if is_same_python(request.target, interpreter.target):
            return interpreter
    return None


def _find_toolchain(request: PlanRequest) -> Toolchain:
    for toolchain in request.tools.toolchains:
        if toolchain.serves(request.target):
            return toolchain
    raise _make_error(request, "no toolchain for it is known", f"{_remedy(request.target)}.")


def _toolchain(request: PlanRequest) -> tuple[Toolchain, CrossPython]:
    """Return a toolchain for the target that has the headers of its Python."""
    toolchain = _find_toolchain(request)
    version = request.target.python.version[:2]
    serving = [tool for tool in request.tools.toolchains if tool.serves(request.target)]
    for toolchain in serving:
        python = toolchain.find_python((version[0], version[1]))
        if python is not None:
            return toolchain, python
    short = request.target.python.short_version
    raise _make_error(
        request,
        f"toolchain {toolchain.name} has no headers of Python {short}",
        f"{_remedy(request.target)}; or name a sysroot that has them in "
        f"[tool.archpip.toolchain.{request.target.name}].",
    )


def _remedy(target: Target) -> str:
    """Return the command that installs a toolchain, or what the user must supply instead."""
    if target.operating_system is _LINUX:
        return (
            f"`archpip toolchain add {target.name} --python-version {target.python.short_version}`"
            " makes one"
        )
    if target.operating_system in {OperatingSystem.MACOS, OperatingSystem.WINDOWS}:
        return (
            f"`archpip toolchain add zig`, then `--builder zig`, builds C and C++ for {target.name}"
        )
    return f"Name a compiler and a sysroot in [tool.archpip.toolchain.{target.name}]"


def _python_missing(request: PlanRequest) -> ToolchainMissingError:
    python = request.target.python
    wanted = replace(python, patch_known=False)
    found = ", ".join(i.target.python.argument for i in request.tools.interpreters)
    return _make_error(
        request,
        f"the build needs {wanted.display_name} on this machine, which has only {found}",
        f"Get one (`uv python install {python.argument}`) and name it with `--build-python`.",
    )


def _make_error(request: PlanRequest, missing: str, remedy: str) -> ToolchainMissingError:
    return ToolchainMissingError(
        project=request.project, target=request.target.name, missing=missing, remedy=remedy
    )
