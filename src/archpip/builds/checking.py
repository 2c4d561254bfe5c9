"""Judge a wheel that was just built. A refused one never reaches a cache or an environment.

A successful build proves little: setup scripts silently build for the machine they run on, leave
extension modules out when a compiler fails, or name the wheel after another machine.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from archpip.binaries import Depth
from archpip.builds.backends import Backend, makes_native_only
from archpip.builds.errors import (
    BuiltForWrongTargetError,
    FloorTooHighError,
    PureWheelError,
    TagMismatchError,
)
from archpip.builds.logs import iter_native_extensions
from archpip.targets import Target, compatible_tags, extension_suffixes
from archpip.verdicts import Finding, Policy, Verdict, judge
from archpip.wheels import Inspection, inspect_wheel, open_wheel

_WRONG_NAME = "AP103"  # a module exists only under names that the target does not import
_FLOORS = frozenset({"AP601", "AP602"})
# A wheel from an index may contain these on purpose, or not claim otherwise; for one built for this
# very target they are errors.
_INEXCUSABLE = _FLOORS | {_WRONG_NAME}


class CheckedWheel(Struct, frozen=True, kw_only=True):
    """A built wheel that passed the check."""

    path: Path
    sha256: str
    inspection: Inspection
    verdict: Verdict


def check_built_wheel(
    wheel: Path, target: Target, *, policy: Policy, native_evidence: str | None
) -> CheckedWheel:
    """Inspect and judge a built wheel.

    Args:
        wheel: The wheel.
        target: The target it was built for.
        policy: Which verdicts are refused.
        native_evidence: How it is known that native code was expected; `None` if it is not, or if
            the user accepts a pure wheel.

    Raises:
        BuiltForWrongTargetError: Its binaries are not for the target.
        FloorTooHighError: They are, but need a newer system.
        TagMismatchError: Its file name, or a module's suffix, is not the target's.
        PureWheelError: It has no binary, and one was expected.
        WheelError: It is not a wheel.
    """
    inspection, sha256 = _inspect(wheel)
    verdict = judge(inspection, target, policy)
    refused = [finding for finding in verdict.findings if _is_refused(finding, policy)]
    if refused:
        raise _refusal(wheel.name, target, refused)
    _check_tags(wheel.name, target)
    if native_evidence is not None and not inspection.binaries:
        raise PureWheelError(wheel=wheel.name, target=target.name, evidence=native_evidence)
    return CheckedWheel(path=wheel, sha256=sha256, inspection=inspection, verdict=verdict)


def _inspect(wheel: Path) -> tuple[Inspection, str]:
    with wheel.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    source = open_wheel(wheel)
    try:
        return inspect_wheel(source, sha256=sha256, depth=Depth.SYMBOLS)[0], sha256
    finally:
        source.close()


def _is_refused(finding: Finding, policy: Policy) -> bool:
    inexcusable = finding.code in _INEXCUSABLE and finding.override is None
    return inexcusable or policy.refuses_status(finding.weight)


def _refusal(
    wheel: str, target: Target, refused: list[Finding]
) -> BuiltForWrongTargetError | TagMismatchError:
    codes = {finding.code for finding in refused}
    if codes == {_WRONG_NAME}:
        return TagMismatchError(
            wheel=wheel,
            target=target.name,
            found=f"module {refused[0].member}",
            expected=f"a suffix that its Python imports, {extension_suffixes(target)[0]}",
        )
    texts = tuple(f"{finding.code} {finding.message}" for finding in refused)
    kind = FloorTooHighError if codes <= _FLOORS else BuiltForWrongTargetError
    return kind(wheel=wheel, target=target.name, findings=texts)


def _check_tags(wheel: str, target: Target) -> None:
    tags: frozenset[Tag] = parse_wheel_filename(wheel)[3]
    accepted = compatible_tags(target)
    if tags.isdisjoint(accepted):
        raise TagMismatchError(
            wheel=wheel,
            target=target.name,
            found=f"tag {', '.join(sorted(str(tag) for tag in tags))}",
            expected=f"one that it accepts, such as {accepted[0]}",
        )


def find_native_evidence(backend: Backend, log_lines: Iterable[str]) -> str | None:
    """Return the evidence that a build was to make native code, or `None`.

    setuptools logs each extension module before it compiles it, even for a `setup.py` that ignores
    the compiler's failure (markupsafe's).
    """
    module = next(iter_native_extensions(log_lines), None)
    if module is not None:
        return f"its log says that the extension module {module} was to be compiled"
    if makes_native_only(backend):
        return f"its build backend is {backend}"
    return None
