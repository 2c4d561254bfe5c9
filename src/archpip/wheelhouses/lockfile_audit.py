"""The audit of a lockfile: the wheels that a target would take, looked up and judged."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from archpip.environments import AuditedPart, Installer, unreadable
from archpip.errors import ArchpipError
from archpip.resolution import WheelNotFoundError
from archpip.targets import Target
from archpip.verdicts import Policy, judge
from archpip.wheelhouses.lockfiles import LockedProject
from archpip.wheelhouses.wheelhouse import rank_for_target
from archpip.wheels import Inspection

LookUp = Callable[[str], Inspection]
"""Inspects the wheel that a URL with its hash, a file name, or `name==version` means; called from
several threads, raises `ArchpipError`."""

_THREADS = 32
"""Look-ups wait for servers, not for a processor."""


def audit_locked(
    projects: tuple[LockedProject, ...], target: Target, policy: Policy, *, look_up: LookUp
) -> tuple[AuditedPart, ...]:
    """Inspect and judge, of each project, the wheel that the target would take.

    A project that would be built from source has no binaries yet and no findings; one that has
    neither a fitting wheel nor a source is unknown, and so is one that cannot be looked up. Thin
    wheels that are to be fused for universal2 are two parts, each judged for its own machine.
    """
    taken = [(project, each) for project in projects for each in _machines(project, target)]
    with ThreadPoolExecutor(max_workers=_THREADS) as threads:
        inspections = threads.map(lambda pair: _inspect(pair[0], pair[1], look_up), taken)
        return tuple(
            AuditedPart(
                name=project.name,
                version=project.version,
                installer=Installer.PIP,
                root=inspection.filename,
                inspection=inspection,
                verdict=judge(inspection, machine, policy),
            )
            for (project, machine), inspection in zip(taken, inspections, strict=True)
        )


def _machines(project: LockedProject, target: Target) -> tuple[Target, ...]:
    """Return the target, or its single machines where a thin wheel is locked for each."""
    fuses = (
        target.is_universal
        and not _select_wheel(project, target)
        and all(_select_wheel(project, machine) for machine in target.machines)
    )
    return target.machines if fuses else (target,)


def _inspect(project: LockedProject, target: Target, look_up: LookUp) -> Inspection:
    name = f"{project.name}-{project.version}"
    subject = f"{project.name}=={project.version}"
    if project.lists_files:
        subject = _select_wheel(project, target)
        if not subject:
            return _without_wheel(name, project, target)
    try:
        return look_up(subject)
    except WheelNotFoundError as error:
        return _not_built(name) if error.has_source else unreadable(name, reason=str(error))
    except ArchpipError as error:
        return unreadable(name, reason=str(error))


def _without_wheel(name: str, project: LockedProject, target: Target) -> Inspection:
    if project.has_source:
        return _not_built(name)
    fitting = f"{target.name} with {target.python.display_name}"
    return unreadable(name, reason=f"none of its wheels fits {fitting}")


def _not_built(name: str) -> Inspection:
    """Return the inspection of what is built from source, and so has no binaries yet."""
    return Inspection(
        filename=name,
        sha256=None,
        size_bytes=0,
        tags=(),
        declared_tags=(),
        root_is_purelib=False,
        binaries=(),
    )


def _select_wheel(project: LockedProject, target: Target) -> str:
    """Return what to look up; empty where no wheel fits."""
    by_name = {wheel.filename: wheel for wheel in project.wheels}
    for filename in rank_for_target(tuple(by_name), target)[:1]:
        wheel = by_name[filename]
        if not wheel.url.startswith(("https://", "http://")):
            return filename
        return f"{wheel.url}#sha256={wheel.sha256}" if wheel.sha256 else wheel.url
    return ""
