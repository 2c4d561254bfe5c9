"""Wheels that lie in a folder and are no distribution's own files.

PEX's packed apps hold what they need in them, and people sort downloads into folders. Those within
an import root are data: Python's `ensurepip` and virtualenv bring some.
"""

from archpip.environments.model import WHEEL_SUFFIX, Tree
from archpip.environments.partition import find_import_roots
from archpip.wheels import folders_above


def find_wheel_files(tree: Tree) -> tuple[str, ...]:
    """Return the paths of wheels in the tree, sorted."""
    members = tree.members()
    found = [member.path for member in members if member.path.endswith(WHEEL_SUFFIX)]
    if not found:
        return ()
    roots = find_import_roots(member.path for member in members)
    return tuple(path for path in found if roots.isdisjoint(folders_above(path)))
