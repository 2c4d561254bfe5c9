"""Native files that a RECORD lists and that are not there: what makes an import fail, too.

Who packs an app or an image leaves files out, and an installation may have been interrupted. That
is no finding by itself, since such files need not be used.
"""

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from archpip.environments.model import Tree
from archpip.environments.records import read_names, read_text
from archpip.wheels import WheelUnreadableError, is_native_by_name

_RECORD = ".dist-info/RECORD"


class MissingFile(Struct, frozen=True, kw_only=True):
    """One file that is not in the tree."""

    path: str
    """Where it would be in the tree."""
    name: str
    """The distribution's name, as the folder of its record has it."""
    root: str
    """The folder in the tree that the distribution is in."""


def find_missing(tree: Tree) -> tuple[MissingFile, ...]:
    """Return the native files that are listed and not there, sorted by path."""
    present = {member.path for member in tree.members()}
    records = [path for path in present if path.endswith(_RECORD)]
    found = (each for record in records for each in _iter_missing(tree, record))
    return tuple(sorted((one for one in found if one.path not in present), key=lambda m: m.path))


def _iter_missing(tree: Tree, record: str) -> Iterator[MissingFile]:
    folder = record.removesuffix(_RECORD)
    root, name = posixpath.split(folder)
    try:
        names = read_names(read_text(tree, record))
    except (ValueError, WheelUnreadableError):
        return
    for each in names:
        if is_native_by_name(posixpath.basename(each)):
            path = posixpath.normpath(posixpath.join(root, each))
            yield MissingFile(path=path, name=name.partition("-")[0], root=root)
