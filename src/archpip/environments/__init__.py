"""Environments: installed or packaged files, judged by the rules for wheels.

`detect_shape` detects the kind of a path from its content, `open_tree` gives its files, and
`audit_tree` views each distribution as the wheel it was and judges that. A tree is untrusted input:
none of its code is run, and no link is followed out of it, save for an environment's that is in
use.
"""

from archpip.environments.auditing import audit_tree
from archpip.environments.elsewhere import find_elsewhere
from archpip.environments.errors import NothingToAuditError
from archpip.environments.inference import (
    InferredTarget,
    adopt_floor,
    adopt_python,
    find_interpreter,
    infer_from_name,
    infer_target,
)
from archpip.environments.missing import MissingFile, find_missing
from archpip.environments.model import Audit, AuditedPart, Installer, Shape, Tree
from archpip.environments.remedies import find_remedy
from archpip.environments.shapes import (
    detect_shape,
    find_app,
    find_library_folder,
    find_scope,
    is_app,
    open_tree,
)
from archpip.environments.unreadable import unreadable
from archpip.environments.wheel_files import find_wheel_files

__all__ = [
    "Audit",
    "AuditedPart",
    "InferredTarget",
    "Installer",
    "MissingFile",
    "NothingToAuditError",
    "Shape",
    "Tree",
    "adopt_floor",
    "adopt_python",
    "audit_tree",
    "detect_shape",
    "find_app",
    "find_elsewhere",
    "find_interpreter",
    "find_library_folder",
    "find_missing",
    "find_remedy",
    "find_scope",
    "find_wheel_files",
    "infer_from_name",
    "infer_target",
    "is_app",
    "open_tree",
    "unreadable",
]
