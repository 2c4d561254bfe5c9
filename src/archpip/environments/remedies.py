"""What to run so that a part of an audit becomes right."""

import posixpath
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


def find_remedy(audit: Audit, part: AuditedPart) -> str:
    """Return the command that puts a right build in place; empty where none can.

    An app is built again afterwards, an archive or image packed again. Files of no distribution
    have nowhere to be installed from: they are built or copied anew by whoever put them there.
    """
    if not part.requirement:
        return ""
    if part.installer is Installer.CONDA:
        return f"conda install --force-reinstall {part.name}={part.version}"
    target = ["--target-platform", audit.target.name, *floor_arguments(audit.target)]
    version = ["--python-version", audit.target.python.argument]
    match audit.shape:
        case Shape.ENVIRONMENT if audit.runs_here:
            words = ["install", "--force-reinstall", part.requirement, *target]
            words += ["--python", audit.path]
        case Shape.WHEELS:
            path = Path(audit.path)
            words = ["download", part.requirement, *target, *version]
            words += ["-d", str(path.parent if path.suffix == ".whl" else path)]
        case Shape.LOCKFILE:
            words = ["download", part.requirement, *target, *version]
        case Shape.NUITKA | Shape.PYINSTALLER | Shape.MACOS_APP if not _is_installed(part):
            # Into the environment that the app is then built from anew.
            words = ["install", "--force-reinstall", part.requirement, *target]
        case Shape.ZIP | Shape.IMAGE:
            # What is packed cannot be changed in place: this fills the folder that is packed.
            words = ["install", "--upgrade", part.requirement, *target, *version]
            words += ["--target", part.root or "."]
        case _:
            folder = str(Path(audit.path, part.root))
            words = ["install", "--upgrade", part.requirement, *target, *version]
            words += ["--target", folder]
    return shlex.join(["archpip", *words])


def _is_installed(part: AuditedPart) -> bool:
    """Tell whether an app has a folder of its own that distributions are installed into."""
    return posixpath.basename(part.root) == BRIEFCASE_FOLDER
