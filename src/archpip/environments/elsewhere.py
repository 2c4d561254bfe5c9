"""Folders outside of a tree that its interpreter imports from, too, and that are not audited.

These are the sources of what is installed in editable form, whose modules may have been compiled
for another machine (in a folder that a container mounts), and the packages of the interpreter that
an environment was made from.

Source: CPython's `site.py`; https://packaging.python.org/specifications/direct-url-data-structure/.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import DecodeError, Struct, field, json

from archpip.environments.model import Tree
from archpip.environments.records import read_text
from archpip.reachable import is_folder
from archpip.wheels import WheelUnreadableError

_CONFIGURATION = "pyvenv.cfg"
_OF_SYSTEM = re.compile(r"^include-system-site-packages\s*=\s*true", re.MULTILINE | re.IGNORECASE)
_HOME = re.compile(r"^home\s*=\s*(?P<home>\S.*)$", re.MULTILINE)
_DIRECT_URL = ".dist-info/direct_url.json"
_PATH_FILE = re.compile(r"(?:^|/)(?:site|dist)-packages/[^/]+\.pth$|^[^/]+\.pth$")

_TELLING = (".pth", _DIRECT_URL, _CONFIGURATION)


class _Folder(Struct):
    editable: bool = False


class _DirectUrl(Struct):
    url: str = ""
    dir_info: _Folder = field(default_factory=_Folder)


def find_elsewhere(tree: Tree, root: Path) -> tuple[str, ...]:
    """Return what else an environment imports from, for display, sorted.

    Args:
        tree: The environment's files.
        root: The environment's folder.
    """
    inside = root.absolute()
    # An environment has tens of thousands of files.
    paths = [each.path for each in tree.members() if each.path.endswith(_TELLING)]
    added = _iter_path_folders(tree, filter(_PATH_FILE.search, paths), inside)
    folders = {path for path in added if _is_outside(path, inside)}
    projects = {path for path in _iter_projects(tree, paths) if _is_outside(path, inside)}
    # A path file names the folder of the project that is imported from.
    folders |= {one for one in projects if not any(each.is_relative_to(one) for each in folders)}
    systems = _iter_systems(tree) if _CONFIGURATION in paths else ()
    return (*sorted(map(str, folders)), *systems)


def _is_outside(path: Path, root: Path) -> bool:
    return not path.is_relative_to(root) and is_folder(path)


def _iter_path_folders(tree: Tree, path_files: Iterable[str], root: Path) -> Iterator[Path]:
    for path in path_files:
        folder = root / posixpath.dirname(path)
        for line in _read(tree, path).splitlines():
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                yield Path(posixpath.normpath(folder / line.rstrip()))


def _iter_projects(tree: Tree, paths: Iterable[str]) -> Iterator[Path]:
    for each in paths:
        if not each.endswith(_DIRECT_URL):
            continue
        try:
            origin = json.decode(_read(tree, each), type=_DirectUrl)
        except (DecodeError, RecursionError):
            continue
        if origin.dir_info.editable and origin.url.startswith("file:"):
            yield Path(posixpath.normpath(unquote(urlsplit(origin.url).path)))


def _iter_systems(tree: Tree) -> Iterator[str]:
    text = _read(tree, _CONFIGURATION)
    if _OF_SYSTEM.search(text) and (home := _HOME.search(text)):
        yield f"the packages of the Python in {home['home'].rstrip()}"


def _read(tree: Tree, path: str) -> str:
    try:
        return read_text(tree, path)
    except WheelUnreadableError:
        return ""
