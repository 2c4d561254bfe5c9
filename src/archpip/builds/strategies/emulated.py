"""Builds by the target's own Python under an emulator, which calls this machine's cross compiler.

For projects whose build must run target code: import numpy for its headers, generate sources with
an extension module of their own. Compilers are far too slow to emulate, so they stay native: an
emulated process may start programs of this machine.
"""

from msgspec import structs

from archpip.builds.errors import ToolchainMissingError
from archpip.builds.plan import BuildPlan, Interpreter, PlanRequest, Strategy
from archpip.builds.strategies.cross import plan_cross
from archpip.builds.toolchains.model import CrossPython, Toolchain


def plan_emulated(
    request: PlanRequest, interpreter: Interpreter, toolchain: Toolchain, python: CrossPython
) -> BuildPlan:
    """Plan a build inside the target's Python.

    Raises:
        ToolchainMissingError: The toolchain has no emulator, or no Python for it to run.
    """
    if not toolchain.emulator or python.executable is None:
        raise ToolchainMissingError(
            project=request.project,
            target=request.target.name,
            missing=f"toolchain {toolchain.name} has no emulator that runs the target's Python",
            remedy=f"`archpip toolchain add {request.target.name}` makes one that has.",
        )
    return structs.replace(
        plan_cross(request, interpreter, toolchain, python),
        strategy=Strategy.EMULATED,
        emulator=toolchain.emulator,
        emulated_python=python.executable,
    )
