"""What stands at a path, told by its content, and opened as the tree that it is."""

from pathlib import Path

from archpip.environments.errors import NothingToAuditError
from archpip.environments.folders import FolderTree
from archpip.environments.model import Shape, Tree


def detect_shape(path: Path) -> Shape:
    """Say what stands at a path.

    Raises:
        NothingToAuditError: There is nothing, or nothing that archpip knows.
    """
    try:
        if path.is_dir():
            return _detect_folder(path)
        if path.is_file():
            return _detect_file(path)
    except OSError as error:
        raise NothingToAuditError(path=str(path), reason=error.strerror or str(error)) from error
    reason = "it is neither a file nor a folder" if path.exists() else "it does not exist"
    raise NothingToAuditError(path=str(path), reason=reason)


def open_tree(path: Path, shape: Shape) -> Tree:
    """Open what stands at a path; the caller closes it.

    Raises:
        NothingToAuditError: It cannot be read as what it seemed to be.
    """
    del shape
    return FolderTree(path)


def _detect_folder(path: Path) -> Shape:
    names = {entry.name for entry in path.iterdir()}
    if "pyvenv.cfg" in names:
        return Shape.ENVIRONMENT
    if "conda-meta" in names:
        return Shape.CONDA
    if names & {"oci-layout", "manifest.json"} and (
        "blobs" in names or any((path / name / "layer.tar").is_file() for name in names)
    ):
        return Shape.IMAGE
    return _detect_bundle(path, names)


def _detect_bundle(path: Path, names: set[str]) -> Shape:
    if (path / "Contents" / "Info.plist").is_file():
        return Shape.MACOS_APP
    if path.suffix == ".framework":
        return Shape.FRAMEWORK
    if (path / "_internal" / "base_library.zip").is_file() or "base_library.zip" in names:
        return Shape.PYINSTALLER
    if any(name.endswith(".dist-info") for name in names) or path.name == "site-packages":
        return Shape.SITE_PACKAGES
    if names and all(name.endswith(".whl") for name in names if not name.startswith(".")):
        return Shape.WHEELS
    return Shape.NUITKA if path.suffix == ".dist" else Shape.FOLDER


def _detect_file(path: Path) -> Shape:
    if path.suffix == ".whl":
        return Shape.WHEELS
    raise NothingToAuditError(path=str(path), reason="archpip knows no such file")
