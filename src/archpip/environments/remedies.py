"""The command that fixes a part of an audit."""

import posixpath
import re
import shlex
from pathlib import Path

from archpip.environments.model import (
    BRIEFCASE_FOLDER,
    Audit,
    AuditedPart,
    Installer,
    Shape,
)
from archpip.targets import floor_arguments
from archpip.verdicts import Status

_IN_PREFIX = re.compile(r"(?:^|/)[Ll]ib/(?:.*/)?(?:site-packages|python[\d.]+t?|lib-dynload)$")
"""The end of an import root in conda's prefix."""

_FOLDER = "FOLDER"
"""Placeholder for an environment's import folder, which an audit of the app cannot know."""


def find_remedy(audit: Audit, part: AuditedPart) -> str:
    """Return the command that installs a right build; empty if there is none.

    What is degraded is replaced by something that is not: another wheel or, where there is none, a
    build from source. An app is rebuilt afterwards, an archive or image repacked. Files of no
    distribution cannot be installed: the user has to build or copy them again. `FOLDER` and an
    ellipsis are placeholders for the user to fill in.
    """
    if not part.requirement:
        return ""
    if part.installer is Installer.CONDA:
        # An image is built again: there the prefix is where a container sees it.
        tree = "/" if audit.shape is Shape.IMAGE else audit.path
        prefix = str(Path(tree, _IN_PREFIX.sub("", part.root)))
        package = f"{part.name}={part.version}"
        return shlex.join(["conda", "install", "--prefix", prefix, "--force-reinstall", package])
    target = ["--target-platform", audit.target.name, *floor_arguments(audit.target)]
    if part.verdict.status is Status.DEGRADED:
        target = ["--strict", *target]
    version = ["--python-version", audit.target.python.argument]
    if audit.shape is Shape.LOCKFILE:
        return _lock_again(Path(audit.path), part.name, [*target, *version])
    match audit.shape:
        case Shape.ENVIRONMENT if audit.runs_here:
            words = ["install", "--force-reinstall", part.requirement, *target]
            words += ["--python", audit.path]
        case Shape.WHEELS:
            path = Path(audit.path)
            words = ["download", part.requirement, *target, *version]
            words += ["-d", str(path.parent if path.suffix == ".whl" else path)]
        case Shape.NUITKA | Shape.PYINSTALLER | Shape.MACOS_APP if not _is_installed(part):
            # Into the environment that the app is then rebuilt from.
            if audit.runs_here:
                words = ["install", "--force-reinstall", part.requirement, *target]
            else:
                words = ["install", "--upgrade", part.requirement, *target, *version]
                words += ["--target", _FOLDER]
        case Shape.ZIP | Shape.IMAGE:
            # A packed file cannot be changed in place: this fills the folder that is packed.
            words = ["install", "--upgrade", part.requirement, *target, *version]
            words += ["--target", part.root or "."]
        case _:
            folder = str(Path(audit.path, part.root))
            words = ["install", "--upgrade", part.requirement, *target, *version]
            words += ["--target", folder]
    return shlex.join(["archpip", *words])


def _lock_again(path: Path, name: str, target: list[str]) -> str:
    """Return the command that locks a project again, with the tool that the lockfile's name tells.

    The ellipsis stands for the requirements, which the file records only in part, if at all.
    """
    if path.name == "uv.lock":
        # Only uv writes its lockfile: behind the gateway it sees no wrong wheels.
        elsewhere = [] if path.parent == Path() else ["--project", str(path.parent)]
        uv = ["uv", "lock", *elsewhere, "--upgrade-package", name]
        return shlex.join(["archpip", "exec", *target, "--", *uv])
    if path.suffix == ".txt":
        return shlex.join(["archpip", "lock", "-r", str(path), *target])
    return f"archpip lock … {shlex.join([*target, '-o', str(path), '--upgrade-package', name])}"


def _is_installed(part: AuditedPart) -> bool:
    """Return whether an app has a folder of its own that distributions are installed into."""
    return posixpath.basename(part.root) == BRIEFCASE_FOLDER
