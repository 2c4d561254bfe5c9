"""Environments: what is installed, or about to be shipped, judged by the rules that judge wheels.

`detect_shape` tells by its content what stands at a path, `open_tree` gives its files, and
`audit_tree` makes of each distribution what it was as a wheel and judges that. What a tree holds is
hostile: nothing of it is run, and no link leads out of it.
"""

from archpip.environments.auditing import audit_tree
from archpip.environments.checking import Outcome, Runner, Trial, check_modules
from archpip.environments.errors import NothingToAuditError
from archpip.environments.inference import (
    InferredTarget,
    find_interpreter,
    infer_from_name,
    infer_target,
)
from archpip.environments.locked import audit_locked
from archpip.environments.lockfiles import read_locked
from archpip.environments.model import Audit, AuditedPart, Installer, Shape, Tree
from archpip.environments.remedies import find_remedy
from archpip.environments.shapes import detect_shape, find_scope, open_tree
from archpip.environments.tracebacks import (
    MAX_TRACEBACK_BYTES,
    Complaint,
    Culprit,
    Suspect,
    find_culprits,
    read_suspects,
)
from archpip.environments.wheelhouse import audit_wheels, rank_for_target

__all__ = [
    "MAX_TRACEBACK_BYTES",
    "Audit",
    "AuditedPart",
    "Complaint",
    "Culprit",
    "InferredTarget",
    "Installer",
    "NothingToAuditError",
    "Outcome",
    "Runner",
    "Shape",
    "Suspect",
    "Tree",
    "Trial",
    "audit_locked",
    "audit_tree",
    "audit_wheels",
    "check_modules",
    "detect_shape",
    "find_culprits",
    "find_interpreter",
    "find_remedy",
    "find_scope",
    "infer_from_name",
    "infer_target",
    "open_tree",
    "rank_for_target",
    "read_locked",
    "read_suspects",
]
