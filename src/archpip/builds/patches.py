"""Apply a project's patches to its unpacked sdist.

This runs the `patch` command: real patches need its tolerance for moved lines.
"""

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from archpip.builds.errors import PatchError
from archpip.builds.model import Patch
from archpip.builds.processes import CommandRunner


def apply_patches(
    patches: Iterable[Patch],
    root: Path,
    *,
    project: str,
    runner: CommandRunner,
    environment: Mapping[str, str],
) -> None:
    """Apply patches in their order, with one leading folder stripped (`-p1`).

    Raises:
        PatchError: One is missing, does not match its hash, or does not apply.
    """
    for patch in patches:
        _check_hash(patch, project)
        # --forward: one that is in already is an error. patch itself refuses to climb.
        command = ["patch", "--batch", "--forward", "-p1", "-i", str(patch.path.resolve())]
        try:
            runner.run(command, cwd=root, environment=environment)
        except subprocess.CalledProcessError as error:
            reason = f"`patch` ended with status {error.returncode}"
            raise PatchError(project=project, patch=str(patch.path), reason=reason) from error
        except FileNotFoundError as error:
            reason = "there is no `patch` command"
            raise PatchError(project=project, patch=str(patch.path), reason=reason) from error


def _check_hash(patch: Patch, project: str) -> None:
    try:
        content = patch.path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise PatchError(project=project, patch=str(patch.path), reason=reason) from error
    found = hashlib.sha256(content).hexdigest()
    if found != patch.sha256:
        reason = f"its sha256 is {found}, not {patch.sha256}"
        raise PatchError(project=project, patch=str(patch.path), reason=reason)
