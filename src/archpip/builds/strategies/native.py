"""Builds where this machine is the target: nothing is said to the backend but the user's words."""

from archpip.builds.plan import BuildPlan, Interpreter, PlanRequest, Strategy
from archpip.builds.strategies.user_settings import make_plan
from archpip.targets import Target


def is_same_machine(target: Target, host: Target) -> bool:
    """Whether code that the host's compiler makes runs on the target; floors and Python aside."""
    return (
        target.operating_system is host.operating_system
        and target.architectures == host.architectures
        and target.libc is host.libc
        and target.simulator == host.simulator
    )


def is_same_python(target: Target, host: Target) -> bool:
    """Whether the host's interpreter has the target's extension ABI."""
    ours, theirs = target.python, host.python
    return (ours.short_version, ours.implementation, ours.free_threaded) == (
        theirs.short_version,
        theirs.implementation,
        theirs.free_threaded,
    )


def plan_native(request: PlanRequest, interpreter: Interpreter) -> BuildPlan:
    """Plan a build by an interpreter that equals the target's."""
    return make_plan(request, interpreter, strategy=Strategy.NATIVE, uses="this machine's compiler")
