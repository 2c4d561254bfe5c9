"""Judge installed or packaged files, without importing what builds and installations need."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from archpip.environments import (
    Audit,
    AuditedPart,
    InferredTarget,
    MissingFile,
    Shape,
    Tree,
    adopt_floor,
    adopt_python,
    audit_tree,
    detect_shape,
    find_app,
    find_elsewhere,
    find_interpreter,
    find_library_folder,
    find_missing,
    find_scope,
    find_wheel_files,
    infer_from_name,
    infer_target,
    is_app,
    open_tree,
)
from archpip.targets import Target, floor_arguments
from archpip.verdicts import Policy

if TYPE_CHECKING:
    from archpip.app.inspections import Inspections
    from archpip.failures import Runner, Trial

OpenInspections = Callable[[], "AbstractContextManager[Inspections]"]
"""Creates the `Inspections` that look wheels up on an index; only a lockfile needs them."""


def audit(
    path: Path,
    *,
    target: Target | None,
    names_python: bool,
    names_floor: bool,
    policy: Policy,
    host: Target,
    open_inspections: OpenInspections,
) -> Audit:
    """Judge what is installed or packaged at a path.

    Args:
        path: Its kind is detected from its content.
        target: `None` to use the target that the files declare.
        names_python: Whether the user named the target's Python; if not, the files decide.
        names_floor: Whether the user named the target's oldest system, likewise.
        policy: Its overrides are applied.
        host: Gives the Python and floors that the files do not declare.
        open_inspections: Called for a lockfile.

    Raises:
        NothingToAuditError: The path holds nothing that can be audited.
    """
    path = find_app(path)
    shape = detect_shape(path)
    given = None
    if target is not None:
        is_known = names_floor or bool(floor_arguments(target))
        given = InferredTarget(target=target, origin="the command line", floor_is_known=is_known)
    if shape in {Shape.WHEELS, Shape.LOCKFILE}:
        inferred = _find_wheels_target(path, shape, given, names_python=names_python, host=host)
        parts = _audit_wheels(path, shape, inferred.target, policy, open_inspections)
        return _report(path, shape, inferred, parts, host=host)
    with closing(open_tree(path, shape, target=target)) as tree:
        if given and not names_python:
            given = replace(given, target=adopt_python(given.target, shape, tree))
        if given and not names_floor:
            given = adopt_floor(given, shape, tree)
        inferred = given or infer_target(path, shape, tree, host=host)
        parts = audit_tree(
            tree,
            inferred.target,
            policy,
            scope=find_scope(tree),
            holds_program=is_app(path, shape),
            library_folder=find_library_folder(tree, shape),
            floor_is_known=inferred.floor_is_known,
        )
        elsewhere = _find_elsewhere(path, shape, tree)
        wheels = find_wheel_files(tree) if shape in {Shape.FOLDER, Shape.PEX} else ()
    if wheels:
        from archpip.wheelhouses import audit_wheel_files

        more = audit_wheel_files(path, wheels, inferred.target, policy)
        parts = tuple(sorted((*more, *parts), key=lambda part: (part.name == "", part.label)))
    return _report(path, shape, inferred, parts, host=host, elsewhere=elsewhere)


def find_missing_files(audited: Audit) -> tuple[MissingFile, ...]:
    """Return the native files that records list and that an audited tree does not have."""
    if audited.shape in {Shape.WHEELS, Shape.LOCKFILE}:
        return ()
    with closing(open_tree(Path(audited.path), audited.shape, target=audited.target)) as tree:
        return find_missing(tree)


def _find_elsewhere(path: Path, shape: Shape, tree: Tree) -> tuple[str, ...]:
    """Return what else is imported from by the interpreter of an environment that is in use."""
    return find_elsewhere(tree, path) if find_interpreter(path, shape) is not None else ()


def _find_wheels_target(
    path: Path, shape: Shape, given: InferredTarget | None, *, names_python: bool, host: Target
) -> InferredTarget:
    """Return the target of wheels that are not installed yet; a lockfile may declare it."""
    from archpip.wheelhouses import find_stated_target

    stated = find_stated_target(path) if shape is Shape.LOCKFILE and not names_python else None
    if given is None:
        if stated is not None:
            return InferredTarget(target=stated, origin="the lockfile")
        return infer_from_name(path, host=host)
    if stated is not None:
        return replace(given, target=replace(given.target, python=stated.python))
    return given


def check(
    path: Path, runner: "Runner", *, target: Target, policy: Policy
) -> "tuple[Audit, tuple[Trial, ...]]":
    """Audit an environment and import all of its extension modules; this runs its code.

    Raises:
        NothingToAuditError: The path is no environment.
    """
    from archpip.failures import check_modules

    shape = detect_shape(path)
    inferred = InferredTarget(target=target, origin="the interpreter")
    with closing(open_tree(path, shape)) as tree:
        parts = audit_tree(
            tree, target, policy, scope=find_scope(tree), floor_is_known=inferred.floor_is_known
        )
        elsewhere = _find_elsewhere(path, shape, tree)
    audited = _report(path, shape, inferred, parts, host=target, elsewhere=elsewhere)
    return audited, check_modules(audited, runner)


def _report(
    path: Path,
    shape: Shape,
    inferred: InferredTarget,
    parts: tuple[AuditedPart, ...],
    *,
    host: Target,
    elsewhere: tuple[str, ...] = (),
) -> Audit:
    target = inferred.target
    return Audit(
        path=str(path),
        shape=shape,
        target=target,
        target_origin=inferred.origin,
        runs_here=target.operating_system is host.operating_system
        and not set(target.architectures).isdisjoint(host.architectures),
        parts=parts,
        elsewhere=elsewhere,
    )


def _audit_wheels(
    path: Path, shape: Shape, target: Target, policy: Policy, open_inspections: OpenInspections
) -> tuple[AuditedPart, ...]:
    from archpip.wheelhouses import audit_locked, audit_wheels, read_locked

    if shape is Shape.WHEELS:
        return audit_wheels(path, target, policy)
    with open_inspections() as inspections:
        return audit_locked(
            read_locked(path, target),
            target,
            policy,
            look_up=lambda subject: (
                inspections.inspect(subject, target=target, policy=policy)[0].inspection
            ),
        )
