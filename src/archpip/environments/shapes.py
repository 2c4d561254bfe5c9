"""Detect the kind of a path from its content, and open it as a tree.

The readers of archives and images take longer to import than a small environment to audit, so they
are imported only when needed.
"""

import re
from contextlib import closing
from pathlib import Path

from archpip.binaries import FileSource, looks_native
from archpip.environments.errors import NothingToAuditError
from archpip.environments.folders import FolderTree
from archpip.environments.inference import find_interpreter
from archpip.environments.model import (
    BRIEFCASE_FOLDER,
    OF_DEVICES,
    OF_SIMULATOR,
    Shape,
    Tree,
)
from archpip.environments.packed import find_packing
from archpip.environments.partition import Scope
from archpip.reachable import is_file, is_folder, is_there
from archpip.targets import Target
from archpip.wheels import is_data_by_name

# Where AWS Lambda's images and layers have their code.
_IMAGE_ROOTS = frozenset(("var/task", "opt/python", "app"))

# Where the folders that Briefcase's templates make have it: Windows' (`src`), a system package's
# (`usr/lib/APP`), an AppImage's, also from the folder above, and Xcode's (that of the class).
# https://github.com/beeware?q=briefcase-template, `app_packages_path` of each briefcase.toml
_BRIEFCASE_PLACES = ("", "*/", "usr/lib/*/", "*.AppDir/usr/", "*/usr/lib/*/")

_BRIEFCASES_FILE = "briefcase.toml"
_APP_FILE = Path("Contents", "Info.plist")

_PYINSTALLERS_FOLDER = "_internal"
"""From 6.0 on; before, all was beside the program."""

# What its packed and its loose layout have, beside the wheels or their files in `.deps`.
# https://docs.pex-tool.org/api/vars.html and `pex --help`, "--layout"
_OF_PEX = frozenset(("PEX-INFO", "__main__.py"))

_MAGIC_BYTES = 64

_LOCKFILES = re.compile(r"pylock(?:\.[^.]+)?\.toml|uv\.lock|.*requirements.*\.txt")

# Lockfiles of other tools, and what writes one from them that is read.
_EXPORTS = {
    "poetry.lock": "poetry export --format requirements.txt --output requirements.txt",
    "pdm.lock": "pdm export --format pylock --output pylock.toml",
    "Pipfile.lock": "pipenv requirements --hash > requirements.txt",
}


def detect_shape(path: Path) -> Shape:
    """Return the kind of a path.

    Raises:
        NothingToAuditError: The path is missing or of no known kind.
    """
    try:
        if path.is_dir():
            return _detect_folder(path)
        if path.is_file():
            return _detect_file(path)
    except OSError as error:
        raise NothingToAuditError(path=str(path), reason=error.strerror or str(error)) from error
    reason = "it is neither a file nor a folder" if is_there(path) else "it does not exist"
    raise NothingToAuditError(path=str(path), reason=reason)


def find_app(path: Path) -> Path:
    """Return the macOS app in the folder that Briefcase made for it; else the path itself.

    Beside the app lie the packages for each architecture that it was fused from.
    """
    if not is_file(path / _BRIEFCASES_FILE):
        return path
    apps = [app for app in path.glob("*.app") if is_file(app / _APP_FILE)]
    return apps[0] if len(apps) == 1 else path


def open_tree(path: Path, shape: Shape, *, target: Target | None = None) -> Tree:
    """Open a path as a tree; the caller closes it.

    Args:
        path: The path.
        shape: The result of `detect_shape`.
        target: Selects among images for several platforms.

    Raises:
        NothingToAuditError: It cannot be read as that kind.
    """
    match shape:
        case Shape.ZIP:
            from archpip.environments.archives import ZipTree

            return ZipTree(path)
        case Shape.IMAGE:
            from archpip.environments.images import ImageTree

            return ImageTree(path, target=target)
        case _:
            return FolderTree(path, in_use=find_interpreter(path, shape) is not None)


def is_app(path: Path, shape: Shape) -> bool:
    """Return whether a path is a whole program, or is named as one, not code to be run by one."""
    named = shape is Shape.FOLDER and _with_name(path).suffix == ".app"
    return named or shape in {Shape.NUITKA, Shape.PYINSTALLER, Shape.MACOS_APP}


def find_library_folder(tree: Tree, shape: Shape) -> str | None:
    """Return where an app's program has libraries searched, and has Python's; `None` for no app.

    Source: https://pyinstaller.org/en/stable/advanced-topics.html, "Bootloader", which says that
    it sets the search path of libraries; Nuitka's programs have their own folder in it.
    """
    match shape:
        case Shape.PYINSTALLER:
            inner = f"{_PYINSTALLERS_FOLDER}/"
            has_folder = any(member.path.startswith(inner) for member in tree.members())
            return _PYINSTALLERS_FOLDER if has_folder else ""
        case Shape.NUITKA:
            return ""
        case Shape.MACOS_APP:
            return "Contents/Frameworks"
        case _:
            return None


def find_scope(tree: Tree) -> Scope:
    """Return which files besides distributions are the user's: in an image, not the system's."""
    if tree.image is None:
        return Scope()
    folder = tree.image.working_folder
    return Scope(roots=_IMAGE_ROOTS | ({folder} if folder else set()), everything=False)


def _with_name(path: Path) -> Path:
    """Return the path such that it has its name: that of `.` is the current folder's."""
    return path if path.name not in {"", ".."} else path.resolve()


def _detect_folder(path: Path) -> Shape:
    path = _with_name(path)
    names = {entry.name for entry in path.iterdir()}
    if "pyvenv.cfg" in names:
        return Shape.ENVIRONMENT
    if "conda-meta" in names:
        return Shape.CONDA
    if names & {"oci-layout", "manifest.json"} and (
        "blobs" in names or any(is_file(path / name / "layer.tar") for name in names)
    ):
        return Shape.IMAGE
    return _detect_bundle(path, names)


def _detect_bundle(path: Path, names: set[str]) -> Shape:
    if (app := _detect_app(path, names)) is not None:
        return app
    if any(name.endswith(".dist-info") for name in names) or path.name == "site-packages":
        return Shape.SITE_PACKAGES
    if _is_wheelhouse(path, names):
        return Shape.WHEELS
    if _is_briefcase(path):
        return Shape.BRIEFCASE
    if names >= _OF_PEX:
        return Shape.PEX
    return Shape.NUITKA if path.suffix == ".dist" else Shape.FOLDER


def _is_wheelhouse(path: Path, names: set[str]) -> bool:
    """Return whether a folder holds wheels, and nothing else that may be native code.

    `pip download` puts sdists beside them, and some put requirements, hashes or an index page.
    """
    shown = {name for name in names if not name.startswith(".")}
    wheels = {name for name in shown if name.endswith(".whl")}
    # PEX has unpacked wheels in folders of such names.
    return (
        bool(wheels)
        and all(map(is_data_by_name, shown))
        and not any(is_folder(path / name) for name in wheels)
    )


def _detect_app(path: Path, names: set[str]) -> Shape | None:
    if is_file(path / _APP_FILE):
        return Shape.MACOS_APP
    if path.suffix == ".framework":
        return Shape.FRAMEWORK
    if is_file(path / _PYINSTALLERS_FOLDER / "base_library.zip") or "base_library.zip" in names:
        return Shape.PYINSTALLER
    return None


def _is_briefcase(path: Path) -> bool:
    return any(
        any(path.glob(f"{place}{name}"))
        for place in _BRIEFCASE_PLACES
        for name in (BRIEFCASE_FOLDER, OF_DEVICES, OF_SIMULATOR)
    )


def _detect_file(path: Path) -> Shape:
    from archpip.environments.images import is_image_archive
    from archpip.foreign_archives import is_zip_archive

    if path.suffix == ".whl":
        return Shape.WHEELS
    if _LOCKFILES.fullmatch(path.name):
        return Shape.LOCKFILE
    if is_zip_archive(path):
        return Shape.ZIP
    if is_image_archive(path):
        return Shape.IMAGE
    with closing(FileSource(path)) as source:
        reason = "archpip knows no such file"
        if export := _EXPORTS.get(path.name):
            reason = f"archpip does not read it; audit what `{export}` writes"
        elif looks_native(source.read_at(0, _MAGIC_BYTES)):
            folder = f"it is one binary; give the folder of the whole app ({path.parent})"
            reason = find_packing(source) or folder
    raise NothingToAuditError(path=str(path), reason=reason)
