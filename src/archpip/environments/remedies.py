"""What to run so that a part of an audit becomes right."""

import shlex

from archpip.environments.model import Audit, AuditedPart, Installer, Shape


def find_remedy(audit: Audit, part: AuditedPart) -> str:
    """Return the command that puts a right build in place; empty where none can.

    Files of no distribution have nowhere to be installed from: they are built or copied anew by
    whoever put them there.
    """
    if not part.requirement:
        return ""
    if part.installer is Installer.CONDA:
        return f"conda install --force-reinstall {part.name}={part.version}"
    words = ["archpip", "install", "--force-reinstall", part.requirement]
    words += ["--target-platform", audit.target.name]
    if audit.shape is Shape.ENVIRONMENT:
        words += ["--python", audit.path]
    elif audit.shape is Shape.SITE_PACKAGES:
        words += ["--upgrade", "--target", audit.path]
    elif audit.shape in {Shape.WHEELS, Shape.LOCKFILE}:
        words = ["archpip", "download", part.requirement, "--target-platform", audit.target.name]
    return shlex.join(words)
